import { type Page, type PageRange, pageClause, readPages } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { sql } from '../database/sql.ts';

/** As their bytes sort. */
export const customIdOrder = {
  name: 'id',
  columns: [{ expression: 'listed.participant_id', type: 'text' }],
  descending: false,
} as const;

/** A custom list as the key of a loader: its tree and its place in it. */
export function customListKey({ treeKey, ordinal }: { treeKey: number; ordinal: number }): string {
  return `${treeKey} ${ordinal}`;
}

/** A page of the participant IDs of each custom list. */
export async function loadCustomIds(
  scope: ReadScope,
  lists: readonly string[],
  range: PageRange,
): Promise<Page<string>[]> {
  const select = sql`SELECT listed.participant_id AS id FROM filter_node_participant_id AS listed
    WHERE listed.tree_key = parent.key AND listed.ordinal = parent.version ${pageClause(customIdOrder, range)}`;
  const pages = await readPages<{ id: string }>(scope.reader, lists.map(splitListKey), range, select);
  return pages.map(({ rows, ...page }) => ({ ...page, rows: rows.map(({ id }) => id) }));
}

function splitListKey(list: string): readonly [treeKey: number, ordinal: number] {
  const [treeKey = '', ordinal = ''] = list.split(' ');
  return [Number(treeKey), Number(ordinal)];
}
