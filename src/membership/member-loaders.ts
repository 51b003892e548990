import {
  type Order,
  type Page,
  type PageParent,
  type PageRange,
  pageClause,
  readShapedPages,
} from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import type { Reading, Shape } from '../database/reading.ts';
import { type Sql, sql, verbatim } from '../database/sql.ts';
import type { Table } from '../database/table.ts';
import {
  type ParticipantRow,
  participantOrder,
  participantTable,
  splitPlatformKey,
} from '../participant/loaders.ts';
import { keptColumns } from './participant-loaders.ts';

/** A member of a group, with the version that they joined at. */
export interface MemberRow extends ParticipantRow {
  readonly groupKey: number;
  readonly joinedVersion: number;
  /** The version that a past list was read at. */
  readonly listVersion: number | null;
}

const joining: Order['columns'] = [
  { expression: 'membership.joined_version', type: 'int' },
  { expression: 'membership.participant_key', type: 'int' },
];

/** In order of joining. */
export const memberOrder = {
  name: 'joining',
  columns: joining,
  descending: false,
  reads: ['joinedVersion', 'key'] as const,
};

/** In order of joining, with the version that the list was resolved to in front: a cursor carries it. */
export const pastMemberOrder = {
  columns: [{ expression: 'version', type: 'int' as const }, ...joining],
  descending: false,
};

export const memberTable: Table<MemberRow> = {
  name: 'membership',
  columns: {
    ...participantTable.columns,
    key: 'membership.participant_key',
    groupKey: 'membership.group_key',
    joinedVersion: 'membership.joined_version',
    listVersion: 'NULL::int',
  },
  times: participantTable.times,
  plainTexts: participantTable.plainTexts,
  numbers: [...participantTable.numbers, 'groupKey', 'joinedVersion'],
  always: ['key'],
  joined: keptColumns,
};

export const pastMemberTable: Table<MemberRow> = {
  ...memberTable,
  joined: [],
  columns: { ...memberTable.columns, listVersion: 'list.version' },
  always: ['listVersion'],
};

/** A page of each group's members. */
export function loadMembers(
  scope: ReadScope,
  groupKeys: readonly number[],
  { range, reading }: { readonly range: PageRange; readonly reading: Reading<MemberRow> },
): Promise<Page<MemberRow>[]> {
  const shape = reading.shapeIn(memberTable);
  return readShapedPages(scope.reader, groupKeys, range, selectMembers(shape, range), shape);
}

/**
 * A page of one group's members: their keys, to be joined to participants (`withParticipants`). What is read along with a
 * participant hangs on `participant.key` and `workspace_key`, which are the membership's own.
 */
export function selectMembers({ item }: Shape<MemberRow>, range: PageRange): Sql {
  return sql`SELECT ${item} FROM membership
    CROSS JOIN LATERAL (VALUES (membership.participant_key, membership.workspace_key)) AS participant(key, workspace_key)
    WHERE membership.group_key = parent.key AND membership.left_version IS NULL ${pageClause(memberOrder, range)}`;
}

/** When: a version, or a moment (RFC 3339) that each group resolves to the version that it had then. */
export interface PastMoment {
  readonly version: number | null;
  readonly moment: string | null;
}

const versionThen = ({ version, moment }: PastMoment) =>
  version === null
    ? sql`coalesce((SELECT change.version FROM membership_change AS change WHERE change.group_key = parent.key
        AND change.occurred_at <= ${moment}::timestamptz ORDER BY change.occurred_at DESC LIMIT 1), 0)`
    : sql`${version}::int`;

/** A page of the members that each group had then. */
export function loadPastMembers(
  scope: ReadScope,
  groupKeys: readonly number[],
  { range, reading, ...then }: PastMoment & { range: PageRange; reading: Reading<MemberRow> },
): Promise<Page<MemberRow>[]> {
  const shape = reading.shapeIn(pastMemberTable);
  const select = sql`SELECT ${shape.item}
    FROM (SELECT ${versionThen(then)} AS version) AS list
    JOIN membership ON membership.group_key = parent.key AND membership.joined_version <= list.version
      AND (membership.left_version IS NULL OR membership.left_version > list.version)
    JOIN participant ON participant.key = membership.participant_key
    WHERE true ${pageClause(memberOrder, range)}`;
  return readShapedPages(scope.reader, groupKeys, range, select, shape);
}

/** How many members each group had then, as its log says. */
export async function countPastMembers(
  scope: ReadScope,
  groupKeys: readonly number[],
  then: PastMoment,
): Promise<number[]> {
  const rows = await scope.reader.rows<{ key: number; count: number }>(sql`
    SELECT parent.key, membership_change.participant_count AS count FROM unnest(${groupKeys}::int[]) AS parent(key)
    JOIN membership_change ON membership_change.group_key = parent.key
      AND membership_change.version = ${versionThen(then)}`);
  const byKey = new Map(rows.map(({ key, count }) => [key, count]));
  return groupKeys.map((key) => byKey.get(key) ?? 0);
}

/** What a change did to its members: whom it added, or whom it removed. */
export interface ChangeSide {
  readonly side: 'joined' | 'left';
}

/** A page of whom each change, given as `<group key>.<version>`, added or removed. */
export function loadChanged(
  scope: ReadScope,
  changeKeys: readonly string[],
  { side, range, reading }: ChangeSide & { range: PageRange; reading: Reading<ParticipantRow> },
): Promise<Page<ParticipantRow>[]> {
  const parents: PageParent[] = changeKeys.map((key) => {
    const [group, version] = key.split('.').map(Number);
    return [group ?? 0, version ?? 0];
  });
  const shape = reading.shapeIn(participantTable);
  const select = sql`SELECT ${shape.item} FROM membership
    JOIN participant ON participant.key = membership.participant_key
    WHERE membership.group_key = parent.key AND membership.${verbatim(side)}_version = parent.version
    ${pageClause(changedOrder, range)}`;
  return readShapedPages(scope.reader, parents, range, select, shape);
}

/** In the order in which the workspace saw the participants first. */
export const changedOrder = {
  ...participantOrder,
  columns: [{ expression: 'membership.participant_key', type: 'int' as const }],
};

/** Whether the participant ID is in the group, for each `<group key> <participant ID>`. */
export async function loadIsMember(scope: ReadScope, asked: readonly string[]): Promise<boolean[]> {
  const pairs = asked.map(splitPlatformKey);
  const rows = await scope.reader.rows<{ position: number }>(sql`
    SELECT wanted.position::int AS position
    FROM unnest(${pairs.map(({ key }) => key)}::int[], ${pairs.map(({ participantId }) => participantId)}::text[])
      WITH ORDINALITY AS wanted(group_key, participant_id, position)
    JOIN participant_group ON participant_group.key = wanted.group_key
      AND participant_group.workspace_key = ANY(${scope.workspaceKeys}::int[])
    JOIN participant ON participant.workspace_key = participant_group.workspace_key
      AND participant.participant_id = wanted.participant_id
    JOIN membership ON membership.participant_key = participant.key AND membership.group_key = wanted.group_key
      AND membership.left_version IS NULL`);
  const members = new Set(rows.map(({ position }) => position));
  return asked.map((_pair, index) => members.has(index + 1));
}
