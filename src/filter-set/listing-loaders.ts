import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { reviveDates } from '../database/rows.ts';
import { nothing, type Sql, sql } from '../database/sql.ts';
import { reviveStudy, type StudyRow, studyColumns, studyOrder } from '../study/loaders.ts';
import {
  type FilterSetRow,
  type FilterSetVersionRow,
  filterSetColumns,
  filterSetVersionColumns,
} from './loaders.ts';

/** In the order in which they were made. */
export const filterSetOrder = {
  name: 'made',
  columns: [{ expression: 'filter_set.key', type: 'int' }],
  descending: false,
} as const;

/** Oldest first. */
export const versionOrder = {
  name: 'version',
  columns: [{ expression: 'filter_set_version.version', type: 'int' }],
  descending: false,
} as const;

/** The studies of a filter set, in the order in which they were made. */
export const userOrder = studyOrder;

const liveSets = sql`FROM filter_set WHERE filter_set.workspace_key = parent.key AND filter_set.deleted_at IS NULL`;

/** A page of the live filter sets of each workspace. */
export function loadWorkspaceFilterSets(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  range: PageRange,
): Promise<Page<FilterSetRow>[]> {
  const select = sql`SELECT ${filterSetColumns} ${liveSets} ${pageClause(filterSetOrder, range)}`;
  const revive = reviveDates<FilterSetRow>(['createdAt', 'deletedAt']);
  return readPages(scope.reader, workspaceKeys, range, select, revive);
}

/** How many live filter sets each workspace has. */
export function countWorkspaceFilterSets(
  scope: ReadScope,
  workspaceKeys: readonly number[],
): Promise<number[]> {
  return readCounts(scope.reader, workspaceKeys, sql`SELECT 1 ${liveSets}`);
}

const versions = sql`FROM filter_set_version WHERE filter_set_version.filter_set_key = parent.key`;

/** A page of the versions of each filter set. */
export function loadVersionPages(
  scope: ReadScope,
  filterSetKeys: readonly number[],
  range: PageRange,
): Promise<Page<FilterSetVersionRow>[]> {
  const select = sql`SELECT ${filterSetVersionColumns} ${versions} ${pageClause(versionOrder, range)}`;
  const revive = reviveDates<FilterSetVersionRow>(['createdAt']);
  return readPages(scope.reader, filterSetKeys, range, select, revive);
}

/** How many versions each filter set has. */
export function countVersions(scope: ReadScope, filterSetKeys: readonly number[]): Promise<number[]> {
  return readCounts(scope.reader, filterSetKeys, sql`SELECT 1 ${versions}`);
}

/** The newest version of each filter set. */
export async function loadCurrentVersions(
  scope: ReadScope,
  filterSetKeys: readonly number[],
): Promise<(FilterSetVersionRow | Error)[]> {
  const rows = await scope.reader.rows<FilterSetVersionRow>(sql`
    SELECT ${filterSetVersionColumns} FROM filter_set_version
    JOIN filter_set ON filter_set.key = filter_set_version.filter_set_key
      AND filter_set.version = filter_set_version.version
    WHERE filter_set.key = ANY(${filterSetKeys}::int[])`);
  const bySet = new Map(rows.map((row) => [row.filterSetKey, row]));
  return filterSetKeys.map((key) => bySet.get(key) ?? new Error(`Filter set ${key} has no version`));
}

/** Which of a filter set's studies: all that take their filters from it, or the unpublished ones alone. */
export type Users = 'ALL' | 'UNPUBLISHED';

function usersOf(users: Users): Sql {
  const unpublished = users === 'UNPUBLISHED' ? sql`AND study.status = 'UNPUBLISHED'` : nothing;
  return sql`FROM study WHERE study.filter_set_key = parent.key ${unpublished}`;
}

/** A page of the studies that take their filters from each filter set. */
export function loadUserPages(
  scope: ReadScope,
  filterSetKeys: readonly number[],
  { users, range }: { readonly users: Users; readonly range: PageRange },
): Promise<Page<StudyRow>[]> {
  const select = sql`SELECT ${studyColumns} ${usersOf(users)} ${pageClause(userOrder, range)}`;
  return readPages(scope.reader, filterSetKeys, range, select, reviveStudy);
}

/** How many studies take their filters from each filter set. */
export function countUsers(
  scope: ReadScope,
  filterSetKeys: readonly number[],
  { users }: { readonly users: Users },
): Promise<number[]> {
  return readCounts(scope.reader, filterSetKeys, sql`SELECT 1 ${usersOf(users)}`);
}
