import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, createPerson, unknownId } from '../support/factories.ts';
import {
  type PageVariables,
  pageArguments,
  pageInfo,
  pageParameters,
  readForward,
} from '../support/paging.ts';

const app = await startApp();
const lab = await createLab(app);

const create = (input: object, token = lab.admin.token) => mutate(app, token, 'createWorkspace', input);
const update = (workspaceId: string, input: object, token = lab.admin.token) =>
  mutate(app, token, 'updateWorkspace', { workspaceId, ...input });

describe('making a workspace', () => {
  it('answers with it, its title trimmed', async () => {
    expect(await create({ title: ' Lab of Ada ', description: 'Ours' })).toMatchObject({
      __typename: 'CreateWorkspacePayload',
      workspace: { title: 'Lab of Ada', description: 'Ours' },
    });
  });

  it('makes its maker its admin, in the same answer', async () => {
    const anybody = await createPerson(app);
    const { workspace } = await create({ title: 'Mine' }, anybody.token);
    expect(workspace.viewerRole).toBe('ADMIN');
  });

  it("takes Prolific's format of participant IDs unless told otherwise", async () => {
    const { workspace } = await create({ title: 'Default' });
    expect(workspace.participantIdFormat).toBe('PROLIFIC');
  });

  it('keeps the format that was chosen', async () => {
    const { workspace } = await create({ title: 'Opaque', participantIdFormat: 'OPAQUE' });
    expect(workspace.participantIdFormat).toBe('OPAQUE');
  });

  it('takes a title that another has', async () => {
    await create({ title: 'Twice' });
    expect(await create({ title: 'Twice' })).toMatchObject({ __typename: 'CreateWorkspacePayload' });
  });

  it.each([
    ['an empty title', { title: ' ' }, 'title'],
    ['a title of 201 code points', { title: 'x'.repeat(201) }, 'title'],
    ['a title with a control character', { title: 'a\nb' }, 'title'],
    ['a title with a lone surrogate', { title: '\ud83d' }, 'title'],
    ['a description of 2,001 code points', { title: 'x', description: 'x'.repeat(2_001) }, 'description'],
    ['a description with a NUL', { title: 'x', description: '\0' }, 'description'],
  ])('refuses %s', async (_words, input, field) => {
    expect(await create(input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', field] }],
    });
  });

  it('takes 200 emoji as a title and 2,000 as a description', async () => {
    const input = { title: '😀'.repeat(200), description: '😀'.repeat(2_000) };
    expect(await create(input)).toMatchObject({ workspace: input });
  });
});

describe('editing a workspace', () => {
  it('keeps what is left out', async () => {
    const { workspace } = await create({ title: 'Before', description: 'Kept' });
    expect(await update(workspace.id, { title: 'After' })).toMatchObject({
      workspace: { title: 'After', description: 'Kept' },
    });
  });

  it('clears the description with null', async () => {
    const { workspace } = await create({ title: 'Kept', description: 'Cleared' });
    expect(await update(workspace.id, { description: null })).toMatchObject({
      workspace: { title: 'Kept', description: null },
    });
  });

  it('refuses null for the title', async () => {
    expect(await update(lab.workspaceId, { title: null })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'title'] }],
    });
  });

  it.each(['collaborator', 'viewer'] as const)('is refused for a %s, for it needs ADMIN', async (role) => {
    expect(await update(lab.workspaceId, { title: 'No' }, lab[role].token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'ADMIN',
    });
  });

  it('answers a stranger as for an id that was never given out', async () => {
    const never = unknownId('Workspace');
    const mine = await update(lab.workspaceId, { title: 'No' }, lab.stranger.token);
    const nobodys = await update(never, { title: 'No' }, lab.stranger.token);
    expect(mine).toEqual({
      ...nobodys,
      id: lab.workspaceId,
      message: nobodys.message.replace(never, lab.workspaceId),
    });
  });

  it('is an InvalidInputError with its path for the id of something else', async () => {
    expect(await update(unknownId('Project'), { title: 'No' })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'workspaceId'] }],
    });
  });
});

describe('the viewer', () => {
  it('is told who they are', async () => {
    const person = await createPerson(app, 'Una User');
    const { data } = await app.ask(person.token, '{ viewer { email user { name } } }');
    expect(data.viewer).toEqual({
      email: expect.stringMatching(/@lab\.example$/),
      user: { name: 'Una User' },
    });
  });

  it.each([
    ['admin', 'ADMIN'],
    ['collaborator', 'COLLABORATOR'],
    ['viewer', 'VIEWER'],
  ] as const)('has the role of %s where they have it', async (who, viewerRole) => {
    const query = 'query ($id: ID!) { workspace(id: $id) { viewerRole } }';
    const { data } = await app.ask(lab[who].token, query, { id: lab.workspaceId });
    expect(data.workspace).toEqual({ viewerRole });
  });

  it('pages through their workspaces, and theirs alone', async () => {
    const person = await createPerson(app);
    for (const title of ['One', 'Two', 'Three']) await create({ title }, person.token);
    const query = `query (${pageParameters}) {
      viewer { workspaces(${pageArguments}) { ${pageInfo} nodes { title } } }
    }`;
    const read = async (page: PageVariables) =>
      (await app.ask(person.token, query, page)).data.viewer.workspaces;
    const rows = await readForward<{ title: string }>(2, read);
    expect(rows.map(({ title }) => title)).toEqual(['One', 'Two', 'Three']);
  });

  it('does not see a workspace of others', async () => {
    const query = 'query ($id: ID!) { workspace(id: $id) { title } }';
    const { data } = await app.ask(lab.stranger.token, query, { id: lab.workspaceId });
    expect(data.workspace).toBeNull();
  });
});
