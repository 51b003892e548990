import type { Client } from 'pg';

/** The same work by bare statements, with nothing checked: what PostgreSQL itself takes for it. */
export interface Floor {
  /** Adds to a group: people, memberships, counter and log, in one transaction. */
  add(groupKey: number, ids: readonly string[]): Promise<void>;
  replace(groupKey: number, ids: readonly string[]): Promise<void>;
  page(groupKey: number, afterVersion: number): Promise<void>;
  nested(): Promise<void>;
}

export function bareStatements(client: Client, workspaceKey: number): Floor {
  const run = (name: string, text: string, values: unknown[]) => client.query({ name, text, values });
  const people = (ids: readonly string[]) =>
    run(
      'people',
      `INSERT INTO participant (id, workspace_key, participant_id)
      SELECT gen_random_uuid(), $1::int, wanted FROM unnest($2::text[]) AS wanted
      WHERE NOT EXISTS (SELECT FROM participant WHERE workspace_key = $1::int AND participant_id = wanted) ORDER BY wanted`,
      [workspaceKey, ids],
    );
  const members = (group: number, ids: readonly string[]) =>
    run(
      'members',
      `INSERT INTO membership (workspace_key, group_key, participant_key, joined_version)
      SELECT $1::int, $2::int, key, (SELECT version + 1 FROM participant_group WHERE key = $2::int) FROM participant
      WHERE workspace_key = $1::int AND participant_id = ANY($3::text[]) ON CONFLICT DO NOTHING`,
      [workspaceKey, group, ids],
    );
  const log = (group: number, came: number, went: number) =>
    run(
      'log',
      `WITH edited AS (UPDATE participant_group SET version = version + 1, last_change_at = clock_timestamp(),
        participant_count = participant_count + $3::int - $4::int WHERE key = $2::int RETURNING version, participant_count)
      INSERT INTO membership_change (workspace_key, group_key, version, cause, occurred_at, added_count, removed_count, participant_count)
      SELECT $1::int, $2::int, version, 'MANUAL', clock_timestamp(), $3::int, $4::int, participant_count FROM edited`,
      [workspaceKey, group, came, went],
    );
  const transaction = async (work: () => Promise<void>) => {
    await client.query('BEGIN');
    await work();
    await client.query('COMMIT');
  };
  return {
    add: (group, ids) =>
      transaction(async () => {
        await people(ids);
        const { rowCount } = await members(group, ids);
        await log(group, rowCount ?? 0, 0);
      }),
    replace: (group, ids) =>
      transaction(async () => {
        await people(ids);
        const came = await members(group, ids);
        const went = await run(
          'leave',
          `UPDATE membership SET left_version = (SELECT version + 1 FROM participant_group WHERE key = $1::int)
          WHERE group_key = $1::int AND left_version IS NULL AND participant_key NOT IN
            (SELECT key FROM participant WHERE workspace_key = $2::int AND participant_id = ANY($3::text[]))`,
          [group, workspaceKey, ids],
        );
        await log(group, came.rowCount ?? 0, went.rowCount ?? 0);
      }),
    async page(group, afterVersion) {
      await run(
        'page',
        `SELECT participant.* FROM membership JOIN participant ON key = participant_key
        WHERE group_key = $1::int AND left_version IS NULL AND joined_version > $2::int ORDER BY joined_version, participant_key LIMIT 100`,
        [group, afterVersion],
      );
    },
    async nested() {
      await run(
        'nested',
        `SELECT project.key, g.key, g.name, json_agg(m.participant_id) FROM project
        CROSS JOIN LATERAL (SELECT key, name FROM participant_group WHERE project_key = project.key ORDER BY key LIMIT 10) AS g
        CROSS JOIN LATERAL (SELECT participant_id FROM membership JOIN participant ON participant.key = participant_key
          WHERE group_key = g.key AND left_version IS NULL ORDER BY joined_version, participant_key LIMIT 10) AS m
        WHERE project.workspace_key = $1::int GROUP BY 1, 2, 3`,
        [workspaceKey],
      );
    },
  };
}
