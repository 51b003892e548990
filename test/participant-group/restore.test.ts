import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

function restore(participantGroupId: string, input: object = {}, token = lab.collaborator.token) {
  return mutate(app, token, 'restoreParticipantGroup', { participantGroupId, ...input });
}

const makeGroup = (name?: string) => createGroup(app, lab.admin.token, lab.workspaceId, people(0, 3), name);

async function makeDeletedGroup(name?: string) {
  const participantGroupId = await makeGroup(name);
  const answer = await mutate(app, lab.admin.token, 'deleteParticipantGroup', { participantGroupId });
  return answer.participantGroup;
}

describe('restoring a group', () => {
  it('brings it back as it was', async () => {
    const deleted = await makeDeletedGroup();
    const { participantGroup } = await restore(deleted.id);
    expect(participantGroup).toEqual({ ...deleted, isDeleted: false, deletedAt: null });
  });

  it('lets it take edits again', async () => {
    const { id } = await makeDeletedGroup();
    await restore(id);
    const input = { participantGroupId: id, participantIds: ['new'] };
    expect(await mutate(app, lab.admin.token, 'addParticipantsToGroup', input)).toMatchObject({
      participantGroup: { participantCount: 4, version: 2 },
    });
  });

  it('is refused when its name was taken meanwhile, and names the group that has it', async () => {
    const { id } = await makeDeletedGroup('Wanted');
    const other = await makeGroup('WANTED');
    expect(await restore(id)).toMatchObject({
      __typename: 'NameTakenError',
      participantGroup: { id: other },
    });
  });

  it('leaves the group deleted when it is refused', async () => {
    const { id } = await makeDeletedGroup('Still wanted');
    await makeGroup('Still wanted');
    await restore(id);
    const query = 'query ($id: ID!) { participantGroup(id: $id) { isDeleted } }';
    expect((await app.ask(lab.viewer.token, query, { id })).data.participantGroup.isDeleted).toBe(true);
  });

  it('takes a new name where its own is taken, as an edit of its own fields', async () => {
    const { id } = await makeDeletedGroup('Doubled');
    await makeGroup('Doubled');
    expect(await restore(id, { name: ' Doubled (old) ' })).toMatchObject({
      participantGroup: { name: 'Doubled (old)', isDeleted: false, revision: 2 },
    });
  });

  it('refuses a new name that is taken as well', async () => {
    const { id } = await makeDeletedGroup();
    const other = await makeGroup('Taken as well');
    expect(await restore(id, { name: 'taken as well' })).toMatchObject({
      __typename: 'NameTakenError',
      participantGroup: { id: other },
    });
  });

  it('does not move the revision when the new name is its own', async () => {
    const { id } = await makeDeletedGroup('Own name');
    expect(await restore(id, { name: 'Own name' })).toMatchObject({ participantGroup: { revision: 1 } });
  });

  it('refuses a name that breaks the rules of names', async () => {
    const { id } = await makeDeletedGroup();
    expect(await restore(id, { name: ' ' })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'name'] }],
    });
  });

  it('lets exactly one of two deleted groups of the same name come back', async () => {
    const [first, second] = [await makeDeletedGroup('Twins'), await makeDeletedGroup('Twins')];
    const answers = await Promise.all([restore(first.id), restore(second.id)]);
    const types = answers.map(({ __typename }) => __typename).sort();
    expect(types).toEqual(['NameTakenError', 'RestoreParticipantGroupPayload']);
  });

  it('is refused for a viewer', async () => {
    const { id } = await makeDeletedGroup();
    expect(await restore(id, {}, lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it('answers a stranger as if the group did not exist', async () => {
    const { id } = await makeDeletedGroup();
    expect(await restore(id, {}, lab.stranger.token)).toMatchObject({ __typename: 'NotFoundError', id });
  });
});

describe('restoring a live group', () => {
  it('succeeds and changes nothing', async () => {
    const { id } = await makeDeletedGroup();
    const first = await restore(id);
    expect(await restore(id)).toEqual(first);
  });

  it('does not give it a new name', async () => {
    const id = await makeGroup('Alive');
    expect(await restore(id, { name: 'Other' })).toMatchObject({
      participantGroup: { name: 'Alive', revision: 1 },
    });
  });
});
