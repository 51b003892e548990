import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { type MutationName, mutate } from '../support/documents.ts';
import { createGroup, createLab } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

const makeGroup = () => createGroup(app, lab.admin.token, lab.workspaceId, ['a', 'b']);
const perform = (mutation: MutationName, input: object) =>
  mutate(app, lab.collaborator.token, mutation, input);
const add = (participantGroupId: string, idempotencyKey: string | null, input: object = {}) =>
  perform('addParticipantsToGroup', {
    participantGroupId,
    participantIds: ['b', 'c'],
    idempotencyKey,
    ...input,
  });

describe('the length of a key', () => {
  it.each([
    ['one character', 'k'],
    ['200 characters', 'k'.repeat(200)],
    ['200 emoji, each counted as one', '😀'.repeat(200)],
    ['a blank', ' '],
  ])('may be %s', async (_words, key) => {
    expect(await add(await makeGroup(), key)).toMatchObject({ addedCount: 1 });
  });

  it.each([
    ['nothing', ''],
    ['201 characters', 'k'.repeat(201)],
    ['a NUL', '\0'],
    ['a lone surrogate', '\ud83d'],
  ])('may not be %s', async (_words, key) => {
    expect(await add(await makeGroup(), key)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'idempotencyKey'] }],
    });
  });
});

describe('a call without a key', () => {
  it.each([undefined, null])('takes effect each time (%s)', async (key) => {
    const id = await makeGroup();
    const without = key === null ? { idempotencyKey: null } : {};
    const input = { participantGroupId: id, participantIds: ['c'], ...without };
    await perform('addParticipantsToGroup', input);
    expect(await perform('addParticipantsToGroup', input)).toMatchObject({
      addedCount: 0,
      alreadyMemberCount: 1,
    });
  });
});

describe('a key', () => {
  it('of another mutation is another key', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    await add(id, key);
    const input = { participantGroupId: id, participantIds: ['b', 'c'], idempotencyKey: key };
    expect(await perform('removeParticipantsFromGroup', input)).toMatchObject({ removedCount: 2 });
  });

  it('of the same input after another has no effect on the group', async () => {
    const id = await makeGroup();
    await add(id, randomUUID());
    expect(await add(id, randomUUID())).toMatchObject({
      addedCount: 0,
      alreadyMemberCount: 2,
      change: null,
    });
  });

  it('does not hold up another one on the same group', async () => {
    const id = await makeGroup();
    const ids = Array.from({ length: 10 }, (_, index) => `new${index}`);
    const answers = await Promise.all(ids.map((one) => add(id, randomUUID(), { participantIds: [one] })));
    const versions = answers.map(({ change }) => change.version).sort((a, b) => a - b);
    expect(versions).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('lets exactly one of two inputs win that use it at the same moment', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    const answers = await Promise.all([
      add(id, key, { participantIds: ['x'] }),
      add(id, key, { participantIds: ['y'] }),
    ]);
    const types = answers.map(({ __typename }) => __typename).sort();
    expect(types).toEqual(['AddParticipantsToGroupPayload', 'IdempotencyKeyReusedError']);
  });

  it('is bound for 24 hours', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    const first = await add(id, key);
    await app.sql(
      `UPDATE idempotency_key SET created_at = now() - interval '23 hours 59 minutes' WHERE key = $1`,
      [key],
    );
    expect(await add(id, key)).toEqual(first);
  });

  it('that has expired takes effect again for the same input', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    await add(id, key);
    await app.sql(`UPDATE idempotency_key SET created_at = now() - interval '25 hours'`);
    expect(await add(id, key)).toMatchObject({ addedCount: 0, alreadyMemberCount: 2, change: null });
  });

  it('works within one request', async () => {
    const query = `mutation ($input: AddParticipantsToGroupInput!) {
      a: addParticipantsToGroup(input: $input) { ... on AddParticipantsToGroupPayload { addedCount } }
      b: addParticipantsToGroup(input: $input) { ... on AddParticipantsToGroupPayload { addedCount } }
    }`;
    const input = {
      participantGroupId: await makeGroup(),
      participantIds: ['c'],
      idempotencyKey: randomUUID(),
    };
    const { data } = await app.ask(lab.admin.token, query, { input });
    expect(data).toEqual({ a: { addedCount: 1 }, b: { addedCount: 1 } });
  });
});

describe('what counts as the same input', () => {
  it('does not depend on the order of its fields', async () => {
    const [id, idempotencyKey] = [await makeGroup(), randomUUID()];
    const first = await add(id, idempotencyKey);
    const again = { idempotencyKey, participantIds: ['b', 'c'], participantGroupId: id };
    expect(await perform('addParticipantsToGroup', again)).toEqual(first);
  });

  it('does not depend on whether a default is written out', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    const first = await add(id, key);
    expect(await add(id, key, { ifInvalid: 'REJECT' })).toEqual(first);
  });

  it('depends on the order of a list', async () => {
    const [id, key] = [await makeGroup(), randomUUID()];
    await add(id, key);
    expect(await add(id, key, { participantIds: ['c', 'b'] })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    });
  });

  it('tells null, which clears, from what is left out, which keeps', async () => {
    const [id, idempotencyKey] = [await makeGroup(), randomUUID()];
    const input = { participantGroupId: id, name: `Named ${idempotencyKey}`, idempotencyKey };
    await perform('updateParticipantGroup', input);
    expect(await perform('updateParticipantGroup', { ...input, description: null })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    });
  });
});
