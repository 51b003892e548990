import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, createProject } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const projectId = await createProject(app, lab.admin.token, lab.workspaceId);

const project = { projectId };
const workspace = { workspaceId: lab.workspaceId };
const groups = [
  { name: 'Wave 1', scope: project, participantIds: ['ann', 'bob'] },
  { name: 'wave 2', scope: workspace, participantIds: ['bob'] },
  { name: 'Étude', scope: workspace, participantIds: [] },
  { name: '100 % sure', scope: workspace, participantIds: [] },
  { name: '100 x sure', scope: workspace, participantIds: [] },
  { name: 'snake_case', scope: workspace, participantIds: [] },
  { name: 'snakeXcase', scope: workspace, participantIds: [] },
  { name: 'back\\slash', scope: workspace, participantIds: [] },
  { name: 'Deleted wave', scope: project, participantIds: ['bob'] },
];

beforeAll(async () => {
  for (const input of groups) {
    const { participantGroup } = await mutate(app, lab.admin.token, 'createParticipantGroup', input);
    if (input.name !== 'Deleted wave') continue;
    const { id: participantGroupId } = participantGroup;
    await mutate(app, lab.admin.token, 'deleteParticipantGroup', { participantGroupId });
  }
});

const query = `query ($id: ID!, $filter: ParticipantGroupFilter) {
  node(id: $id) {
    ... on Workspace { participantGroups(filter: $filter) { totalCount nodes { name } } }
    ... on Project { participantGroups(filter: $filter) { totalCount nodes { name } } }
  }
}`;

/** The names that a list shows; fails unless `totalCount` agrees. */
async function list(filter: object | null, id = lab.workspaceId): Promise<string[]> {
  const { data, errors } = await app.ask(lab.viewer.token, query, { id, filter });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const { nodes, totalCount } = data.node.participantGroups;
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ name }: { name: string }) => name);
}

const live = groups.map(({ name }) => name).filter((name) => name !== 'Deleted wave');

describe('listing groups', () => {
  it("shows the workspace's live ones, its projects' included, in the order in which they were made", async () => {
    expect(await list(null)).toEqual(live);
  });

  it("shows a project's own live ones", async () => {
    expect(await list(null, projectId)).toEqual(['Wave 1']);
  });

  it("shows nothing of another workspace's groups", async () => {
    const id = lab.strangersWorkspaceId;
    const { data } = await app.ask(lab.stranger.token, query, { id });
    expect(data.node.participantGroups).toEqual({ totalCount: 0, nodes: [] });
  });
});

describe('the filter for deleted groups', () => {
  it.each([
    ['EXCLUDE', live],
    ['INCLUDE', [...live, 'Deleted wave']],
    ['ONLY', ['Deleted wave']],
  ])('%s shows what it says of a workspace', async (deleted, names) => {
    expect(await list({ deleted })).toEqual(names);
  });

  it.each([
    ['EXCLUDE', ['Wave 1']],
    ['INCLUDE', ['Wave 1', 'Deleted wave']],
    ['ONLY', ['Deleted wave']],
  ])('%s shows what it says of a project', async (deleted, names) => {
    expect(await list({ deleted }, projectId)).toEqual(names);
  });
});

describe('searching groups', () => {
  it.each([
    ['part of a name', 'ave', ['Wave 1', 'wave 2']],
    ['upper case', 'WAVE', ['Wave 1', 'wave 2']],
    ['lower case with an accent', 'étude', ['Étude']],
    ['a decomposed accent', 'E\u0301tude', ['Étude']],
    ['a per cent sign as itself', '0 %', ['100 % sure']],
    ['an underscore as itself', 'e_c', ['snake_case']],
    ['a backslash as itself', '\\', ['back\\slash']],
    ['text with white space around it', ' wave ', ['Wave 1', 'wave 2']],
    ['blank text as no condition', '  ', live],
    ['what no name has', 'nothing like it', []],
    ['a quote', "'", []],
  ])('takes %s', async (_words, search, names) => {
    expect(await list({ search })).toEqual(names);
  });

  it.each([
    ['a NUL', 'a\0'],
    ['a lone surrogate', '\ud83d'],
    ['more than any name has', 'x'.repeat(401)],
  ])('refuses %s as INVALID_INPUT', async (_words, search) => {
    const { errors } = await app.ask(lab.viewer.token, query, { id: lab.workspaceId, filter: { search } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'filter.search' });
  });
});

describe('the filter for a participant', () => {
  it('shows the live groups that they are in', async () => {
    expect(await list({ hasParticipant: 'bob' })).toEqual(['Wave 1', 'wave 2']);
  });

  it('trims the ID', async () => {
    expect(await list({ hasParticipant: ' ann ' })).toEqual(['Wave 1']);
  });

  it('counts the case of the ID', async () => {
    expect(await list({ hasParticipant: 'Bob' })).toEqual([]);
  });

  it('shows nothing for an ID that the workspace has never seen', async () => {
    expect(await list({ hasParticipant: 'nobody' })).toEqual([]);
  });

  it('refuses a malformed ID as INVALID_INPUT that names the argument', async () => {
    const variables = { id: lab.workspaceId, filter: { hasParticipant: 'not an ID' } };
    const { errors } = await app.ask(lab.viewer.token, query, variables);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      argument: 'filter.hasParticipant',
    });
  });

  it('holds together with the others', async () => {
    const filter = { hasParticipant: 'bob', search: 'wave', deleted: 'ONLY' };
    expect(await list(filter)).toEqual(['Deleted wave']);
  });
});
