import { encodeGlobalId } from '../../src/global-id.ts';
import type { App } from '../support/app.ts';

/** Participants of the workspace, `m1` … `m1000000`, and how many of the first of them each group has. */
export const everyone = 1_000_000;
export const sizes = { small: 100_000, large: 1_000_000 } as const;
/** How many joined with each change of a group. */
const perChange = 10_000;

export interface Loaded {
  readonly id: string;
  readonly key: number;
  readonly size: number;
}

/**
 * Fills a workspace with a million participants and two groups of the first 100,000 and of all of them, straight into
 * the tables, with the log that adding 10,000 at a time would have left; then VACUUM ANALYZE.
 */
export async function loadMillion(
  sql: App['sql'],
  workspaceId: string,
): Promise<Record<keyof typeof sizes, Loaded>> {
  const [workspace] = await sql<{ key: number }>('SELECT key FROM workspace WHERE id = $1', [workspaceId]);
  const workspaceKey = workspace?.key ?? 0;
  await sql(
    `INSERT INTO participant (id, workspace_key, participant_id)
     SELECT gen_random_uuid(), $1, 'm' || n FROM generate_series(1, $2::int) AS n`,
    [workspaceKey, everyone],
  );
  const small = await loadGroup(sql, workspaceKey, 'Small', sizes.small);
  const large = await loadGroup(sql, workspaceKey, 'Large', sizes.large);
  for (const table of ['participant', 'membership', 'membership_change', 'participant_group']) {
    await sql(`VACUUM ANALYZE ${table}`);
  }
  return { small, large };
}

async function loadGroup(sql: App['sql'], workspaceKey: number, name: string, size: number): Promise<Loaded> {
  const [group] = await sql<{ id: string; key: number }>(
    `INSERT INTO participant_group (id, workspace_key, name, name_key, participant_count, version, last_change_at)
     VALUES (gen_random_uuid(), $1, $2, lower($2), $3, $4, date_trunc('milliseconds', now())) RETURNING id, key`,
    [workspaceKey, name, size, size / perChange],
  );
  if (group === undefined) throw new Error('No group was made');
  await sql(
    `INSERT INTO membership_change (workspace_key, group_key, version, cause, occurred_at, added_count, removed_count,
       participant_count)
     SELECT $1, $2, n, 'MANUAL', date_trunc('milliseconds', now()) - make_interval(mins => $3::int - n), $4::int, 0, n * $4::int
     FROM generate_series(1, $3::int) AS n`,
    [workspaceKey, group.key, size / perChange, perChange],
  );
  await sql(
    `INSERT INTO membership (workspace_key, group_key, participant_key, joined_version)
     SELECT $1, $2, first.key + n, n / $4::int + 1 FROM generate_series(0, $3::int - 1) AS n,
       (SELECT key FROM participant WHERE workspace_key = $1 AND participant_id = 'm1') AS first`,
    [workspaceKey, group.key, size, perChange],
  );
  return { id: encodeGlobalId('ParticipantGroup', group.id), key: group.key, size };
}
