import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

function remove(participantGroupId: string, token = lab.collaborator.token) {
  return mutate(app, token, 'deleteParticipantGroup', { participantGroupId });
}

const makeGroup = (name?: string) => createGroup(app, lab.admin.token, lab.workspaceId, people(0, 3), name);

async function listed(): Promise<string[]> {
  const query = 'query ($id: ID!) { workspace(id: $id) { participantGroups(last: 100) { nodes { id } } } }';
  const { data } = await app.ask(lab.viewer.token, query, { id: lab.workspaceId });
  return data.workspace.participantGroups.nodes.map(({ id }: { id: string }) => id);
}

describe('deleting a group', () => {
  it('marks it as deleted, and says when', async () => {
    const id = await makeGroup();
    expect(await remove(id)).toMatchObject({
      __typename: 'DeleteParticipantGroupPayload',
      participantGroup: { id, isDeleted: true, deletedAt: expect.any(String) },
    });
  });

  it('takes it out of default listings', async () => {
    const id = await makeGroup();
    await remove(id);
    expect(await listed()).not.toContain(id);
  });

  it('leaves it readable by id, with its members and its history', async () => {
    const id = await makeGroup();
    await remove(id);
    const query = `query ($id: ID!) {
      participantGroup(id: $id) {
        isDeleted participantCount participants { nodes { participantId } } changes { nodes { version addedCount } }
      }
    }`;
    const { data } = await app.ask(lab.viewer.token, query, { id });
    expect(data.participantGroup).toEqual({
      isDeleted: true,
      participantCount: 3,
      participants: { nodes: people(0, 3).map((participantId) => ({ participantId })) },
      changes: { nodes: [{ version: 1, addedCount: 3 }] },
    });
  });

  it('moves neither version nor revision nor updatedAt', async () => {
    const { participantGroup: before } = await mutate(app, lab.admin.token, 'createParticipantGroup', {
      scope: { workspaceId: lab.workspaceId },
      name: 'Unmoved',
      participantIds: ['a'],
    });
    const { participantGroup: after } = await remove(before.id);
    const { version, revision, updatedAt, lastChangeAt } = before;
    expect(after).toMatchObject({ version, revision, updatedAt, lastChangeAt });
  });

  it('gives its name free', async () => {
    await remove(await makeGroup('Freed'));
    expect(await makeGroup('freed')).toEqual(expect.any(String));
  });

  it('succeeds and changes nothing when it is deleted already', async () => {
    const id = await makeGroup();
    const first = await remove(id);
    expect(await remove(id)).toEqual(first);
  });

  it('refuses a universal blocklist, and tells that this is why', async () => {
    const id = await makeGroup();
    const input = { participantGroupId: id, isUniversalBlocklist: true };
    await mutate(app, lab.admin.token, 'updateParticipantGroup', input);
    expect(await remove(id, lab.admin.token)).toMatchObject({
      __typename: 'GroupInUseError',
      code: 'IN_USE',
      isUniversalBlocklist: true,
    });
  });

  it('takes what was a universal blocklist once its flag is cleared', async () => {
    const id = await makeGroup();
    for (const isUniversalBlocklist of [true, false]) {
      const input = { participantGroupId: id, isUniversalBlocklist };
      await mutate(app, lab.admin.token, 'updateParticipantGroup', input);
    }
    expect(await remove(id)).toMatchObject({ participantGroup: { isDeleted: true } });
  });

  it('is refused for a viewer', async () => {
    expect(await remove(await makeGroup(), lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it('answers a stranger as if the group did not exist', async () => {
    const id = await makeGroup();
    expect(await remove(id, lab.stranger.token)).toMatchObject({ __typename: 'NotFoundError', id });
  });
});

describe('a deleted group', () => {
  it.each([
    ['addParticipantsToGroup', { participantIds: ['new'] }],
    ['removeParticipantsFromGroup', { participantIds: ['p0'] }],
    ['replaceGroupParticipants', { participantIds: [] }],
    ['revertParticipantGroup', { toVersion: 0 }],
    ['updateParticipantGroup', { name: 'Renamed' }],
  ] as const)('takes no %s', async (mutation, input) => {
    const id = await makeGroup();
    await remove(id);
    const answer = await mutate(app, lab.admin.token, mutation, { participantGroupId: id, ...input });
    expect(answer).toMatchObject({
      __typename: 'GroupDeletedError',
      code: 'INVALID_STATE',
      participantGroup: { id },
    });
  });
});
