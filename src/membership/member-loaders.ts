import {
  type Order,
  type Page,
  type PageParent,
  type PageRange,
  pageClause,
  readCounts,
  readPages,
} from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { reviveDates } from '../database/rows.ts';
import { sql, verbatim } from '../database/sql.ts';
import {
  type ParticipantRow,
  participantColumns,
  participantOrder,
  participantTimes,
  reviveParticipant,
  splitPlatformKey,
} from '../participant/loaders.ts';
import { type GroupRow, groupColumns, groupTimes } from '../participant-group/loaders.ts';

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
export const memberOrder = { name: 'joining', columns: joining, descending: false };

/** In order of joining, with the version that the list was resolved to in front: a cursor carries it. */
export const pastMemberOrder = {
  columns: [{ expression: 'version', type: 'int' as const }, ...joining],
  descending: false,
};

const memberColumns = sql`${participantColumns}, membership.group_key AS "groupKey",
  membership.joined_version AS "joinedVersion"`;
const reviveMember = reviveDates<MemberRow>(participantTimes);

/** A page of each group's members. */
export function loadMembers(
  scope: ReadScope,
  groupKeys: readonly number[],
  range: PageRange,
): Promise<Page<MemberRow>[]> {
  const select = sql`SELECT ${memberColumns} FROM membership
    JOIN participant ON participant.key = membership.participant_key
    WHERE membership.group_key = parent.key AND membership.left_version IS NULL ${pageClause(memberOrder, range)}`;
  return readPages(scope.reader, groupKeys, range, select, reviveMember);
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
  { range, ...then }: PastMoment & { readonly range: PageRange },
): Promise<Page<MemberRow>[]> {
  const select = sql`SELECT ${memberColumns}, list.version AS "listVersion"
    FROM (SELECT ${versionThen(then)} AS version) AS list
    JOIN membership ON membership.group_key = parent.key AND membership.joined_version <= list.version
      AND (membership.left_version IS NULL OR membership.left_version > list.version)
    JOIN participant ON participant.key = membership.participant_key
    WHERE true ${pageClause(memberOrder, range)}`;
  return readPages(scope.reader, groupKeys, range, select, reviveMember);
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
  readonly range: PageRange;
}

/** A page of whom each change, given as `<group key>.<version>`, added or removed. */
export function loadChanged(
  scope: ReadScope,
  changeKeys: readonly string[],
  { side, range }: ChangeSide,
): Promise<Page<ParticipantRow>[]> {
  const parents: PageParent[] = changeKeys.map((key) => {
    const [group, version] = key.split('.').map(Number);
    return [group ?? 0, version ?? 0];
  });
  const select = sql`SELECT ${participantColumns} FROM membership
    JOIN participant ON participant.key = membership.participant_key
    WHERE membership.group_key = parent.key AND membership.${verbatim(side)}_version = parent.version
    ${pageClause(changedOrder, range)}`;
  return readPages(scope.reader, parents, range, select, reviveParticipant);
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

/** A live group that a participant is in, with the version that they joined at. */
export interface JoinedGroupRow extends GroupRow {
  readonly joinedVersion: number;
}

export const joinedGroupOrder = {
  name: 'made',
  columns: [{ expression: 'membership.group_key', type: 'int' as const }],
  descending: false,
};

const joinedGroups = sql`FROM membership
  JOIN participant_group ON participant_group.key = membership.group_key AND participant_group.deleted_at IS NULL
  WHERE membership.participant_key = parent.key AND membership.left_version IS NULL`;

/** A page of the live groups that each participant is in. */
export function loadJoinedGroups(
  scope: ReadScope,
  participantKeys: readonly number[],
  range: PageRange,
): Promise<Page<JoinedGroupRow>[]> {
  const select = sql`SELECT ${groupColumns}, membership.joined_version AS "joinedVersion"
    ${joinedGroups} ${pageClause(joinedGroupOrder, range)}`;
  return readPages(scope.reader, participantKeys, range, select, reviveDates<JoinedGroupRow>(groupTimes));
}

/** How many live groups each participant is in. */
export function countJoinedGroups(scope: ReadScope, participantKeys: readonly number[]): Promise<number[]> {
  return readCounts(scope.reader, participantKeys, sql`SELECT 1 ${joinedGroups}`);
}
