import { expect, it } from 'vitest';
import type { Filter } from '../eligibility/fixtures/filters.ts';
import { createPlace, createStudy, uuidOf } from '../eligibility/fixtures/store.ts';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const place = await createPlace(app, lab);
const { token } = lab.viewer;

const groups: string[] = [];
for (let made = 0; made < 200; made++)
  groups.push(
    uuidOf(await createGroup(app, lab.admin.token, lab.workspaceId, people(made * 10, made * 10 + 1_000))),
  );
for (const table of ['participant', 'membership', 'membership_change', 'participant_group'])
  await app.sql(`VACUUM ANALYZE ${table}`);

const names = { groups, studies: [] };
const hundred = (start: number) => Array.from({ length: 100 }, (_, index) => (start + index) % groups.length);
const allow = (start: number): Filter => ({
  kind: 'PARTICIPANT_GROUP_ALLOWLIST',
  groups: hundred(start),
  within: 30,
});
const block = (start: number): Filter => ({
  kind: 'PARTICIPANT_GROUP_BLOCKLIST',
  groups: hundred(start),
  before: 30,
});

/** 100 nodes on five levels: two chains of four branches, over 92 leaves of 100 groups or 50,000 IDs in all. */
function largestTree(): Filter[] {
  const leaves = Array.from({ length: 46 }, (_, index) => (index % 2 === 0 ? allow(index) : block(index)));
  const chain = (inner: readonly Filter[], outer: 'ALL' | 'ANY', other: 'ALL' | 'ANY'): Filter => {
    const fourth: Filter = { kind: other, filters: inner.slice(0, 10) };
    const third: Filter = { kind: outer, filters: [fourth, ...inner.slice(10, 20)] };
    const second: Filter = { kind: other, filters: [third, ...inner.slice(20, 30)] };
    return { kind: outer, filters: [second, ...inner.slice(30)] };
  };
  const ids: Filter = { kind: 'CUSTOM_BLOCKLIST', ids: people(2_900, 27_900) };
  const more: Filter = { kind: 'CUSTOM_ALLOWLIST', ids: people(0, 25_000) };
  return [chain([...leaves.slice(1), ids], 'ANY', 'ALL'), chain([...leaves.slice(1), more], 'ANY', 'ALL')];
}

it('answers a tree at every limit within the time that a read may take', async () => {
  const study = await createStudy(app, place, largestTree(), names);
  const ask = async (selection: string) => {
    const start = performance.now();
    const query = `query ($id: ID!, $ids: [String!]!) { node(id: $id) { ... on Study { ${selection} } } }`;
    const { data, errors } = await app.ask(token, query, { id: study.id, ids: people(0, 1_000) });
    process.stdout.write(
      `largest tree, ${selection.slice(0, 24)}: ${Math.round(performance.now() - start)} ms\n`,
    );
    expect(errors).toBeUndefined();
    return data.node;
  };
  const [nodes] = await app.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM filter_node WHERE tree_key = ${study.treeKey}`,
  );
  expect(nodes?.count).toBe(100);
  const one = await app.ask(
    token,
    'query ($id: ID!) { node(id: $id) { ... on Study { eligibility(participantId: "p5") { isEligible } } } }',
    { id: study.id },
  );
  expect(one.errors).toBeUndefined();
  const { eligibilities } = await ask('eligibilities(participantIds: $ids) { isEligible }');
  const { eligibleParticipantCount: count, eligibleParticipants } = await ask(
    'eligibleParticipantCount a: eligibilities(participantIds: $ids) { isEligible } eligibleParticipants(first: 100) { nodes { participantId } }',
  );
  const eligible = eligibilities.filter(({ isEligible }: { isEligible: boolean }) => isEligible).length;
  expect(count).toBeGreaterThanOrEqual(eligible);
  expect(eligibleParticipants.nodes.length).toBe(Math.min(100, count));
});
