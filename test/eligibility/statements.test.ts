import { expect, it } from 'vitest';
import { sql } from '../../src/database/sql.ts';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import type { Filter } from './fixtures/filters.ts';
import { createPlace, createStudy, uuidOf } from './fixtures/store.ts';

const app = await startApp();
const lab = await createLab(app);
const place = await createPlace(app, lab);
const { token } = lab.viewer;
const budget = 6;

const groups = [
  await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 500)),
  await createGroup(app, lab.admin.token, lab.workspaceId, people(400, 1_000)),
];
const names = { groups: groups.map(uuidOf), studies: [] };
const filters: Filter[] = [
  { kind: 'PARTICIPANT_GROUP_BLOCKLIST', groups: [1], within: 3 },
  {
    kind: 'ANY',
    filters: [
      { kind: 'PARTICIPANT_GROUP_ALLOWLIST', groups: [0] },
      { kind: 'CUSTOM_ALLOWLIST', ids: ['p999'] },
    ],
  },
];
const studies: string[] = [];
for (let made = 0; made < 100; made++)
  studies.push((await createStudy(app, place, made % 2 === 0 ? filters : [...filters].reverse(), names)).id);

const answer = `participantId isEligible participant { id } study { name } matchedParticipantGroups { name }
  reasons { rule participantGroups { name } reasons { rule participantGroups { name } } }`;

async function statementsOf(query: string, variables: object) {
  app.statements.splice(0);
  const { data, errors } = await app.ask(token, query, variables);
  expect(errors).toBeUndefined();
  return { data, sent: app.statements.length };
}

it.each([
  [1, 1_000],
  [10, 100],
  [100, 10],
  [1, 1],
])('answers %i studies × %i participants with at most six statements', async (studyCount, idCount) => {
  const query = `query ($studies: [ID!]!, $ids: [String!]!) { nodes(ids: $studies) { ... on Study {
    eligibilities(participantIds: $ids) { ${answer} } } } }`;
  const variables = { studies: studies.slice(0, studyCount), ids: people(0, idCount) };
  const { data, sent } = await statementsOf(query, variables);
  expect(data.nodes.flatMap((node: { eligibilities: object[] }) => node.eligibilities)).toHaveLength(
    studyCount * idCount,
  );
  expect(sent).toBeLessThanOrEqual(budget);
});

it('answers a study’s pairs that are asked for in several fields in one batch', async () => {
  const aliases = people(0, 40).map((id) => `${id}: eligibility(participantId: "${id}") { isEligible }`);
  const query = `query ($id: ID!, $ids: [String!]!) { node(id: $id) { ... on Study {
    ${aliases.join(' ')} eligibilities(participantIds: $ids) { isEligible } } } }`;
  const { sent } = await statementsOf(query, { id: studies[0], ids: people(0, 960) });
  // The study and who asks, its workspace for the format of IDs, the facts.
  expect(sent).toBe(3);
});

it('answers a page of participants about one study in one batch', async () => {
  const query = `query ($id: ID!, $study: ID!) { workspace(id: $id) { participants(first: 100) { nodes {
    eligibility(studyId: $study) { isEligible } } } } }`;
  // The workspace with the page and who asks, the study, the facts.
  expect((await statementsOf(query, { id: lab.workspaceId, study: studies[0] })).sent).toBe(3);
});

it.each([1, 100])('lists the eligible studies of %i participants with as many statements', async (n) => {
  const query = `query ($id: ID!, $n: Int!) { workspace(id: $id) { participants(first: $n) { nodes {
    eligibleStudies(first: 5) { totalCount nodes { name } } } } } }`;
  // The workspace with the page and who asks; the active studies and the facts, once for the pages and once for the counts.
  expect((await statementsOf(query, { id: lab.workspaceId, n })).sent).toBe(5);
});

it('reads the filters of all studies of a level at once, each study’s list on its own, and all rows at once', async () => {
  const query = `query ($studies: [ID!]!) { nodes(ids: $studies) { ... on Study {
    eligibleParticipants(first: 3) { nodes { participantId } } } } }`;
  // The studies and who asks, their filters; one a study, since each has another tree; the participants.
  expect((await statementsOf(query, { studies: studies.slice(0, 20) })).sent).toBe(2 + 20 + 1);
});

it('keeps no statement prepared whose text depends on a tree', async () => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Study { eligibleParticipantCount } } }';
  await statementsOf(query, { id: studies[0] });
  const prepared = await app.database.reader.composed<{ statement: string }>(
    sql`SELECT statement FROM pg_prepared_statements WHERE name <> ''`,
  );
  expect(prepared.filter(({ statement }) => statement.includes('make_interval'))).toEqual([]);
});
