import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, people } from '../support/factories.ts';
import { readsOf } from '../support/reads.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.admin;
const [projects, groups, members] = [3, 4, 5];
let groupId = '';

beforeAll(async () => {
  for (let made = 0; made < projects; made += 1) {
    const { project } = await mutate(app, token, 'createProject', { workspaceId, title: `Project ${made}` });
    for (let one = 0; one < groups; one += 1) {
      const { participantGroup } = await mutate(app, token, 'createParticipantGroup', {
        scope: { projectId: project.id },
        name: `Group ${made} ${one}`,
        participantIds: people(one, one + members),
      });
      groupId = participantGroup.id;
    }
  }
});

/** What was answered, and by how many statements beyond one that reads the token alone. */
async function ask(query: string, variables: object = {}) {
  app.statements.splice(0);
  const { data, errors } = await app.ask(token, query, { id: workspaceId, groupId, ...variables });
  return { data, errors, statements: readsOf(app.statements).length };
}

const member = 'id participantId firstSeenAt erasedAt';
const tree = `title projects(first: 2) { totalCount nodes { title workspace { title }
  participantGroups(first: 3, orderBy: { field: NAME, direction: DESC }) { pageInfo { endCursor hasNextPage } nodes { name
    participants(first: 4) { totalCount edges { cursor node { ${member} } } } } } } }`;

describe('a tree', () => {
  it('is one statement from the selection, however deep, and one more for people who are not known', async () => {
    const first = await ask(`query ($id: ID!) { workspace(id: $id) { ${tree} } }`);
    expect(first.statements).toBe(1 + 1);
    const { data, statements } = await ask(`query ($id: ID!) { workspace(id: $id) { ${tree} } }`);
    expect(statements).toBe(1);
    expect(data).toEqual(first.data);
    expect(data.workspace.projects.nodes[1].participantGroups.nodes[2].participants.edges).toHaveLength(4);
  });

  it('says what it says where each level is loaded for itself', async () => {
    const whole = await ask(`query ($id: ID!) { workspace(id: $id) { ${tree} } }`);
    const list = await ask('query ($id: ID!) { workspace(id: $id) { projects(first: 2) { nodes { id } } } }');
    const ids = list.data.workspace.projects.nodes.map((node: { id: string }) => node.id);
    const [, below = ''] = /nodes \{ (title workspace.*)\} \}$/s.exec(tree) ?? [];
    const byLevel = await ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Project { ${below} } } }`, {
      ids,
    });
    expect(byLevel.statements).toBeGreaterThan(1);
    expect(byLevel.data.nodes).toEqual(whole.data.workspace.projects.nodes);
  });

  it('is one statement through a page as well', async () => {
    const { data, statements } = await ask(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Workspace { ${tree} } } }`,
      { ids: [workspaceId] },
    );
    expect(data.nodes[0].projects.nodes).toHaveLength(2);
    expect(statements).toBe(2 + 1);
  });
});

describe('a document that selects more than there is room for in a statement', () => {
  const depth = 10;
  const back = (level: number) => (level < 0 ? 'id' : `workspace { ...Level${level} }`);
  const page = (level: number) =>
    `(first: 1) { nodes { ${back(level - 2)} } edges { node { ${back(level - 3)} } } }`;
  const levels = Array.from(
    { length: depth + 1 },
    (_, level) => `fragment Level${level} on Workspace {
      title ${level < 2 ? '' : `projects${page(level)} participantGroups${page(level)} participants${page(level)}`} }`,
  );
  const used = Array.from(
    { length: depth },
    (_, level) => `other${level}: workspace(id: $id) { ...Level${level} }`,
  );
  const query = `query ($id: ID!) { workspace(id: $id) { ...Level${depth} } ${used.join(' ')} } ${levels.join(' ')}`;

  it('is read by several that are short, to the same answer', async () => {
    const { data, errors } = await ask(query);
    expect(errors).toBeUndefined();
    expect(data.workspace.projects.nodes[0].workspace).toEqual(data[`other${depth - 2}`]);
    expect(data.workspace.participants.edges[0].node.workspace).toEqual(data[`other${depth - 3}`]);
    expect(Math.max(...app.statements.map(({ length }) => length))).toBeLessThan(50_000);
  });
});

describe('the same row under two names', () => {
  it('has what each selects, with arguments of its own', async () => {
    const { data } = await ask(`query ($groupId: ID!) {
      one: participantGroup(id: $groupId) { page: participants(first: 1) { nodes { participantId } } }
      other: participantGroup(id: $groupId) { page: participants(first: 2) { nodes { ${member} } } } }`);
    expect(data.one.page.nodes).toEqual([{ participantId: expect.any(String) }]);
    expect(data.other.page.nodes).toHaveLength(2);
    expect(data.other.page.nodes[0]).toMatchObject({ id: expect.any(String), erasedAt: null });
  });

  it('has what each selects where they share a fragment, and one of them more', async () => {
    const { data, errors } = await ask(`query ($groupId: ID!) {
      one: participantGroup(id: $groupId) { ...Page }
      other: participantGroup(id: $groupId) { ...Page participants(first: 2) { nodes { firstSeenAt } } } }
      fragment Page on ParticipantGroup { participants(first: 2) { nodes { participantId } } }`);
    expect(errors).toBeUndefined();
    expect(Object.keys(data.one.participants.nodes[0])).toEqual(['participantId']);
    expect(Object.keys(data.other.participants.nodes[1])).toEqual(['participantId', 'firstSeenAt']);
  });

  it('has what each selects where nodes and edges ask for different pages', async () => {
    const { data } = await ask(`query ($id: ID!) { workspace(id: $id) { participantGroups(first: 1) {
      nodes { page: participants(first: 1) { nodes { participantId } } }
      edges { node { page: participants(last: 2) { nodes { firstSeenAt } } } } } } }`);
    const { nodes, edges } = data.workspace.participantGroups;
    expect(nodes[0].page.nodes).toEqual([{ participantId: 'p0' }]);
    expect(edges[0].node.page.nodes).toEqual(Array(2).fill({ firstSeenAt: expect.any(String) }));
  });
});

describe('what is left out by a directive', () => {
  const query = `query ($id: ID!, $deep: Boolean!) { workspace(id: $id) { title
    projects(first: 1) @include(if: $deep) { nodes { participantGroups(first: 1) @skip(if: $deep) { totalCount } title } } } }`;

  it('is not read, and what is left in is', async () => {
    const shallow = await ask(query, { deep: false });
    expect([shallow.statements, shallow.data.workspace]).toEqual([1, { title: expect.any(String) }]);
    expect(readsOf(app.statements)[0]).not.toContain('FROM project');
    const deep = await ask(query, { deep: true });
    expect(deep.data.workspace.projects.nodes).toEqual([{ title: 'Project 0' }]);
    expect(readsOf(app.statements)[0]).not.toContain('FROM participant_group');
  });
});

describe('arguments that a list refuses', () => {
  it.each([
    ['a size', '(first: 101)'],
    ['two sizes', '(first: 1, last: 1)'],
    ['a cursor of nothing', '(after: "nothing")'],
    ['a search that is no text', '(filter: { search: "\\u0000" })'],
    ['somebody who cannot be', '(filter: { hasParticipant: "no such ID" })'],
  ])('are refused as they are where nothing is read along: %s', async (_what, given) => {
    const { data, errors } = await ask(
      `query ($id: ID!) { workspace(id: $id) { title } other: workspace(id: $id) { participantGroups${given} { totalCount } } }`,
    );
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['other', 'participantGroups'], 'INVALID_INPUT'],
    ]);
    expect(data).toEqual({ workspace: { title: expect.any(String) }, other: null });
  });

  it('are refused with a cursor of another parent, though its place was read', async () => {
    const query = `query ($id: ID!, $after: String) { workspace(id: $id) { projects(first: 2) { nodes {
      participantGroups(first: 1, after: $after) { pageInfo { endCursor } nodes { name } } } } } }`;
    const first = await ask(query);
    const [one] = first.data.workspace.projects.nodes;
    const { errors } = await ask(query, { after: one.participantGroups.pageInfo.endCursor });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['workspace', 'projects', 'nodes', 1, 'participantGroups'],
    ]);
  });
});

describe('a page deep in a list', () => {
  it('is one statement with its group, and goes on where the last one ended', async () => {
    const query = `query ($groupId: ID!, $after: String) { participantGroup(id: $groupId) {
      participants(first: 2, after: $after) { nodes { participantId } pageInfo { endCursor hasNextPage } } } }`;
    const first = await ask(query);
    const { endCursor } = first.data.participantGroup.participants.pageInfo;
    const second = await ask(query, { after: endCursor });
    expect(second.statements).toBe(1);
    expect(second.data.participantGroup.participants.nodes).toEqual([
      { participantId: `p${groups - 1 + 2}` },
      { participantId: `p${groups - 1 + 3}` },
    ]);
  });
});

describe('a document that is sent again', () => {
  it('is read by the variables of its own time', async () => {
    const query = `query ($id: ID!, $ids: [ID!]!, $first: Int, $orderBy: ParticipantGroupOrder) {
      workspace(id: $id) { participantGroups(first: $first, orderBy: $orderBy) { edges { cursor } } }
      nodes(ids: $ids) { ... on Workspace { participantGroups(orderBy: $orderBy) { edges { cursor } } } } }`;
    const lengths = [];
    for (const field of ['NAME', 'UPDATED_AT', 'PARTICIPANT_COUNT', 'LAST_CHANGE_AT', 'CREATED_AT']) {
      for (const first of [1, 3]) {
        const variables = { ids: [workspaceId], first, orderBy: { field, direction: 'DESC' } };
        const { data, errors } = await ask(query, variables);
        expect(errors).toBeUndefined();
        lengths.push(
          [data.workspace, ...data.nodes].map(({ participantGroups }) => participantGroups.edges.length),
        );
      }
    }
    expect(lengths).toEqual(Array.from({ length: 10 }, (_, n) => [n % 2 === 0 ? 1 : 3, projects * groups]));
  });
});
