import { touch } from '../database/commits.ts';
import type { MembershipCause } from '../database/prisma/client.ts';
import { type Sql, sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import type { LockedGroup } from '../participant-group/access.ts';

/** One edit of a group's members: who is to come and to go, as queries of participant keys. */
export interface Change {
  readonly joining: Sql;
  readonly leaving: Sql;
  readonly cause: MembershipCause;
  readonly note: string | null;
  /** Null for a participant who handed in a completion code. */
  readonly actorId: string | null;
  /** Whose completion code it was, where it was one. */
  readonly submissionKey?: number;
}

export interface Changed {
  readonly version: number | null;
  readonly addedCount: number;
  readonly removedCount: number;
  readonly participantCount: number;
}

/** Nobody comes, or nobody goes. */
export const nobody = sql`SELECT NULL::int AS key WHERE false`;

/** The participants with these keys. */
export function these(keys: readonly number[]): Sql {
  return sql`SELECT key FROM unnest(${keys}::int[]) AS these(key)`;
}

/** The group's members whom `query` does not name. */
export function membersNotIn(group: LockedGroup, query: Sql): Sql {
  return sql`SELECT membership.participant_key FROM membership
    WHERE membership.group_key = ${group.key} AND membership.left_version IS NULL
      AND NOT EXISTS (SELECT 1 FROM (${query}) AS named(key) WHERE named.key = membership.participant_key)`;
}

/** The members that the group had at a version, but for those who were erased since. */
export function membersAt(group: LockedGroup, version: number): Sql {
  return sql`SELECT membership.participant_key AS key FROM membership
    WHERE membership.group_key = ${group.key} AND membership.joined_version <= ${version}::int
      AND (membership.left_version IS NULL OR membership.left_version > ${version}::int)
      AND NOT EXISTS (SELECT 1 FROM participant AS erased WHERE erased.workspace_key = ${group.workspaceKey}::int
        AND erased.key = membership.participant_key AND erased.erased_at IS NOT NULL)`;
}

/** What compares the whole membership with another one. */
const wholesale: readonly MembershipCause[] = ['REPLACEMENT', 'REVERSION'];

/**
 * Applies an edit in one statement: intervals, the numbered change, counter and version move together or not at all.
 * Whoever is in already and whoever is not in are left alone; without a difference nothing is written. The lock on the
 * group's row is what numbers the changes without gaps, and what makes `occurred_at` later than the one before.
 */
export async function applyChange(
  transaction: Transaction,
  group: LockedGroup,
  change: Change,
): Promise<Changed> {
  const next = group.version + 1;
  // Of a group that was filled a moment ago the planner knows nothing: it takes it for two rows, and nested loops over
  // 50,000 members run for minutes. Hash joins cost the same whatever it believes, if it thinks of them now and does not
  // take a plan that it has made before.
  if (wholesale.includes(change.cause))
    await transaction.$queryRaw`SELECT set_config('enable_nestloop', 'off', true),
      set_config('plan_cache_mode', 'force_custom_plan', true)`;
  const [row] = await transaction.$queryRaw<Omit<Changed, 'version'>[]>(sql`
    WITH came AS (
      INSERT INTO membership (workspace_key, group_key, participant_key, joined_version)
      SELECT ${group.workspaceKey}::int, ${group.key}::int, joining.key, ${next}::int FROM (${change.joining}) AS joining(key)
      WHERE NOT EXISTS (SELECT 1 FROM membership AS now WHERE now.participant_key = joining.key
        AND now.group_key = ${group.key}::int AND now.left_version IS NULL)
      RETURNING 1),
    went AS (
      UPDATE membership SET left_version = ${next}::int
      WHERE group_key = ${group.key}::int AND left_version IS NULL AND participant_key IN (${change.leaving})
      RETURNING 1),
    tally AS (SELECT (SELECT count(*)::int FROM came) AS added, (SELECT count(*)::int FROM went) AS removed),
    edited AS (
      UPDATE participant_group SET version = ${next}::int, participant_count = participant_count + added - removed,
        last_change_at = greatest(date_trunc('milliseconds', clock_timestamp()), last_change_at + interval '1 millisecond')
      FROM tally WHERE key = ${group.key}::int AND added + removed > 0
      RETURNING added, removed, participant_count, last_change_at)
    INSERT INTO membership_change (workspace_key, group_key, version, cause, note, actor_id, occurred_at,
      added_count, removed_count, participant_count, submission_key)
    SELECT ${group.workspaceKey}::int, ${group.key}::int, ${next}::int, ${change.cause}::membership_cause, ${change.note},
      ${change.actorId}::uuid, last_change_at, added, removed, participant_count, ${change.submissionKey ?? null}::int
    FROM edited
    RETURNING added_count AS "addedCount", removed_count AS "removedCount", participant_count AS "participantCount"`);
  if (row === undefined)
    return { version: null, addedCount: 0, removedCount: 0, participantCount: group.participantCount };
  touch(transaction, { kind: 'group', workspaceKey: group.workspaceKey, row: group.key, version: next });
  return { ...row, version: next };
}

/** A person who leaves every group of the workspace. */
export interface Departure {
  readonly workspaceKey: number;
  readonly participantKey: number;
  readonly actorId: string;
}

/**
 * Takes an erased person out of every group, deleted ones included: one numbered change for each, all in one statement
 * whatever the number of groups. Their rows are locked first, by id; answers with the changes, by group.
 */
export async function leaveAllGroups(
  transaction: Transaction,
  { workspaceKey, participantKey, actorId }: Departure,
): Promise<{ groupKey: number; version: number }[]> {
  const current = sql`membership.participant_key = ${participantKey}::int AND membership.left_version IS NULL`;
  await transaction.$queryRaw(sql`SELECT 1 FROM participant_group
    WHERE workspace_key = ${workspaceKey}::int AND key IN (SELECT group_key FROM membership WHERE ${current})
    ORDER BY id FOR NO KEY UPDATE`);
  const changes = await transaction.$queryRaw<{ groupKey: number; version: number }[]>(sql`
    WITH went AS (
      UPDATE membership SET left_version = version + 1 FROM participant_group
      WHERE ${current} AND key = group_key AND participant_group.workspace_key = ${workspaceKey}::int
      RETURNING group_key),
    edited AS (
      UPDATE participant_group SET version = version + 1, participant_count = participant_count - 1,
        last_change_at = greatest(date_trunc('milliseconds', clock_timestamp()), last_change_at + interval '1 millisecond')
      FROM went WHERE key = group_key
      RETURNING key, version, participant_count, last_change_at),
    logged AS (
      INSERT INTO membership_change (workspace_key, group_key, version, cause, actor_id, occurred_at, added_count,
        removed_count, participant_count)
      SELECT ${workspaceKey}::int, key, version, 'ERASURE', ${actorId}::uuid, last_change_at, 0, 1, participant_count FROM edited
      RETURNING group_key, version)
    SELECT group_key AS "groupKey", version FROM logged ORDER BY group_key`);
  const kind = 'group';
  touch(
    transaction,
    ...changes.map(({ groupKey, version }) => ({ kind, workspaceKey, row: groupKey, version }) as const),
  );
  return changes;
}
