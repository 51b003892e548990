import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createWorkspace, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const prolificId = await createWorkspace(app, lab.admin, 'PROLIFIC');
const group = await createGroup(app, lab.admin.token, lab.workspaceId, ['member']);
const prolificGroup = await createGroup(app, lab.admin.token, prolificId);

function add(participantIds: string[], input: object = {}, participantGroupId = group) {
  const edit = { participantGroupId, participantIds, ...input };
  return mutate(app, lab.admin.token, 'addParticipantsToGroup', edit);
}

const lists = ['addParticipantsToGroup', 'removeParticipantsFromGroup', 'replaceGroupParticipants'] as const;

describe.each(lists)('a malformed ID in %s', (mutation) => {
  const edit = (participantIds: string[], input: object = {}) =>
    mutate(app, lab.admin.token, mutation, { participantGroupId: group, participantIds, ...input });

  it('is an error that names the ID, its position and what is wrong', async () => {
    expect(await edit(['fine', 'not fine', 'fine-too', ' '])).toMatchObject({
      __typename: 'InvalidParticipantIdsError',
      code: 'INVALID_INPUT',
      invalidCount: 2,
      invalid: [
        { index: 1, participantId: 'not fine', message: expect.stringContaining('1 to 64 characters') },
        { index: 3, participantId: ' ', message: expect.stringContaining('empty') },
      ],
    });
  });

  it('refuses the whole call', async () => {
    await edit(['somebody', 'not fine']);
    const query = `query ($id: ID!) {
      participantGroup(id: $id) { version participants { nodes { participantId } } }
    }`;
    const { data } = await app.ask(lab.viewer.token, query, { id: group });
    expect(data.participantGroup).toEqual({
      version: 1,
      participants: { nodes: [{ participantId: 'member' }] },
    });
  });

  it('is counted each time, and the first 100 are listed', async () => {
    const answer = await edit(['fine', ...Array(250).fill('not fine')]);
    expect(answer.invalidCount).toBe(250);
    const indices = answer.invalid.map(({ index }: { index: number }) => index);
    expect(indices).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });
});

describe('skipped IDs', () => {
  it('are counted, and the first 100 are listed', async () => {
    const answer = await add(['member', ...Array(150).fill('not fine')], { ifInvalid: 'SKIP' });
    expect(answer).toMatchObject({ alreadyMemberCount: 1, skippedCount: 150 });
    expect(answer.skipped).toHaveLength(100);
  });

  it('are cut short where they are long', async () => {
    const { skipped } = await add(['x'.repeat(5_000)], { ifInvalid: 'SKIP' });
    expect(skipped[0].participantId).toBe(`${'x'.repeat(100)}…`);
  });

  it.each([
    ['a NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud83d'],
    ['a pair of surrogates where a long one is cut', `${'x'.repeat(99)}${'😀'.repeat(9)}`],
  ])('with %s can be reported and kept with an idempotency key', async (words, id) => {
    const input = { ifInvalid: 'SKIP', idempotencyKey: words };
    expect(await add(['member', id], input)).toMatchObject({ alreadyMemberCount: 1, skippedCount: 1 });
  });
});

describe('the OPAQUE format', () => {
  it.each([
    ['every kind of character that it has', 'AZaz09._:-'],
    ['one character', 'x'],
    ['64 characters', 'x'.repeat(64)],
  ])('takes %s', async (_words, id) => {
    expect(await add([id, 'x'])).toMatchObject({ __typename: 'AddParticipantsToGroupPayload' });
  });

  it.each([
    ['65 characters', 'x'.repeat(65)],
    ['a blank inside', 'a b'],
    ['a slash', 'a/b'],
    ['a line break inside', 'a\nb'],
    ['a letter with an accent', 'é'],
    ['a digit of another script', '١'],
    ['a NUL', 'a\0'],
    ['a comma', 'a,b'],
    ['an at sign', 'a@b.example'],
  ])('refuses %s', async (_words, id) => {
    expect(await add([id])).toMatchObject({ invalidCount: 1, invalid: [{ index: 0 }] });
  });
});

describe('the PROLIFIC format', () => {
  const valid = '5f1a2b3c4d5e6f7081920abc';

  it('takes 24 lower-case hexadecimal digits', async () => {
    expect(await add([valid], {}, prolificGroup)).toMatchObject({ addedCount: 1 });
  });

  it.each([
    ['upper case', valid.toUpperCase()],
    ['23 digits', valid.slice(1)],
    ['25 digits', `${valid}0`],
    ['a letter that is no digit', `${valid.slice(1)}g`],
    ['a line of digits and another line', `${valid}\n${valid}`],
  ])('refuses %s, and tells what it expects', async (_words, id) => {
    expect(await add([id], {}, prolificGroup)).toMatchObject({
      invalid: [{ message: expect.stringContaining('24 lower-case hexadecimal digits') }],
    });
  });
});

describe('a global id of this API as a participant ID', () => {
  it.each([
    ['OPAQUE', group],
    ['PROLIFIC', prolificGroup],
  ])('is refused in a workspace of %s IDs with just that hint', async (_format, participantGroupId) => {
    expect(await add([group], {}, participantGroupId)).toMatchObject({
      invalid: [{ message: expect.stringContaining('global id') }],
    });
  });
});

describe('the length of a list', () => {
  it.each(lists)('may be 10,000 in %s', async (mutation) => {
    const participantGroupId = await createGroup(app, lab.admin.token, lab.workspaceId);
    const input = { participantGroupId, participantIds: people(0, 10_000) };
    const answer = await mutate(app, lab.admin.token, mutation, input);
    expect(answer.skippedCount).toBe(0);
  });

  it.each(lists)('may not be 10,001 in %s, even of one ID', async (mutation) => {
    const input = { participantGroupId: group, participantIds: Array(10_001).fill('same') };
    expect(await mutate(app, lab.admin.token, mutation, input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'participantIds'], message: expect.stringContaining('10001') }],
    });
  });

  it('may not be 10,001 when a group is made', async () => {
    const scope = { workspaceId: lab.workspaceId };
    const input = { scope, name: 'Too many', participantIds: people(0, 10_001) };
    expect(await mutate(app, lab.admin.token, 'createParticipantGroup', input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'participantIds'] }],
    });
  });
});
