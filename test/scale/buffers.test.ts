import { beforeAll, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { type Sent, startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import { type Loaded, loadMillion, type sizes } from './million.ts';
import { type Costs, explain } from './plans.ts';

/**
 * The rule: a read may touch at most two more buffers per index probe in a group of 1,000,000 than in one of 100,000
 * in the same table, and no more than eight per probe in all (an index's levels and the row): both grow with the
 * depth of a tree, never with the group. A page of 100 rows is one probe for the page and one a row, for whom the row
 * is about.
 */
const moreBuffersPerProbe = 2;
const mostBuffersPerProbe = 8;
const pageProbes = 1 + 101;

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.viewer;
let groups: Record<keyof typeof sizes, Loaded>;

beforeAll(async () => {
  // Groups that none of the reads is about: a read that asks each of them fails.
  await app.sql(
    `INSERT INTO participant_group (id, workspace_key, name, name_key)
     SELECT gen_random_uuid(), key, 'Empty ' || n, 'empty ' || n FROM workspace, generate_series(1, 300) AS n WHERE id = $1`,
    [decodeGlobalId(lab.workspaceId)?.key],
  );
  groups = await loadMillion(app.sql, decodeGlobalId(lab.workspaceId)?.key ?? '');
});

const member = (n: number) => `m${n}`;
/** A document that declares those of the variables that it uses. */
function document(selection: string): string {
  const types = { id: 'ID!', workspaceId: 'ID!', cursor: 'String', who: 'String!' };
  const used = Object.entries(types).filter(([name]) => new RegExp(`\\$${name}\\b`).test(selection));
  return `query (${used.map(([name, type]) => `$${name}: ${type}`).join(', ')}) { ${selection} }`;
}
const group = (selection: string) => document(`participantGroup(id: $id) { ${selection} }`);
const workspace = (selection: string) => document(`workspace(id: $workspaceId) { ${selection} }`);
const page = (args: string) =>
  group(`participants(${args}) { nodes { participantId } pageInfo { endCursor } }`);

const reads: { name: string; query: string; probes: number }[] = [
  { name: 'the first 100 members', query: page('first: 100'), probes: pageProbes },
  {
    name: '100 members after a cursor near the end',
    query: page('first: 100, after: $cursor'),
    probes: pageProbes,
  },
  { name: 'the last 100 members', query: page('last: 100'), probes: pageProbes },
  { name: 'the last 100 before a cursor', query: page('last: 100, before: $cursor'), probes: pageProbes },
  {
    name: 'totalCount and participantCount',
    query: group('participantCount participants(first: 1) { totalCount }'),
    probes: 4,
  },
  { name: 'hasParticipant', query: group('hasParticipant(participantId: $who)'), probes: 4 },
  {
    name: 'the first 100 members at a version',
    query: page('first: 100, asOfVersion: 8'),
    probes: pageProbes,
  },
  {
    name: 'whom the newest change added',
    query: group('changes(last: 1) { nodes { added(first: 100) { nodes { participantId } } } }'),
    probes: pageProbes,
  },
];

/** A cursor 150 members from the end. */
async function cursorNearEnd(id: string): Promise<string> {
  const query = `query ($id: ID!, $before: String) { participantGroup(id: $id) {
    participants(last: 75, before: $before) { pageInfo { startCursor } } } }`;
  let before: string | undefined;
  for (let step = 0; step < 2; step++) {
    const { data } = await app.ask(token, query, { id, before });
    before = data.participantGroup.participants.pageInfo.startCursor;
  }
  return before ?? '';
}

/** What the server sends for one request, when it knows no participant yet. */
async function statementsOf(query: string, { id, size }: Loaded): Promise<Sent[]> {
  const variables = {
    id,
    workspaceId: lab.workspaceId,
    cursor: await cursorNearEnd(id),
    who: member(size - 5),
  };
  app.database.keptParticipants.forget();
  app.sent.length = 0;
  const { errors } = await app.ask(token, query, variables);
  expect(errors).toBeUndefined();
  return [...app.sent];
}

function expectWithinRule(name: string, small: Costs, large: Costs, probes: number): void {
  for (const kind of ['first', 'later', 'generic'] as const) {
    const [less, more] = [small[kind], large[kind]];
    process.stdout.write(`${name} | ${kind}: ${less.buffers} of 100,000, ${more.buffers} of 1,000,000\n`);
    const why = `${name}, ${kind} plan:\n${less.plan}\n${more.plan}`;
    expect(more.buffers - less.buffers, why).toBeLessThanOrEqual(moreBuffersPerProbe * probes);
    expect(Math.max(less.buffers, more.buffers), why).toBeLessThanOrEqual(mostBuffersPerProbe * probes);
  }
}

it.each(reads)(
  'reads $name with as many buffers of 1,000,000 members as of 100,000',
  async ({ name, query, probes }) => {
    const [small, large] = [await statementsOf(query, groups.small), await statementsOf(query, groups.large)];
    expect(large.map(({ text }) => text)).toEqual(small.map(({ text }) => text));
    for (const [index, sent] of small.entries()) {
      const about = `${name} [${index + 1}/${small.length}]`;
      const other = large[index] ?? sent;
      expectWithinRule(
        about,
        await explain(app.databaseUrl, sent),
        await explain(app.databaseUrl, other),
        probes,
      );
    }
  },
);

const others = [
  {
    name: "a participant's groups",
    query: workspace('participant(participantId: $who) { participantGroups { nodes { name } totalCount } }'),
    probes: 8,
  },
  {
    name: 'a list of groups',
    query: workspace('participantGroups { totalCount nodes { name participantCount } }'),
    probes: 8,
  },
  {
    name: 'the groups that a participant is in',
    query: workspace('participantGroups(filter: { hasParticipant: "m5" }) { totalCount nodes { name } }'),
    probes: 12,
  },
  {
    name: 'the first 100 participants of a workspace',
    query: workspace('participants(first: 100) { nodes { id } }'),
    probes: 101,
  },
];

it.each(others)('reads $name without looking at members', async ({ name, query, probes }) => {
  for (const [index, sent] of (await statementsOf(query, groups.large)).entries()) {
    const costs = await explain(app.databaseUrl, sent);
    expectWithinRule(`${name} [${index + 1}]`, costs, costs, probes);
  }
});
