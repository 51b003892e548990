import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { readBackward, readForward } from '../support/paging.ts';
import { partialListFields } from '../support/schema-walk.ts';
import { allowing, createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const otherProjectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);

const draft = await createStudy(app, token, projectId, { filters: [{ any: allowing(group) }] });
const active = await createStudy(app, token, otherProjectId, { filters: allowing(group) }, 'publishStudy');
const paused = await createStudy(app, token, projectId, {}, 'publishStudy', 'pauseStudy');
const completed = await createStudy(
  app,
  token,
  projectId,
  { filters: allowing(group) },
  ...(['publishStudy', 'stopStudy'] as const),
);

async function list(type: string, id: string, field: string): Promise<string[]> {
  const query = `query ($id: ID!) { node(id: $id) { ... on ${type} { list: ${field} { totalCount nodes { id } } } } }`;
  const { data, errors } = await app.ask(lab.viewer.token, query, { id });
  expect(errors).toBeUndefined();
  const { nodes, totalCount } = data.node.list;
  expect(totalCount).toBe(nodes.length);
  return nodes.map((node: { id: string }) => node.id);
}

describe('studies are listed in the order in which they were made', () => {
  it.each([
    ['studies', [draft, active, paused, completed]],
    ['studies(status: [ACTIVE, COMPLETED])', [active, completed]],
    ['studies(status: [UNPUBLISHED])', [draft]],
    ['studies(status: [])', []],
    ['studies(status: null)', [draft, active, paused, completed]],
  ])('of a workspace: %s', async (field, expected) => {
    expect(await list('Workspace', lab.workspaceId, field)).toEqual(expected);
  });

  it('of a project, its own alone', async () => {
    expect(await list('Project', projectId, 'studies')).toEqual([draft, paused, completed]);
    expect(await list('Project', otherProjectId, 'studies(status: [PAUSED])')).toEqual([]);
  });

  it('of a group: those whose filters name it, whatever their status', async () => {
    expect(await list('ParticipantGroup', group, 'filteringStudies')).toEqual([draft, active, completed]);
  });

  it('of a group: none that feed it, where no completion code edits it', async () => {
    expect(await list('ParticipantGroup', group, 'feederStudies')).toEqual([]);
  });
});

describe('a study', () => {
  it('is read by its id, with where it belongs', async () => {
    const query = `query ($id: ID!) { study(id: $id) { id status project { id } workspace { id } } }`;
    const { data } = await app.ask(lab.viewer.token, query, { id: paused });
    const [project, workspace] = [{ id: projectId }, { id: lab.workspaceId }];
    expect(data.study).toEqual({ id: paused, status: 'PAUSED', project, workspace });
  });
});

it('connections in filters and in errors are held by the tests of studies and filter sets', () => {
  expect(partialListFields.map(({ name }) => name).sort()).toEqual([
    'CustomAllowlist.participantIds',
    'CustomBlocklist.participantIds',
    'FilterSetInUseError.studies',
    'GroupInUseError.studies',
    'StudyInUseError.filterSets',
    'StudyInUseError.studies',
  ]);
});

describe('a custom list', async () => {
  const { token: theirs } = lab.stranger;
  const theirProject = await createProject(app, theirs, lab.strangersWorkspaceId);
  const listing = (...participantIds: string[]) =>
    createStudy(app, theirs, theirProject, { filters: [{ customAllowlist: { participantIds } }] });
  const study = await listing(...people(0, 7).reverse());
  const otherStudy = await listing('other', 'z');

  async function page(args: string, id = study) {
    const query = `query ($id: ID!) { study(id: $id) { filters { ... on CustomAllowlist { participantIdCount
      participantIds${args === '' ? '' : `(${args})`} { totalCount nodes edges { cursor node }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } } }`;
    const { data, errors } = await app.ask(theirs, query, { id });
    return { list: data?.study?.filters[0].participantIds, errors };
  }

  it('is in the order of its characters, and says how long it is', async () => {
    const { list } = await page('');
    expect(list).toMatchObject({ totalCount: 7, nodes: people(0, 7) });
    expect(list.edges.map(({ node }: { node: string }) => node)).toEqual(people(0, 7));
  });

  it.each([1, 3, 7])('is read completely in pages of %i, forward and backward', async (size) => {
    const one = async (args: string) => {
      const { list } = await page(args);
      return { ...list, nodes: list.nodes.map((node: string) => ({ id: node })) };
    };
    const quoted = (text: string | null | undefined) => JSON.stringify(text ?? null);
    const all = people(0, 7).map((node) => ({ id: node }));
    expect(await readForward(size, ({ after }) => one(`first: ${size}, after: ${quoted(after)}`))).toEqual(
      all,
    );
    expect(await readBackward(size, ({ before }) => one(`last: ${size}, before: ${quoted(before)}`))).toEqual(
      all,
    );
  });

  it('refuses a cursor of another list', async () => {
    const cursor = (await page('first: 1')).list.edges[0].cursor;
    const { errors } = await page(`after: "${cursor}"`, otherStudy);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', argument: 'after' } }]);
    expect(errors?.[0]?.path).toEqual(['study', 'filters', 0, 'participantIds']);
  });
});
