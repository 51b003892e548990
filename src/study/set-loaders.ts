import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { reviveDates } from '../database/rows.ts';
import { type Sql, sql, verbatim } from '../database/sql.ts';
import { type FilterSetRow, filterSetColumns } from '../filter-set/loaders.ts';
import { treesNaming } from './open.ts';

/** In the order in which they were made. */
export const namingSetOrder = {
  name: 'made',
  columns: [{ expression: 'filter_set.key', type: 'int' }],
  descending: false,
} as const;

/** A page of the filter sets of which a version names a study, for each study. */
export function loadNamingSets(
  scope: ReadScope,
  studyKeys: readonly number[],
  range: PageRange,
): Promise<Page<FilterSetRow>[]> {
  const select = sql`SELECT ${filterSetColumns} FROM filter_set
    WHERE ${isNaming} ${pageClause(namingSetOrder, range)}`;
  const revive = reviveDates<FilterSetRow>(['createdAt', 'deletedAt']);
  return readPages(scope.reader, studyKeys, range, select, revive);
}

/** How many filter sets name each study. */
export function countNamingSets(scope: ReadScope, studyKeys: readonly number[]): Promise<number[]> {
  return readCounts(scope.reader, studyKeys, sql`SELECT 1 FROM filter_set WHERE ${isNaming}`);
}

const isNaming: Sql = sql`filter_set.key IN (SELECT version.filter_set_key FROM filter_set_version AS version
  WHERE version.filter_tree_key IN (${treesNaming(verbatim('parent.key'))}))`;
