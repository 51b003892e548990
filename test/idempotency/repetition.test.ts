import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { type MutationName, mutate } from '../support/documents.ts';
import { addMember, createGroup, createLab, createPerson } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

const makeGroup = () => createGroup(app, lab.admin.token, lab.workspaceId, ['a', 'b']);
const perform = (mutation: MutationName, input: object, token = lab.collaborator.token) =>
  mutate(app, token, mutation, input);
const add = (participantGroupId: string, idempotencyKey: string | null, input: object = {}) =>
  perform('addParticipantsToGroup', {
    participantGroupId,
    participantIds: ['b', 'c'],
    idempotencyKey,
    ...input,
  });

describe('a repetition', () => {
  it('reads the group as it is now, with the numbers and change of then', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    const first = await add(id, key);
    await perform('replaceGroupParticipants', { participantGroupId: id, participantIds: [] });
    const { participantGroup, ...rest } = first;
    expect(await add(id, key)).toEqual({
      ...rest,
      participantGroup: {
        ...participantGroup,
        participantCount: 0,
        version: 3,
        lastChangeAt: expect.any(String),
      },
    });
  });

  it('answers as the first time when the group was deleted meanwhile', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    await add(id, key);
    await perform('deleteParticipantGroup', { participantGroupId: id });
    expect(await add(id, key)).toMatchObject({ addedCount: 1, participantGroup: { isDeleted: true } });
  });

  it('answers as the first time when the expected version has passed meanwhile', async () => {
    const [id, idempotencyKey] = [await makeGroup(), randomUUID()];
    const input = { participantGroupId: id, participantIds: ['x'], expectedVersion: 1, idempotencyKey };
    const first = await perform('replaceGroupParticipants', input);
    expect(await perform('replaceGroupParticipants', input)).toEqual(first);
  });

  it('tells what was skipped the first time', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    const input = { participantIds: ['c', 'not valid'], ifInvalid: 'SKIP' };
    await add(id, key, input);
    expect(await add(id, key, input)).toMatchObject({
      skippedCount: 1,
      skipped: [{ index: 1, participantId: 'not valid' }],
    });
  });

  it('of an edit that took an admin is forbidden to who is none any more', async () => {
    const [id, idempotencyKey, person] = [await makeGroup(), randomUUID(), await createPerson(app)];
    await addMember(app, lab.workspaceId, person, 'ADMIN');
    const input = { participantGroupId: id, isUniversalBlocklist: true, idempotencyKey };
    await perform('updateParticipantGroup', input, person.token);
    await app.sql("UPDATE workspace_member SET role = 'COLLABORATOR' WHERE user_id = $1", [person.userId]);
    const answer = await perform('updateParticipantGroup', input, person.token);
    expect(answer).toMatchObject({ __typename: 'ForbiddenError', requiredRole: 'ADMIN' });
  });

  it('is forbidden once the role is too low', async () => {
    const [id, idempotencyKey] = [await makeGroup(), randomUUID()];
    const demoted = await createPerson(app);
    await addMember(app, lab.workspaceId, demoted, 'COLLABORATOR');
    const input = { participantGroupId: id, participantIds: ['c'], idempotencyKey };
    await perform('addParticipantsToGroup', input, demoted.token);
    await app.sql(`UPDATE workspace_member SET role = 'VIEWER' WHERE user_id = $1`, [demoted.userId]);
    expect(await perform('addParticipantsToGroup', input, demoted.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });
});
