import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const scope = { workspaceId: lab.workspaceId };

function create(input: object) {
  return mutate(app, lab.collaborator.token, 'createParticipantGroup', { scope, ...input });
}

function refusedAt(field: string) {
  return { __typename: 'InvalidInputError', issues: [{ path: ['input', field] }] };
}

const payload = { __typename: 'CreateParticipantGroupPayload' };
const cases = (texts: Record<string, string>) => Object.entries(texts);

describe('the name of a group', () => {
  it.each(
    cases({
      'an empty one': '',
      'a blank one': ' \t\u3000 ',
      '201 code points': 'x'.repeat(201),
      '201 emoji': '😀'.repeat(201),
      'a NUL': 'a\0b',
      'a line break': 'a\nb',
      'a control character of Latin-1': 'a\u0085b',
      DEL: 'a\u007fb',
      'a lone high surrogate': 'a\ud83d',
      'a lone low surrogate': '\ude00a',
    }),
  )('refuses %s', async (_words, name) => {
    expect(await create({ name })).toMatchObject(refusedAt('name'));
  });

  it.each(
    cases({
      'one character': 'x',
      '200 code points': 'y'.repeat(200),
      '200 emoji, each counted as one': '😀'.repeat(200),
      '200 code points inside white space': `  ${'z'.repeat(200)}\n`,
      'text from right to left': 'קבוצה',
      'what SQL would read as its own': `'; DROP TABLE "participant_group"; -- \\`,
    }),
  )('accepts %s', async (_words, name) => {
    expect(await create({ name })).toMatchObject({ ...payload, participantGroup: { name: name.trim() } });
  });

  it('is given back as it was written, without normalisation', async () => {
    const name = 'Cafe\u0301';
    expect(await create({ name })).toMatchObject({ participantGroup: { name } });
  });

  it.each([
    ['the composed form of a decomposed one', 'Nin\u0303o', 'Ni\u00f1o'],
    ['the decomposed form of a composed one', 'A\u00e7ai', 'Ac\u0327ai'],
    ['upper case of another alphabet', 'группа', 'ГРУППА'],
    ['upper case that has no composed form of its own', '\u01f0', 'J\u030c'],
  ])('is taken by %s', async (_words, first, second) => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId, [], first);
    expect(await create({ name: second })).toMatchObject({
      __typename: 'NameTakenError',
      participantGroup: { id },
    });
  });

  it('is another one with an accent than without', async () => {
    await createGroup(app, lab.admin.token, lab.workspaceId, [], 'Resume');
    expect(await create({ name: 'Résumé' })).toMatchObject(payload);
  });
});

describe('the description of a group', () => {
  it('may have 2,000 code points, emoji counted as one', async () => {
    const description = '😀'.repeat(2_000);
    expect(await create({ name: 'Long', description })).toMatchObject({ participantGroup: { description } });
  });

  it('may have line breaks and tabs, and keeps its white space', async () => {
    const description = ' First\r\n\tsecond ';
    expect(await create({ name: 'Lines', description })).toMatchObject({ participantGroup: { description } });
  });

  it.each(
    cases({
      '2,001 code points': 'x'.repeat(2_001),
      'a NUL': 'a\0b',
      'a lone surrogate': 'a\ud83d',
    }),
  )('refuses %s', async (_words, description) => {
    expect(await create({ name: 'Refused', description })).toMatchObject(refusedAt('description'));
  });
});

describe('the note of a change', () => {
  it('may have 500 code points, emoji counted as one', async () => {
    const note = '😀'.repeat(500);
    const input = { name: 'Noted', participantIds: ['a'], note };
    expect(await create(input)).toMatchObject({ change: { note } });
  });

  it.each(cases({ '501 code points': 'x'.repeat(501), 'a NUL': 'a\0b', 'a lone surrogate': '\udc00' }))(
    'refuses %s',
    async (_words, note) => {
      expect(await create({ name: 'Refused', participantIds: ['a'], note })).toMatchObject(refusedAt('note'));
    },
  );
});

it('reports everything that is wrong with an input together', async () => {
  const { issues } = await create({ name: '', description: '\0', note: '\0', idempotencyKey: '' });
  const paths = issues.map(({ path }: { path: string[] }) => path.join('.')).sort();
  expect(paths).toEqual(['input.description', 'input.idempotencyKey', 'input.name', 'input.note']);
});
