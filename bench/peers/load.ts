import type { Client } from 'pg';

/** How much there is. `--large` has five times the members in each group, of five times the participants. */
export interface Size {
  readonly workspaces: number;
  readonly projects: number;
  readonly groups: number;
  readonly members: number;
  /** Members of the one group that everybody of a workspace is in. */
  readonly everyone: number;
}

export const normal: Size = {
  workspaces: 20,
  projects: 10,
  groups: 10,
  members: 1_000,
  everyone: 1_000_000,
};
export const large: Size = { ...normal, members: 5_000 };

/** Each participant is in ten groups on average, whatever the size. */
export const participantsOf = ({ members }: Size) => members * 10;
const perChange = 10_000;
/** Empty groups to add to, and deleted ones that a list has to leave out. */
export const editGroups = 400;
const deletedGroups = 10;

const id24 = (seed: string) => `substr(md5(${seed}), 1, 24)`;

/**
 * Fills the tables set-wise, with the counters, versions and changes that adding half of each group at a time would
 * have left: `workspaces` of the same shape, one of a group of everybody, and one to edit.
 */
export async function load(client: Client, size: Size): Promise<void> {
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  const { workspaces, projects, groups, members } = size;
  const perWorkspace = projects * groups;
  await run(
    `INSERT INTO workspace (id, title, participant_id_format)
     SELECT uuidv7(), CASE n WHEN $1::int + 1 THEN 'Everybody' WHEN $1::int + 2 THEN 'Edits' ELSE 'Workspace ' || n END, 'PROLIFIC'
     FROM generate_series(1, $1::int + 2) AS n ORDER BY n`,
    [workspaces],
  );
  await run(
    `INSERT INTO project (id, workspace_key, title) SELECT uuidv7(), workspace.key, 'Project ' || n
     FROM workspace, generate_series(1, $1::int) AS n WHERE title LIKE 'Workspace %' ORDER BY workspace.key, n`,
    [projects],
  );
  await run(
    `INSERT INTO participant (id, workspace_key, participant_id)
     SELECT uuidv7(), workspace.key, ${id24(`workspace.key || '.' || n`)}
     FROM workspace, generate_series(1, $1::int) AS n WHERE title LIKE 'Workspace %' ORDER BY workspace.key, n`,
    [participantsOf(size)],
  );
  await run(
    `INSERT INTO participant_group (id, workspace_key, project_key, name, name_key, participant_count, version, created_at)
     SELECT uuidv7(), workspace_key, key, made.name, lower(made.name), $2, 2, now() - interval '1 day' + make_interval(secs => key * 20 + n)
     FROM project, generate_series(1, $1::int) AS n,
       LATERAL (SELECT 'Group ' || n || ' of ' || title || ' in ' || workspace_key AS name) AS made ORDER BY key, n`,
    [groups, members],
  );
  await run(
    `INSERT INTO participant_group (id, workspace_key, name, name_key, deleted_at)
     SELECT uuidv7(), key, 'Old ' || n, 'old ' || n, now() FROM workspace, generate_series(1, $1::int) AS n
     WHERE title LIKE 'Workspace %' ORDER BY key, n`,
    [deletedGroups],
  );
  await run(
    `INSERT INTO membership_change (workspace_key, group_key, version, cause, occurred_at, added_count, removed_count, participant_count)
     SELECT workspace_key, key, n, 'MANUAL', date_trunc('milliseconds', now() - make_interval(secs => (key * 7919) % 50000 + (2 - n) * 60)),
       $1::int / 2, 0, n * $1::int / 2
     FROM participant_group, generate_series(1, 2) AS n WHERE version = 2 ORDER BY key, n`,
    [members],
  );
  await run(
    `UPDATE participant_group SET last_change_at = occurred_at FROM membership_change
     WHERE group_key = key AND membership_change.version = 2 AND participant_group.version = 2`,
  );
  // 97 has no divisor in common with the number of participants: nobody is in a group twice, and neighbours are far apart.
  await run(
    `INSERT INTO membership (workspace_key, group_key, participant_key, joined_version)
     SELECT one.workspace_key, one.key, first.key + (n * 97 + one.key * 131) % $2::int, n / ($1::int / 2) + 1
     FROM participant_group AS one JOIN (SELECT workspace_key, min(key) AS key FROM participant GROUP BY 1) AS first
       ON first.workspace_key = one.workspace_key, generate_series(0, $1::int - 1) AS n
     WHERE one.version = 2 ORDER BY one.key, n`,
    [members, participantsOf(size)],
  );
  await loadEveryone(client, size);
  await run(
    `INSERT INTO participant_group (id, workspace_key, name, name_key)
     SELECT uuidv7(), key, 'Edited ' || n, 'edited ' || n FROM workspace, generate_series(1, $1::int) AS n
     WHERE title = 'Edits' ORDER BY n`,
    [editGroups],
  );
  await run(
    `INSERT INTO participant (id, workspace_key, participant_id)
     SELECT uuidv7(), key, ${id24(`key || '.' || n`)} FROM workspace, generate_series(1, 10000) AS n WHERE title = 'Edits'`,
  );
  await run('VACUUM ANALYZE');
  await run('CHECKPOINT');
  await checkCounters(client, workspaces * perWorkspace * members + size.everyone);
}

async function loadEveryone(client: Client, { everyone }: Size): Promise<void> {
  await client.query(
    `INSERT INTO participant (id, workspace_key, participant_id)
     SELECT uuidv7(), key, ${id24(`key || '.' || n`)} FROM workspace, generate_series(1, $1::int) AS n
     WHERE title = 'Everybody' ORDER BY n`,
    [everyone],
  );
  await client.query(
    `INSERT INTO participant_group (id, workspace_key, name, name_key, participant_count, version, last_change_at)
     SELECT uuidv7(), key, 'Everyone', 'everyone', $1, $1::int / $2::int, date_trunc('milliseconds', now())
     FROM workspace WHERE title = 'Everybody'`,
    [everyone, perChange],
  );
  await client.query(
    `INSERT INTO membership_change (workspace_key, group_key, version, cause, occurred_at, added_count, removed_count, participant_count)
     SELECT workspace_key, key, n, 'MANUAL', last_change_at - make_interval(mins => version - n), $1::int, 0, n * $1::int
     FROM participant_group, generate_series(1, version) AS n WHERE name = 'Everyone' ORDER BY n`,
    [perChange],
  );
  await client.query(
    `INSERT INTO membership (workspace_key, group_key, participant_key, joined_version)
     SELECT one.workspace_key, one.key, participant.key,
       (row_number() OVER (ORDER BY participant.key) - 1) / $1::int + 1
     FROM participant_group AS one JOIN participant USING (workspace_key) WHERE name = 'Everyone' ORDER BY participant.key`,
    [perChange],
  );
}

/** Counters and logs must say what the members say: numbers of something else would be worth nothing. */
async function checkCounters(client: Client, expected: number): Promise<void> {
  const { rows } = await client.query(
    `SELECT count(*) FILTER (WHERE participant_count IS DISTINCT FROM coalesce(has, 0))::int AS wrong, sum(has)::int AS total
     FROM participant_group LEFT JOIN (SELECT group_key, count(*) AS has FROM membership GROUP BY 1) AS counted ON group_key = key`,
  );
  if (rows[0].wrong > 0 || rows[0].total !== expected)
    throw new Error(`The data is wrong: ${JSON.stringify(rows[0])}, not ${expected} memberships`);
}
