import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { documentOf, mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people, unknownId } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const scope = { workspaceId: lab.workspaceId };
let made = 0;

function create(input: object, token = lab.collaborator.token) {
  return mutate(app, token, 'createParticipantGroup', { scope, name: `Made ${made++}`, ...input });
}

describe('creating a group', () => {
  it('answers with the group, its first members and the change that brought them', async () => {
    const input = {
      name: '  Completers ',
      description: 'Wave 1',
      participantIds: ['a', ' b ', 'a'],
      note: 'By hand',
    };
    expect(await create(input)).toMatchObject({
      __typename: 'CreateParticipantGroupPayload',
      participantGroup: {
        name: 'Completers',
        description: 'Wave 1',
        participantCount: 2,
        version: 1,
        revision: 1,
      },
      addedCount: 2,
      skippedCount: 0,
      change: { version: 1, cause: 'MANUAL', note: 'By hand', actor: { name: 'Cleo Collaborator' } },
    });
  });

  it('makes an empty group at version 0 without a change when nobody is named', async () => {
    expect(await create({ note: 'Nobody yet' })).toMatchObject({
      participantGroup: { participantCount: 0, version: 0, revision: 1, lastChangeAt: null, project: null },
      addedCount: 0,
      change: null,
    });
  });

  it('starts with updatedAt at the moment at which it was made', async () => {
    const { participantGroup } = await create({ participantIds: people(0, 2) });
    expect(participantGroup.updatedAt).toBe(participantGroup.createdAt);
  });

  it('refuses a viewer, and names the role that it takes', async () => {
    expect(await create({}, lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it('answers a stranger as if the workspace did not exist', async () => {
    expect(await create({}, lab.stranger.token)).toMatchObject({
      __typename: 'NotFoundError',
      id: lab.workspaceId,
    });
  });
});

describe('the scope of a new group', () => {
  it('puts the group into a project when it names one', async () => {
    const projectId = await createProject(app, lab.admin.token, lab.workspaceId);
    expect(await create({ scope: { projectId } })).toMatchObject({
      participantGroup: { project: { id: projectId } },
    });
  });

  it.each([
    ['both', { workspaceId: lab.workspaceId, projectId: unknownId('Project') }],
    ['neither', {}],
    ['only a null', { workspaceId: null }],
  ])('refuses %s of workspace and project before anything runs', async (_words, given) => {
    const input = { scope: given, name: 'Nowhere' };
    const answer = await app.ask(lab.admin.token, documentOf('createParticipantGroup'), { input });
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toHaveLength(1);
  });

  it('is not found when it names a project that was never made', async () => {
    const projectId = unknownId('Project');
    expect(await create({ scope: { projectId } })).toMatchObject({
      __typename: 'NotFoundError',
      id: projectId,
    });
  });

  it("is not found when it names a stranger's project", async () => {
    const projectId = await createProject(app, lab.stranger.token, lab.strangersWorkspaceId);
    expect(await create({ scope: { projectId } })).toMatchObject({ __typename: 'NotFoundError' });
  });

  it('is an InvalidInputError with its path when it is the id of something else', async () => {
    expect(await create({ scope: { projectId: lab.workspaceId } })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'scope', 'projectId'] }],
    });
  });
});

describe('malformed first members', () => {
  it('refuse the call by default, and no group is made', async () => {
    const answer = await create({ name: 'Refused', participantIds: ['good', 'not good'] });
    expect(answer).toMatchObject({
      __typename: 'InvalidParticipantIdsError',
      invalidCount: 1,
      invalid: [{ index: 1, participantId: 'not good' }],
    });
    expect(await create({ name: 'Refused' })).toMatchObject({ __typename: 'CreateParticipantGroupPayload' });
  });

  it('are skipped and reported with ifInvalid: SKIP', async () => {
    const participantIds = ['good', 'not good', ''];
    expect(await create({ participantIds, ifInvalid: 'SKIP' })).toMatchObject({
      addedCount: 1,
      skippedCount: 2,
      skipped: [
        { index: 1, participantId: 'not good' },
        { index: 2, participantId: '' },
      ],
    });
  });

  it('leave an empty group at version 0 when all of them are skipped', async () => {
    expect(await create({ participantIds: ['?'], ifInvalid: 'SKIP' })).toMatchObject({
      participantGroup: { version: 0, participantCount: 0 },
      skippedCount: 1,
      change: null,
    });
  });
});

describe('the universal flag of a new group', () => {
  it('needs ADMIN', async () => {
    expect(await create({ isUniversalBlocklist: true })).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'ADMIN',
    });
  });

  it('is set by an admin', async () => {
    expect(await create({ isUniversalBlocklist: true }, lab.admin.token)).toMatchObject({
      participantGroup: { isUniversalBlocklist: true },
    });
  });
});

describe('the name of a new group', () => {
  it('is refused when a live group has it, regardless of case, and that group is named', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 1), 'Étude');
    expect(await create({ name: 'ÉTUDE' })).toMatchObject({
      __typename: 'NameTakenError',
      participantGroup: { id },
    });
  });

  it('may be that of a group of another workspace', async () => {
    await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId, [], 'Elsewhere');
    expect(await create({ name: 'Elsewhere' })).toMatchObject({
      __typename: 'CreateParticipantGroupPayload',
    });
  });
});
