import { beforeAll, expect, it } from 'vitest';
import type { Filter } from '../eligibility/fixtures/filters.ts';
import { createPlace, createStudy, type MadeStudy, uuidOf } from '../eligibility/fixtures/store.ts';
import { type Sent, startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { explain } from './plans.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const place = await createPlace(app, lab);
const { token } = lab.viewer;

const everyone = 1_000_000;
const large = 200_000;
const small = 200;
const allowLists = 5;
const blockLists = 20;
const moreBuffersPerProbe = 2;

interface Groups {
  readonly study: MadeStudy;
  readonly counted: MadeStudy;
}
let ofLarge: Groups;
let ofSmall: Groups;

/** Allowlists of everyone, a part each; blocklists that begin a tenth later each. Member n is in group n / size. */
async function load(size: number): Promise<Groups> {
  const ids: string[] = [];
  for (let index = 0; index < allowLists + blockLists; index++) {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId);
    const start = index < allowLists ? index * size : ((index - allowLists) * size) / 10 + size;
    await app.sql(
      `WITH grown AS (UPDATE participant_group SET version = 1, participant_count = $2::int, last_change_at = now()
         WHERE id = $1::uuid RETURNING key, workspace_key),
       changed AS (INSERT INTO membership_change (workspace_key, group_key, version, cause, occurred_at, added_count,
         removed_count, participant_count)
         SELECT workspace_key, key, 1, 'MANUAL', date_trunc('milliseconds', now()), $2::int, 0, $2::int FROM grown)
       INSERT INTO membership (workspace_key, group_key, participant_key, joined_version)
       SELECT grown.workspace_key, grown.key, first.key + n, 1 FROM grown,
         (SELECT min(key) AS key FROM participant WHERE participant_id = 'm0') AS first,
         generate_series($3::int, $3::int + $2::int - 1) AS n`,
      [uuidOf(id), size, start],
    );
    ids.push(uuidOf(id));
  }
  const names = { groups: ids, studies: [] };
  const positions = [...ids.keys()];
  const allow: Filter = { kind: 'PARTICIPANT_GROUP_ALLOWLIST', groups: positions.slice(0, allowLists) };
  const block = (count: number): Filter => ({
    kind: 'PARTICIPANT_GROUP_BLOCKLIST',
    groups: positions.slice(allowLists, allowLists + count),
  });
  return {
    study: await createStudy(app, place, [allow, block(blockLists)], names),
    counted: await createStudy(app, place, [allow, block(3)], names),
  };
}

beforeAll(async () => {
  await app.sql(
    `INSERT INTO participant (id, workspace_key, participant_id)
     SELECT gen_random_uuid(), $1, 'm' || n FROM generate_series(0, $2::int - 1) AS n`,
    [place.workspaceKey, everyone],
  );
  ofLarge = await load(large);
  ofSmall = await load(small);
  for (const table of ['participant', 'membership', 'membership_change', 'participant_group', 'study'])
    await app.sql(`VACUUM ANALYZE ${table}`);
});

async function ask(study: MadeStudy, selection: string) {
  const query = `query ($id: ID!) { node(id: $id) { ... on Study { ${selection} } } }`;
  const start = performance.now();
  const { data, errors } = await app.ask(token, query, { id: study.id });
  expect(errors).toBeUndefined();
  return { answer: data.node, milliseconds: Math.round(performance.now() - start) };
}

/** The statement of the facts about one participant. */
async function factsOf({ study }: Groups, participantId: string): Promise<Sent> {
  app.sent.length = 0;
  const { answer } = await ask(study, `eligibility(participantId: "${participantId}") { isEligible }`);
  expect(answer.eligibility.isEligible).toBe(true);
  const [facts] = app.sent.filter(({ text }) => text.includes('WITH studies'));
  if (facts === undefined) throw new Error('No facts were read');
  return facts;
}

it('asks about one participant of groups of 200,000 with as many buffers as of groups of 200', async () => {
  // The 100th: of the first allowlist, and of no blocklist, in both.
  const fewer = await explain(app.databaseUrl, await factsOf(ofSmall, 'm100'));
  const more = await explain(app.databaseUrl, await factsOf(ofLarge, 'm100'));
  for (const kind of ['first', 'later', 'generic'] as const) {
    const [few, many] = [fewer[kind], more[kind]];
    process.stdout.write(`eligibility | ${kind}: ${few.buffers} of 200, ${many.buffers} of 200,000\n`);
    // One probe of the index of memberships for each group, as the database sees it.
    const probes = allowLists + blockLists;
    const why = `${kind} plan:\n${few.plan}\n${many.plan}`;
    expect(many.buffers - few.buffers, why).toBeLessThanOrEqual(moreBuffersPerProbe * probes);
    expect(many.buffers, why).toBeLessThanOrEqual(200);
  }
});

it('counts 5 × 200,000 allowed less 3 × 200,000 blocked exactly', async () => {
  const { answer, milliseconds } = await ask(ofLarge.counted, 'eligibleParticipantCount');
  process.stdout.write(`eligibleParticipantCount, 5 × 200,000 less 3 × 200,000: ${milliseconds} ms\n`);
  // The blocklists cover 200,000 to 439,999.
  expect(answer.eligibleParticipantCount).toBe(everyone - 240_000);
});

it('lists a page of as many', async () => {
  const { answer, milliseconds } = await ask(
    ofLarge.counted,
    'eligibleParticipants(last: 100) { nodes { participantId } }',
  );
  process.stdout.write(`eligibleParticipants(last: 100): ${milliseconds} ms\n`);
  expect(answer.eligibleParticipants.nodes.at(-1)).toEqual({ participantId: `m${everyone - 1}` });
});

it('counts everyone but the blocked of a million', async () => {
  const block: Filter = { kind: 'PARTICIPANT_GROUP_BLOCKLIST', groups: [0] };
  const [{ id } = { id: '' }] = await app.sql<{ id: string }>(
    `SELECT id FROM participant_group WHERE participant_count = ${large} ORDER BY key LIMIT 1`,
  );
  const study = await createStudy(app, place, [block], { groups: [id], studies: [] });
  const { answer, milliseconds } = await ask(study, 'eligibleParticipantCount');
  process.stdout.write(`eligibleParticipantCount, everyone less 200,000: ${milliseconds} ms\n`);
  expect(answer.eligibleParticipantCount).toBe(everyone - large);
});
