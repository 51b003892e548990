import { beforeAll, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { insertStudy } from '../filter-set/fixtures/studies.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, people } from '../support/factories.ts';
import { readsOf } from '../support/reads.ts';
import { listFields } from '../support/schema-walk.ts';
import { adding, createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token, userId } = lab.admin;
const many = 100;

interface Node {
  readonly id: string;
}

/** The ids of 100 of each type. */
const ids: Record<string, string[]> = {};

beforeAll(async () => {
  for (let made = 1; made < many; made += 1) {
    await mutate(app, token, 'createWorkspace', { title: `Workspace ${made}` });
  }
  for (let made = 0; made < many; made += 1) {
    const { project } = await mutate(app, token, 'createProject', { workspaceId, title: `Project ${made}` });
    const members = made === 0 ? people(0, many) : people(made, made + 3);
    const input = { scope: { projectId: project.id }, name: `Group ${made}`, participantIds: members };
    const { participantGroup } = await mutate(app, token, 'createParticipantGroup', input);
    await mutate(app, token, 'removeParticipantsFromGroup', {
      participantGroupId: participantGroup.id,
      participantIds: people(made + 1, made + 2),
    });
  }

  await createStudies();
  ids.FilterSet = [];
  for (let made = 0; made < many; made += 1) {
    const input = { workspaceId, name: `Filter set ${made}`, filters: [] };
    const { filterSet } = await mutate(app, token, 'createFilterSet', input);
    ids.FilterSet.push(filterSet.id);
    await insertStudy(app, { workspaceId, filterSetId: filterSet.id });
  }

  const { data } = await app.ask(
    token,
    `query ($id: ID!) { workspace(id: $id) {
      studies(first: 100) { nodes { id } } projects(first: 100) { nodes { id } } participantGroups(first: 100) { nodes { id } }
      participants(first: 100) { nodes { id } } } viewer { workspaces(first: 100) { nodes { id } } } }`,
    { id: workspaceId },
  );
  const of = (list: { nodes: Node[] }) => list.nodes.map(({ id }) => id);
  ids.Project = of(data.workspace.projects);
  ids.ParticipantGroup = of(data.workspace.participantGroups);
  ids.Participant = of(data.workspace.participants);
  ids.Study = of(data.workspace.studies);
  ids.Workspace = of(data.viewer.workspaces);
  ids.MembershipChange = ids.ParticipantGroup.map((id) =>
    encodeGlobalId('MembershipChange', `${Buffer.from(id, 'base64url').toString().split(':')[1]}.1`),
  );
});

/** A study in each project, with filters of every kind. */
async function createStudies(): Promise<void> {
  const query = `query ($id: ID!) { workspace(id: $id) {
    projects(first: 100) { nodes { id participantGroups { nodes { id } } } } } }`;
  const { data } = await app.ask(token, query, { id: workspaceId });
  const studies: string[] = [];
  for (const { id, participantGroups } of data.workspace.projects.nodes) {
    const participantGroupIds = participantGroups.nodes.map((node: Node) => node.id);
    const own = [
      { participantGroupAllowlist: { participantGroupIds } },
      { customBlocklist: { participantIds: people(0, 3) } },
      ...studies.slice(-1).map((studyId) => ({ previousStudiesBlocklist: { studyIds: [studyId] } })),
    ];
    const completionCodes = adding(...participantGroupIds);
    studies.push(await createStudy(app, token, id, { filters: [...own, { any: own }], completionCodes }));
  }
  const [group] = data.workspace.projects.nodes[0].participantGroups.nodes;
  const ofFirst = [
    { participantGroupAllowlist: { participantGroupIds: [group.id] } },
    { customBlocklist: { participantIds: people(0, 3) } },
  ];
  const [studyId, ...studyIds] = studies;
  const first = [{ previousStudiesBlocklist: { studyIds: studyIds.slice(0, 1) } }];
  await mutate(app, token, 'updateStudy', { studyId, filters: [...first, ...ofFirst, { any: first }] });
}

/** How many statements a query takes beyond one that reads the token alone. */
async function statementsOf(query: string, variables: object): Promise<number> {
  app.statements.splice(0);
  const { errors } = await app.ask(token, query, variables);
  expect(errors).toBeUndefined();
  const ofToken = app.statements.filter((text) => text.includes('token.secret_hash'));
  expect(ofToken).toHaveLength(1);
  return readsOf(app.statements).length;
}

/**
 * Asks for the same under one parent and under a hundred: the statements must not grow, nor exceed the budget. Of whom is
 * in groups, who they are is known from then on: it is asked once before.
 */
async function expectBudget(query: string, budget: number): Promise<void> {
  await app.ask(token, query, { id: workspaceId, n: many });
  const counts = [
    await statementsOf(query, { id: workspaceId, n: 1 }),
    await statementsOf(query, { id: workspaceId, n: many }),
  ];
  expect(counts).toEqual([budget, budget]);
}

describe('under one parent and under a hundred, as many statements are sent', () => {
  it('for projects, their groups, and the groups’ members with the changes that they joined by', async () => {
    // The workspace with its projects, their groups and members; changes.
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { projects(first: $n) { nodes { title
        participantGroups(first: 5) { nodes { name
          participants(first: 5) { edges { joinedAt node { participantId } change { note version } } } } } } } } }`,
      2,
    );
  });

  it('for participants, their groups, and the groups’ changes', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participants(first: $n) { nodes { participantId
        participantGroups(first: 5) { edges { joinedAt change { note } node { name
          changes(first: 5) { nodes { version note } } } } } } } } }`,
      3,
    );
  });

  it('for changes, and whom they added and removed', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participantGroups(first: $n) { nodes {
        changes(first: 5) { nodes { actor { name }
          added(first: 5) { nodes { participantId } totalCount }
          removed(first: 5) { nodes { participantId } totalCount } } } } } } }`,
      5,
    );
  });

  it('for whether a participant is a member, and others under aliases', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participantGroups(first: $n) { nodes {
        hasParticipant(participantId: "p1") other: hasParticipant(participantId: "p2")
        hasParticipants(participantIds: ["p3", "p4"]) } } } }`,
      3,
    );
  });

  it('for what a group belongs to, and who changed it', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participantGroups(first: $n) { nodes {
        workspace { title } project { title workspace { title } }
        changes(first: 1) { nodes { actor { name } participantGroup { name } } } } } } }`,
      6,
    );
  });

  it('for counts', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participants(first: $n) { nodes {
        participantGroups(first: 1) { totalCount } } } } }`,
      1,
    );
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { projects(first: $n) { totalCount nodes {
        participantGroups(first: 1) { totalCount } } } } }`,
      1,
    );
  });

  it('for past members and their number', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participantGroups(first: $n) { nodes {
        participants(first: 5, asOfVersion: 1) { totalCount edges { node { participantId } change { note } } }
        then: participants(first: 5, asOf: "2026-01-01T00:00:00.000Z") { totalCount nodes { id } } } } } }`,
      6,
    );
  });

  it('for studies, their filters, and what these name', async () => {
    const filter = `... on ParticipantGroupAllowlist { participantGroups { name } }
      ... on PreviousStudiesBlocklist { studies { name } }
      ... on CustomBlocklist { participantIds(first: 2) { totalCount nodes } }`;
    // Workspace; studies; projects; trees; groups; studies again; custom lists.
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { studies(first: $n, status: [UNPUBLISHED]) { nodes { name
        project { title } filterSetVersion { version } filters { ${filter} ... on AnyFilter { filters { ${filter} } } } } } } }`,
      7,
    );
  });

  it('for the studies that filter on groups, and their number', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participantGroups(first: $n) { nodes {
        filteringStudies(first: 5) { totalCount nodes { name } } } } } }`,
      3,
    );
  });

  it('for the studies that feed groups, their number, and the codes that do', async () => {
    // The workspace with its groups; studies; their number; the codes that edit the groups.
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { participantGroups(first: $n) { nodes {
        feederStudies(first: 5) { totalCount edges { completionCodes { codeType actionKind } node { name } } } } } } }`,
      4,
    );
  });

  it('for studies, their completion codes, and the groups that these name', async () => {
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { studies(first: $n, status: [UNPUBLISHED]) { nodes {
        completionCodes { code codeType actions { kind returnReason participantGroup { name } } } } } } }`,
      4,
    );
  });

  it('for stays in a group', async () => {
    const query = `query ($id: ID!, $n: Int!, $group: ID!) { workspace(id: $id) { participants(first: $n) { nodes {
      membershipHistory(participantGroupId: $group) { joined { version note } left { version note } } } } } }`;
    const group = ids.ParticipantGroup?.[0];
    const count = (n: number) => statementsOf(query, { id: workspaceId, n, group });
    expect([await count(1), await count(many)]).toEqual([3, 3]);
  });

  it('for filter sets, their versions and their studies', async () => {
    // Workspace by id; sets; current versions; versions; studies; actors; the versions' sets, which are loaded by key.
    await expectBudget(
      `query ($id: ID!, $n: Int!) { workspace(id: $id) { filterSets(first: $n) { nodes { name
        currentVersion { version actor { name } }
        versions(first: 5) { nodes { version filterSet { name } } }
        studies(first: 5) { nodes { name } } } } } }`,
      7,
    );
  });

  it('for participants by their IDs', async () => {
    const query = `query ($id: ID!, $ids: [String!]!) { workspace(id: $id) {
      participantsByIds(participantIds: $ids) { id } one: participant(participantId: "p1") { id } } }`;
    const count = (n: number) => statementsOf(query, { id: workspaceId, ids: people(0, n) });
    expect([await count(1), await count(1_000)]).toEqual([2, 2]);
  });
});

describe('nodes', () => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id
    ... on Workspace { title } ... on Project { title } ... on ParticipantGroup { name }
    ... on Participant { participantId } ... on MembershipChange { note } ... on User { name }
      ... on Study { name } ... on FilterSet { name } } }`;
  const mixed = (each: number) => [
    ...Object.values(ids).flatMap((all) => all.slice(0, each)),
    ...Array.from({ length: each === 1 ? 1 : 2 }, () => encodeGlobalId('User', userId)),
  ];

  it('takes one statement a type, for a hundred ids as for one of each', async () => {
    expect(mixed(14)).toHaveLength(100);
    expect([
      await statementsOf(query, { ids: mixed(1) }),
      await statementsOf(query, { ids: mixed(14) }),
    ]).toEqual([8, 8]);
  });

  it('takes one statement for one type, however often an id is named', async () => {
    const [id = ''] = ids.Project ?? [];
    expect(await statementsOf(query, { ids: Array.from({ length: 100 }, () => id) })).toBe(1);
  });
});

/** Each study or preview has another tree, and so a statement of its own: test/eligibility/statements.test.ts. */
const setWise = ['Study.eligibleParticipants', 'EligibilityPreview.participants'];

describe.each(listFields.filter(({ type, name }) => type !== 'Viewer' && !setWise.includes(name)))(
  'a page of $name',
  ({ type, field }) => {
    it('under each of a hundred parents is one statement', async () => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${field}(first: 3) { nodes { id } } } } }`;
      const parents = ids[type] ?? [];
      expect(parents).toHaveLength(many);
      const own = await statementsOf('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: parents });
      expect(await statementsOf(query, { ids: parents })).toBe(own + 1);
    });

    it('is one statement for each set of arguments', async () => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} {
      ${field}(first: 3) { nodes { id } } same: ${field}(first: 3) { nodes { id } } other: ${field}(last: 2) { nodes { id } } } } }`;
      const own = await statementsOf('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ids[type] });
      expect(await statementsOf(query, { ids: ids[type] })).toBe(own + 2);
    });
  },
);

describe('a request that needs nothing', () => {
  it('takes one statement with a token, and none without', async () => {
    expect(await statementsOf('{ __typename }', {})).toBe(0);
    app.statements.splice(0);
    await app.ask(null, '{ viewer { email } }');
    expect(app.statements).toEqual([]);
  });
});
