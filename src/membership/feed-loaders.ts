import type { Reader } from '../database/reader.ts';
import { reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';
import { type ChangeRow, changeColumns } from './loaders.ts';

/** So many changes are read at once. */
export const feedPage = 100;

const reviveChange = reviveDates<ChangeRow>(['occurredAt']);

/** The next changes of a group after a version, in order and without a gap: whoever numbers one holds the group. */
export async function loadChangesAfter(
  reader: Reader,
  groupKey: number,
  version: number,
): Promise<ChangeRow[]> {
  const rows = await reader.rows<ChangeRow>(sql`
    SELECT ${changeColumns} FROM membership_change
    JOIN participant_group ON participant_group.key = membership_change.group_key
    WHERE membership_change.group_key = ${groupKey}::int AND membership_change.version > ${version}::int
    ORDER BY membership_change.version LIMIT ${feedPage}::int`);
  return rows.map(reviveChange);
}

/** A group that somebody wants to follow. */
export interface FollowedGroup {
  readonly key: number;
  readonly id: string;
  readonly workspaceKey: number;
  readonly version: number;
  readonly lastChangeAt: Date | null;
}

/** Groups of these workspaces by UUID, in no order. */
export function loadFollowed(
  reader: Reader,
  ids: readonly string[],
  workspaceKeys: readonly number[],
): Promise<FollowedGroup[]> {
  return reader.rows<FollowedGroup>(sql`
    SELECT key, id, workspace_key AS "workspaceKey", version, last_change_at AS "lastChangeAt"
    FROM participant_group WHERE id = ANY(${ids}::uuid[]) AND workspace_key = ANY(${workspaceKeys}::int[])`);
}

/** When each group's change of a version was made; left out where there is none. */
export async function loadMomentsOf(
  reader: Reader,
  places: readonly { readonly groupKey: number; readonly version: number }[],
): Promise<Map<number, Date>> {
  const rows = await reader.rows<{ groupKey: number; occurredAt: Date }>(sql`
    SELECT group_key AS "groupKey", membership_change.occurred_at AS "occurredAt"
    FROM unnest(${places.map(({ groupKey }) => groupKey)}::int[], ${places.map(({ version }) => version)}::int[])
      AS place(group_key, version)
    JOIN membership_change USING (group_key, version)`);
  return new Map(rows.map(({ groupKey, occurredAt }) => [groupKey, occurredAt]));
}
