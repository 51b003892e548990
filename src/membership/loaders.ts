import { type Page, type PageRange, pageClause, readPages } from '../database/pages.ts';
import type { MembershipChange } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { columnsOf, type RowKey, reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';

export interface ChangeRow extends MembershipChange {
  /** The group's UUID and the version: what its global id holds. */
  readonly id: string;
}

const columns = columnsOf<MembershipChange>('membership_change', [
  'workspaceKey',
  'groupKey',
  'version',
  'cause',
  'note',
  'actorId',
  'occurredAt',
  'addedCount',
  'removedCount',
  'participantCount',
  'submissionKey',
]);
const id = sql`participant_group.id || '.' || membership_change.version AS id`;
/** Of \`membership_change\` joined with \`participant_group\`. */
export const changeColumns = sql`${columns}, ${id}`;
const reviveChange = reviveDates<ChangeRow>(['occurredAt']);

/** Oldest first. */
export const changeOrder = {
  name: 'version',
  columns: [{ expression: 'membership_change.version', type: 'int' }],
  descending: false,
} as const;

/** A change's key for the loader. */
export function changeKey(groupKey: number, version: number): string {
  return `${groupKey}.${version}`;
}

/** Changes by `<group key or UUID>.<version>`, of groups in the viewer's workspaces. */
export async function loadChanges(scope: ReadScope, asked: readonly RowKey[]): Promise<(ChangeRow | null)[]> {
  const wanted = asked.map((key) => {
    const [group = '', version] = String(key).split('.');
    const isId = group.includes('-');
    return {
      key: isId ? null : Number(group),
      id: isId ? group : null,
      version: Number(version),
    };
  });
  const rows = await scope.reader.rows<ChangeRow>(sql`
    SELECT ${changeColumns} FROM unnest(${wanted.map(({ key }) => key)}::int[], ${wanted.map(({ id }) => id)}::uuid[],
      ${wanted.map(({ version }) => version)}::int[]) AS wanted(key, id, version)
    CROSS JOIN LATERAL (
      SELECT key, id FROM participant_group WHERE participant_group.key = wanted.key
      UNION ALL SELECT key, id FROM participant_group WHERE participant_group.id = wanted.id) AS participant_group
    JOIN membership_change ON membership_change.group_key = participant_group.key
      AND membership_change.version = wanted.version
    WHERE membership_change.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  const byKey = new Map<string, ChangeRow>();
  for (const row of rows) byKey.set(row.id, row).set(changeKey(row.groupKey, row.version), row);
  return asked.map((key) => byKey.get(String(key)) ?? null);
}

/** A page of each group's change log. */
export function loadChangePages(
  scope: ReadScope,
  groupKeys: readonly number[],
  range: PageRange,
): Promise<Page<ChangeRow>[]> {
  const select = sql`SELECT ${changeColumns} FROM membership_change
    JOIN participant_group ON participant_group.key = membership_change.group_key
    WHERE membership_change.group_key = parent.key ${pageClause(changeOrder, range)}`;
  return readPages(scope.reader, groupKeys, range, select, reviveChange);
}

/** One stay in a group: from one version until another, or still. */
export interface Interval {
  readonly groupKey: number;
  readonly joinedVersion: number;
  readonly leftVersion: number | null;
}

/** All stays of each participant in one group, oldest first. */
export async function loadHistories(
  scope: ReadScope,
  participantKeys: readonly number[],
  { groupId }: { readonly groupId: string },
): Promise<Interval[][]> {
  const rows = await scope.reader.rows<Interval & { participantKey: number }>(sql`
    SELECT membership.participant_key AS "participantKey", membership.group_key AS "groupKey",
      membership.joined_version AS "joinedVersion", membership.left_version AS "leftVersion"
    FROM participant_group JOIN LATERAL (
      SELECT * FROM membership WHERE group_key = participant_group.key
        AND participant_key = ANY(${participantKeys}::int[]) AND left_version IS NULL
      UNION ALL SELECT * FROM membership WHERE group_key = participant_group.key
        AND participant_key = ANY(${participantKeys}::int[]) AND left_version IS NOT NULL) AS membership ON true
    WHERE participant_group.id = ${groupId}::uuid
      AND participant_group.workspace_key = ANY(${scope.workspaceKeys}::int[])
    ORDER BY membership.joined_version`);
  const byParticipant = new Map<number, Interval[]>(participantKeys.map((key) => [key, []]));
  for (const { participantKey, ...interval } of rows) byParticipant.get(participantKey)?.push(interval);
  return participantKeys.map((key) => byParticipant.get(key) ?? []);
}
