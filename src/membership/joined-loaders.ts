import { type Page, type PageRange, pageClause, readCounts, readShapedPages } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import type { Reading, Shape } from '../database/reading.ts';
import { type Sql, sql } from '../database/sql.ts';
import type { Table } from '../database/table.ts';
import { type GroupRow, groupTable } from '../participant-group/loaders.ts';

/** A live group that a participant is in, with the version that they joined at. */
export interface JoinedGroupRow extends GroupRow {
  readonly joinedVersion: number;
}

export const joinedGroupOrder = {
  name: 'made',
  columns: [{ expression: 'membership.group_key', type: 'int' as const }],
  descending: false,
  reads: ['key'] as const,
};

export const joinedGroupTable: Table<JoinedGroupRow> = {
  ...groupTable,
  columns: { ...groupTable.columns, joinedVersion: 'membership.joined_version' },
};

const joinedGroups = sql`FROM membership
  JOIN participant_group ON participant_group.key = membership.group_key AND participant_group.deleted_at IS NULL
  WHERE membership.participant_key = parent.key AND membership.left_version IS NULL`;

/** A page of the live groups that each participant is in. */
export function loadJoinedGroups(
  scope: ReadScope,
  participantKeys: readonly number[],
  { range, reading }: { readonly range: PageRange; readonly reading: Reading<JoinedGroupRow> },
): Promise<Page<JoinedGroupRow>[]> {
  const shape = reading.shapeIn(joinedGroupTable);
  return readShapedPages(scope.reader, participantKeys, range, selectJoinedGroups(shape, range), shape);
}

/** A page of the live groups that one participant is in. */
export function selectJoinedGroups({ item }: Shape<JoinedGroupRow>, range: PageRange): Sql {
  return sql`SELECT ${item} ${joinedGroups} ${pageClause(joinedGroupOrder, range)}`;
}

/** All live groups that one participant is in. */
export const allJoinedGroups = sql`SELECT 1 ${joinedGroups}`;

/** How many live groups each participant is in. */
export function countJoinedGroups(scope: ReadScope, participantKeys: readonly number[]): Promise<number[]> {
  return readCounts(scope.reader, participantKeys, allJoinedGroups);
}
