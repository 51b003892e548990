import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { Project } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';

export type ProjectRow = Project;

const columns = columnsOf<ProjectRow>('project', [
  'key',
  'id',
  'workspaceKey',
  'title',
  'description',
  'createdAt',
]);

/** In the order in which they were made. */
export const projectOrder = {
  name: 'made',
  columns: [{ expression: 'project.key', type: 'int' }],
  descending: false,
} as const;

/** Projects by key or id, of the viewer's workspaces. */
export async function loadProjects(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(ProjectRow | null)[]> {
  const rows = await scope.reader.rows<ProjectRow>(sql`
    SELECT ${columns} FROM project
    WHERE ${isAsked('project', asked)}
      AND project.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** A page of projects of each workspace. */
export function loadWorkspaceProjects(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  range: PageRange,
): Promise<Page<ProjectRow>[]> {
  const select = sql`SELECT ${columns} FROM project
    WHERE project.workspace_key = parent.key ${pageClause(projectOrder, range)}`;
  return readPages(scope.reader, workspaceKeys, range, select, reviveDates<ProjectRow>(['createdAt']));
}

/** How many projects each workspace has. */
export function countWorkspaceProjects(
  scope: ReadScope,
  workspaceKeys: readonly number[],
): Promise<number[]> {
  return readCounts(
    scope.reader,
    workspaceKeys,
    sql`SELECT 1 FROM project WHERE project.workspace_key = parent.key`,
  );
}
