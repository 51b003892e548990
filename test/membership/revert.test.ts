import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { membersOf } from '../support/members.ts';

const app = await startApp();
const lab = await createLab(app);

/** Version 1: a, b, c. Version 2: b, c, d. Version 3: d, e. */
async function makeGroup(): Promise<string> {
  const id = await createGroup(app, lab.admin.token, lab.workspaceId, ['a', 'b', 'c']);
  for (const participantIds of [
    ['b', 'c', 'd'],
    ['d', 'e'],
  ]) {
    await mutate(app, lab.admin.token, 'replaceGroupParticipants', {
      participantGroupId: id,
      participantIds,
    });
  }
  return id;
}

function revert(participantGroupId: string, toVersion: number, input: object = {}) {
  const edit = { participantGroupId, toVersion, ...input };
  return mutate(app, lab.collaborator.token, 'revertParticipantGroup', edit);
}

describe('reverting a group', () => {
  it.each([
    [0, []],
    [1, ['a', 'b', 'c']],
    [2, ['d', 'b', 'c']],
    [3, ['d', 'e']],
  ])(
    'to version %i gives it the members that it had then, and who stayed comes first',
    async (toVersion, members) => {
      const id = await makeGroup();
      await revert(id, toVersion);
      expect(await membersOf(app, lab.viewer.token, id)).toEqual(members);
    },
  );

  it('is a new change, of cause REVERSION, with author and note', async () => {
    const id = await makeGroup();
    expect(await revert(id, 2, { note: 'Wrong file' })).toMatchObject({
      participantGroup: { version: 4, participantCount: 3 },
      change: {
        version: 4,
        cause: 'REVERSION',
        note: 'Wrong file',
        addedCount: 2,
        removedCount: 1,
        participantCount: 3,
        actor: { name: 'Cleo Collaborator' },
      },
    });
  });

  it('answers with exact numbers for who came, went and stayed', async () => {
    const id = await makeGroup();
    expect(await revert(id, 2)).toMatchObject({ addedCount: 2, removedCount: 1, keptCount: 1 });
  });

  it('to 0 empties the group', async () => {
    const id = await makeGroup();
    expect(await revert(id, 0)).toMatchObject({
      addedCount: 0,
      removedCount: 2,
      keptCount: 0,
      participantGroup: { participantCount: 0, version: 4 },
    });
  });

  it('to the current version changes nothing', async () => {
    const id = await makeGroup();
    expect(await revert(id, 3)).toMatchObject({
      addedCount: 0,
      removedCount: 0,
      keptCount: 2,
      change: null,
      participantGroup: { version: 3 },
    });
  });

  it('can itself be reverted', async () => {
    const id = await makeGroup();
    await revert(id, 1);
    await revert(id, 3);
    expect(await membersOf(app, lab.viewer.token, id)).toEqual(['d', 'e']);
  });

  it.each([-1, 4, 2_147_483_647])('refuses version %i, which is not one, with its path', async (version) => {
    const id = await makeGroup();
    expect(await revert(id, version)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'toVersion'] }],
    });
  });

  it('goes on when the expected version is the current one', async () => {
    const id = await makeGroup();
    expect(await revert(id, 1, { expectedVersion: 3 })).toMatchObject({ participantGroup: { version: 4 } });
  });

  it('is a conflict when another version is expected, and tells the current', async () => {
    const id = await makeGroup();
    expect(await revert(id, 1, { expectedVersion: 2 })).toMatchObject({
      __typename: 'VersionConflictError',
      current: 3,
    });
  });

  it('changes nothing in a group that never had members', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId);
    expect(await revert(id, 0)).toMatchObject({ change: null, participantGroup: { version: 0 } });
  });
});
