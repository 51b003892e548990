import type { Client } from 'pg';
import { encodeGlobalId } from '../src/global-id.ts';
import type { Bench } from './gateway.ts';
import type { Work } from './turns.ts';

export interface Size {
  readonly everyone: number;
  readonly members: number;
}

export interface LoadedStudy {
  readonly key: number;
  readonly id: string;
}

/** A study for members of five groups and not of three others, one for everybody but members of these, and the groups. */
export interface Loaded {
  readonly study: LoadedStudy;
  readonly open: LoadedStudy;
  readonly groupIds: readonly string[];
  readonly allowed: readonly number[];
  readonly blocked: readonly number[];
}

const [allowLists, blockLists] = [5, 3];
const perChange = 10_000;

/** Participants `…01` and on, and groups of them whose members lie far apart, as adding 10,000 at a time leaves them. */
export async function loadEligibility(bench: Bench, { everyone, members }: Size): Promise<Loaded> {
  const { client, workspaceKey } = bench;
  await client.query(
    `INSERT INTO participant (id, workspace_key, participant_id)
     SELECT gen_random_uuid(), $1, lpad(to_hex(n), 24, '0') FROM generate_series(1, $2::int) AS n`,
    [workspaceKey, everyone],
  );
  const groups: { key: number; id: string }[] = [];
  for (let index = 0; index < allowLists + blockLists; index += 1)
    groups.push(await loadGroup(client, workspaceKey, index, { everyone, members }));
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  const keys = groups.map(({ key }) => key);
  const [allowed, blocked] = [keys.slice(0, allowLists), keys.slice(allowLists)];
  const allow = { kind: 'PARTICIPANT_GROUP_ALLOWLIST', groupKeys: allowed };
  const block = { kind: 'PARTICIPANT_GROUP_BLOCKLIST', groupKeys: blocked };
  return {
    study: await loadStudy(client, workspaceKey, [allow, block]),
    open: await loadStudy(client, workspaceKey, [block]),
    groupIds: groups.map(({ id }) => id),
    allowed,
    blocked,
  };
}

async function loadGroup(client: Client, workspaceKey: number, index: number, { everyone, members }: Size) {
  const { rows } = await client.query<{ key: number; id: string }>(
    `INSERT INTO participant_group (id, workspace_key, name, name_key, participant_count, version, last_change_at)
     SELECT id, $1, id, id, $2::int, $2::int / $3::int, date_trunc('milliseconds', now())
     FROM (SELECT gen_random_uuid() AS id) AS made RETURNING id, key`,
    [workspaceKey, members, perChange],
  );
  const [group] = rows;
  if (group === undefined) throw new Error('No group was made');
  await client.query(
    `INSERT INTO membership_change (workspace_key, group_key, version, cause, occurred_at, added_count, removed_count, participant_count)
     SELECT $1, $2, n, 'MANUAL', date_trunc('milliseconds', now()) - make_interval(mins => 1000 - n), $3::int, 0, n * $3::int
     FROM generate_series(1, $4::int / $3::int) AS n`,
    [workspaceKey, group.key, perChange, members],
  );
  // The prime has no divisor in common with the number of participants: nobody is in a group twice.
  await client.query(
    `INSERT INTO membership (workspace_key, group_key, participant_key, joined_version)
     SELECT $1, $2, first.key + ((n::bigint * 48271 + $3::bigint * 99991) % $4::int)::int, n / $5::int + 1
     FROM generate_series(0, $6::int - 1) AS n, (SELECT min(key) AS key FROM participant WHERE workspace_key = $1) AS first`,
    [workspaceKey, group.key, index, everyone, perChange, members],
  );
  return { key: group.key, id: encodeGlobalId('ParticipantGroup', group.id) };
}

async function loadStudy(
  client: Client,
  workspaceKey: number,
  filters: readonly { readonly kind: string; readonly groupKeys: readonly number[] }[],
): Promise<LoadedStudy> {
  const { rows } = await client.query<LoadedStudy>(
    `WITH place AS (INSERT INTO project (id, workspace_key, title) VALUES (gen_random_uuid(), $1, 'Bench') RETURNING key),
     tree AS (INSERT INTO filter_tree (workspace_key) VALUES ($1) RETURNING key),
     node AS (INSERT INTO filter_node (tree_key, workspace_key, ordinal, kind)
       SELECT tree.key, $1, said.index - 1, (said.filter->>'kind')::filter_kind
       FROM tree, jsonb_array_elements($2) WITH ORDINALITY AS said(filter, index)),
     named AS (INSERT INTO filter_node_group (tree_key, workspace_key, ordinal, position, group_key)
       SELECT tree.key, $1, said.index - 1, listed.position - 1, listed.key::int
       FROM tree, jsonb_array_elements($2) WITH ORDINALITY AS said(filter, index),
         jsonb_array_elements_text(said.filter->'groupKeys') WITH ORDINALITY AS listed(key, position))
     INSERT INTO study (id, workspace_key, project_key, name, total_available_places, filter_tree_key, status, published_at)
     SELECT gen_random_uuid(), $1, place.key, 'Bench', 10, tree.key, 'ACTIVE', now() FROM place, tree RETURNING id, key`,
    [workspaceKey, JSON.stringify(filters)],
  );
  const [study] = rows;
  if (study === undefined) throw new Error('No study was made');
  return { key: study.key, id: encodeGlobalId('Study', study.id) };
}

const current = 'SELECT participant_key FROM membership WHERE left_version IS NULL AND group_key';

/** Ways to count who is in an allowed group and in no blocked one: which is best depends on the machine. */
export function bestCounts(client: Client, { allowed, blocked }: Loaded): Work[] {
  const values = [allowed, blocked];
  return [
    `SELECT count(*)::int FROM ((${current} = ANY($1)) EXCEPT (${current} = ANY($2))) AS eligible`,
    `SELECT count(*)::int FROM (${current} = ANY($1::int[] || $2::int[]) GROUP BY 1 HAVING NOT bool_or(group_key = ANY($2))) AS eligible`,
  ].map((text, index) => async () => {
    const { rows } = await client.query({ name: `count ${index}`, text, values });
    return rows[0].count;
  });
}

/** Ways to count everybody but the members of blocked groups. */
export function bestOpenCounts(client: Client, { blocked }: Loaded, workspaceKey: number): Work[] {
  const everybody = 'SELECT key FROM participant WHERE workspace_key = $2';
  return [
    `SELECT count(*)::int FROM ((${everybody}) EXCEPT (${current} = ANY($1))) AS eligible`,
    `SELECT count(*)::int FROM (${everybody} AND NOT EXISTS (SELECT FROM membership WHERE participant_key = key
       AND group_key = ANY($1) AND left_version IS NULL)) AS eligible`,
  ].map((text, index) => async () => {
    const { rows } = await client.query({ name: `open ${index}`, text, values: [blocked, workspaceKey] });
    return rows[0].count;
  });
}

/** Whether one participant is eligible, by one prepared statement. */
export async function checkOne(
  client: Client,
  { allowed, blocked }: Loaded,
  workspaceKey: number,
  id: string,
) {
  const among = (groups: string) => `EXISTS (SELECT FROM membership WHERE participant_key = key
    AND group_key = ANY(${groups}) AND left_version IS NULL)`;
  const { rows } = await client.query<{ is: boolean }>({
    name: 'check',
    text: `SELECT ${among('$1')} AND NOT ${among('$2')} AS is FROM participant
      WHERE workspace_key = $3 AND participant_id = $4 AND erased_at IS NULL`,
    values: [allowed, blocked, workspaceKey, id],
  });
  return rows[0]?.is ?? false;
}
