import type { FilterSet, FilterSetVersion } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey } from '../database/rows.ts';
import { sql } from '../database/sql.ts';

export type FilterSetRow = FilterSet;
export type FilterSetVersionRow = FilterSetVersion;

export const filterSetColumns = columnsOf<FilterSetRow>('filter_set', [
  'key',
  'id',
  'workspaceKey',
  'name',
  'isLocked',
  'version',
  'createdAt',
  'deletedAt',
]);

export const filterSetVersionColumns = columnsOf<FilterSetVersionRow>('filter_set_version', [
  'key',
  'id',
  'workspaceKey',
  'filterSetKey',
  'version',
  'filterTreeKey',
  'actorId',
  'createdAt',
]);

/** Filter sets by key or id, deleted ones too, of the viewer's workspaces. */
export async function loadFilterSets(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(FilterSetRow | null)[]> {
  const rows = await scope.reader.rows<FilterSetRow>(sql`
    SELECT ${filterSetColumns} FROM filter_set
    WHERE ${isAsked('filter_set', asked)}
      AND filter_set.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** Versions of filter sets by key or id, of the viewer's workspaces. */
export async function loadFilterSetVersions(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(FilterSetVersionRow | null)[]> {
  const rows = await scope.reader.rows<FilterSetVersionRow>(sql`
    SELECT ${filterSetVersionColumns} FROM filter_set_version
    WHERE ${isAsked('filter_set_version', asked)}
      AND filter_set_version.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** The version that each tree belongs to; null for a study's own tree. */
export async function loadVersionsOfTrees(
  scope: ReadScope,
  treeKeys: readonly number[],
): Promise<(FilterSetVersionRow | null)[]> {
  const rows = await scope.reader.rows<FilterSetVersionRow>(sql`
    SELECT ${filterSetVersionColumns} FROM filter_set_version
    WHERE filter_set_version.filter_tree_key = ANY(${treeKeys}::int[])
      AND filter_set_version.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  const byTree = new Map(rows.map((row) => [row.filterTreeKey, row]));
  return treeKeys.map((key) => byTree.get(key) ?? null);
}
