import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, createProject, createWorkspace, unknownId } from '../support/factories.ts';
import {
  type PageVariables,
  pageArguments,
  pageInfo,
  pageParameters,
  readBackward,
  readForward,
} from '../support/paging.ts';

const app = await startApp();
const lab = await createLab(app);

const create = (input: object, token = lab.collaborator.token) =>
  mutate(app, token, 'createProject', { workspaceId: lab.workspaceId, ...input });
const update = (projectId: string, input: object, token = lab.collaborator.token) =>
  mutate(app, token, 'updateProject', { projectId, ...input });
const makeProject = (title?: string) => createProject(app, lab.admin.token, lab.workspaceId, title);

describe('making a project', () => {
  it('answers with it, its title trimmed', async () => {
    expect(await create({ title: ' Memory ', description: 'First line' })).toMatchObject({
      __typename: 'CreateProjectPayload',
      project: { title: 'Memory', description: 'First line', workspace: { id: lab.workspaceId } },
    });
  });

  it('takes a title that another of the workspace has', async () => {
    await create({ title: 'Twice' });
    expect(await create({ title: 'Twice' })).toMatchObject({ __typename: 'CreateProjectPayload' });
  });

  it('takes 200 emoji as a title and 2,000 as a description', async () => {
    const input = { title: '😀'.repeat(200), description: '😀'.repeat(2_000) };
    expect(await create(input)).toMatchObject({ project: input });
  });

  it.each([
    ['an empty title', { title: '\t' }, 'title'],
    ['a title of 201 code points', { title: 'x'.repeat(201) }, 'title'],
    ['a title with a control character', { title: 'a\u0007b' }, 'title'],
    ['a title with a lone surrogate', { title: 'a\ude00' }, 'title'],
    ['a description of 2,001 code points', { title: 'x', description: 'x'.repeat(2_001) }, 'description'],
    ['the id of something else', { title: 'x', workspaceId: unknownId('Project') }, 'workspaceId'],
    ['what is no id', { title: 'x', workspaceId: '1' }, 'workspaceId'],
  ])('refuses %s', async (_words, input, field) => {
    expect(await create(input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', field] }],
    });
  });

  it('is refused for a viewer, for it needs COLLABORATOR', async () => {
    expect(await create({ title: 'No' }, lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it('answers a stranger as if the workspace did not exist', async () => {
    expect(await create({ title: 'No' }, lab.stranger.token)).toMatchObject({
      __typename: 'NotFoundError',
      id: lab.workspaceId,
    });
  });
});

describe('editing a project', () => {
  it('keeps what is left out', async () => {
    const { project } = await create({ title: 'Before', description: 'Kept' });
    expect(await update(project.id, { title: 'After' })).toMatchObject({
      project: { title: 'After', description: 'Kept' },
    });
  });

  it('clears the description with null', async () => {
    const { project } = await create({ title: 'Kept', description: 'Cleared' });
    expect(await update(project.id, { description: null })).toMatchObject({
      project: { title: 'Kept', description: null },
    });
  });

  it('refuses null for the title', async () => {
    expect(await update(await makeProject(), { title: null })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'title'] }],
    });
  });

  it('is refused for a viewer, for it needs COLLABORATOR', async () => {
    expect(await update(await makeProject(), { title: 'No' }, lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it.each(['a stranger', 'anybody'])('answers %s as if it did not exist', async (who) => {
    const id = who === 'a stranger' ? await makeProject() : unknownId('Project');
    const { token } = who === 'a stranger' ? lab.stranger : lab.admin;
    expect(await update(id, { title: 'No' }, token)).toMatchObject({ __typename: 'NotFoundError', id });
  });
});

describe('the projects of a workspace', () => {
  it('are paged through both ways, in the order in which they were made', async () => {
    const id = await createWorkspace(app, lab.admin);
    const titles = ['C', 'A', 'B', 'A', 'D'];
    for (const title of titles) await createProject(app, lab.admin.token, id, title);
    const query = `query ($id: ID!, ${pageParameters}) {
      workspace(id: $id) { projects(${pageArguments}) { totalCount ${pageInfo} nodes { title } } }
    }`;
    const read = async (page: PageVariables) =>
      (await app.ask(lab.admin.token, query, { id, ...page })).data.workspace.projects;
    const titlesOf = (rows: { title: string }[]) => rows.map(({ title }) => title);
    expect(titlesOf(await readForward(2, read))).toEqual(titles);
    expect(titlesOf(await readBackward(2, read))).toEqual(titles);
  });

  it('are counted', async () => {
    const id = await createWorkspace(app, lab.admin);
    for (const title of ['A', 'B']) await createProject(app, lab.admin.token, id, title);
    const query = 'query ($id: ID!) { workspace(id: $id) { projects(first: 1) { totalCount } } }';
    const { data } = await app.ask(lab.admin.token, query, { id });
    expect(data.workspace.projects.totalCount).toBe(2);
  });

  it('are readable by id', async () => {
    const id = await makeProject('By id');
    const query = 'query ($id: ID!) { project(id: $id) { title workspace { id } } }';
    const { data } = await app.ask(lab.viewer.token, query, { id });
    expect(data.project).toEqual({ title: 'By id', workspace: { id: lab.workspaceId } });
  });

  it('do not exist for a stranger', async () => {
    const query = 'query ($id: ID!) { project(id: $id) { title } }';
    const { data } = await app.ask(lab.stranger.token, query, { id: await makeProject() });
    expect(data.project).toBeNull();
  });
});
