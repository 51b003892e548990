import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import { membersOf } from '../support/members.ts';

const app = await startApp();
const lab = await createLab(app);

const makeGroup = (members: readonly string[] = []) =>
  createGroup(app, lab.admin.token, lab.workspaceId, members);

function replace(participantGroupId: string, participantIds: string[], input: object = {}) {
  const edit = { participantGroupId, participantIds, ...input };
  return mutate(app, lab.collaborator.token, 'replaceGroupParticipants', edit);
}

describe('replacing the members of a group', () => {
  it('answers with exact numbers for who came, went and stayed', async () => {
    const id = await makeGroup(people(0, 5));
    expect(await replace(id, people(3, 9))).toMatchObject({
      addedCount: 4,
      removedCount: 3,
      keptCount: 2,
      participantGroup: { participantCount: 6, version: 2 },
    });
  });

  it('makes the list the whole membership', async () => {
    const id = await makeGroup(people(0, 5));
    await replace(id, ['p4', 'new']);
    expect(await membersOf(app, lab.viewer.token, id)).toEqual(['p4', 'new']);
  });

  it('is one change, of cause REPLACEMENT, however much differs', async () => {
    const id = await makeGroup(people(0, 5));
    expect(await replace(id, people(4, 7), { note: 'From the file' })).toMatchObject({
      change: {
        version: 2,
        cause: 'REPLACEMENT',
        note: 'From the file',
        addedCount: 2,
        removedCount: 4,
        participantCount: 3,
      },
    });
  });

  it('leaves those who stay as they are: they joined when they joined', async () => {
    const id = await makeGroup(['stays', 'goes']);
    await replace(id, ['comes', 'stays']);
    const query = `query ($id: ID!) {
      participantGroup(id: $id) { participants { edges { node { participantId } change { version } } } }
    }`;
    const { data } = await app.ask(lab.viewer.token, query, { id });
    expect(data.participantGroup.participants.edges).toEqual([
      { node: { participantId: 'stays' }, change: { version: 1 } },
      { node: { participantId: 'comes' }, change: { version: 2 } },
    ]);
  });

  it('makes no change when the list is what is there, in any order', async () => {
    const id = await makeGroup(['a', 'b', 'c']);
    expect(await replace(id, ['c', 'a', ' b ', 'a'])).toMatchObject({
      addedCount: 0,
      removedCount: 0,
      keptCount: 3,
      change: null,
      participantGroup: { version: 1 },
    });
  });

  it('empties the group with an explicit empty list', async () => {
    const id = await makeGroup(['a', 'b']);
    expect(await replace(id, [])).toMatchObject({
      removedCount: 2,
      keptCount: 0,
      participantGroup: { participantCount: 0 },
      change: { cause: 'REPLACEMENT' },
    });
  });

  it('refuses a list in which no valid ID is left, also with ifInvalid: SKIP', async () => {
    const id = await makeGroup(['a', 'b']);
    expect(await replace(id, ['?', '  '], { ifInvalid: 'SKIP' })).toMatchObject({
      __typename: 'InvalidParticipantIdsError',
      invalidCount: 2,
    });
  });

  it('leaves the members alone when the list is refused', async () => {
    const id = await makeGroup(['a', 'b']);
    await replace(id, ['?'], { ifInvalid: 'SKIP' });
    expect(await membersOf(app, lab.viewer.token, id)).toEqual(['a', 'b']);
  });

  it('goes on with the valid ones with ifInvalid: SKIP', async () => {
    const id = await makeGroup(['a', 'b']);
    expect(await replace(id, ['b', '?', 'c'], { ifInvalid: 'SKIP' })).toMatchObject({
      addedCount: 1,
      removedCount: 1,
      keptCount: 1,
      skippedCount: 1,
      skipped: [{ index: 1, participantId: '?' }],
    });
  });

  it('goes on when the expected version is the current one', async () => {
    const id = await makeGroup(['a']);
    expect(await replace(id, ['b'], { expectedVersion: 1 })).toMatchObject({
      participantGroup: { version: 2 },
    });
  });

  it.each([0, 1, 3])('is a conflict at version 2 when version %i is expected', async (expectedVersion) => {
    const id = await makeGroup(['a']);
    await replace(id, ['b']);
    expect(await replace(id, ['c'], { expectedVersion })).toMatchObject({
      __typename: 'VersionConflictError',
      code: 'CONFLICT',
      current: 2,
    });
  });

  it('is a conflict even when nothing would change', async () => {
    const id = await makeGroup(['a']);
    expect(await replace(id, ['a'], { expectedVersion: 7 })).toMatchObject({
      __typename: 'VersionConflictError',
      current: 1,
    });
  });
});
