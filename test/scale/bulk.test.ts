import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { type EditName, edit } from '../support/edits.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;

interface Measured {
  readonly answer: Record<string, unknown> | null;
  readonly begun: number;
  readonly committed: number;
  readonly statements: number;
}

/** Runs one edit and counts what it sent to PostgreSQL. */
async function measure(name: EditName, input: Parameters<typeof edit>[3]): Promise<Measured> {
  app.sent.length = 0;
  const started = performance.now();
  const { data, errors } = await edit(app, token, name, input);
  const milliseconds = performance.now() - started;
  process.stdout.write(`${name}: ${Math.round(milliseconds)} ms\n`);
  expect(milliseconds).toBeLessThan(15_000);
  expect(errors).toBeUndefined();
  const texts = app.sent.map(({ text }) => text);
  const count = (pattern: RegExp) => texts.filter((text) => pattern.test(text)).length;
  const [begun, committed] = [count(/^BEGIN/i), count(/^COMMIT/i)];
  return { answer: { ...data.edit }, begun, committed, statements: texts.length };
}

/** Fresh counts of rows, to compare with the counter. */
async function count(participantGroupId: string): Promise<{ counter: number; rows: number }> {
  const { data } = await app.ask(
    token,
    'query ($id: ID!) { participantGroup(id: $id) { participantCount name } }',
    { id: participantGroupId },
  );
  const [found] = await app.sql<{ rows: number }>(
    `SELECT count(*)::int AS rows FROM membership JOIN participant_group ON key = group_key
     WHERE name = $1 AND left_version IS NULL`,
    [data.participantGroup.name],
  );
  return { counter: data.participantGroup.participantCount, rows: found?.rows ?? -1 };
}

describe('adding 10,000 participants of whom 8,000 are new', () => {
  it('is exact, one transaction, and as many statements as adding two of whom one is new', async () => {
    await createGroup(app, token, lab.workspaceId, people(0, 2_000));
    const id = await createGroup(app, token, lab.workspaceId, people(0, 500));
    const many = await measure('addParticipantsToGroup', {
      participantGroupId: id,
      participantIds: people(0, 10_000),
    });
    expect(many.answer).toMatchObject({
      addedCount: 9_500,
      alreadyMemberCount: 500,
      change: { version: 2 },
      participantGroup: { participantCount: 10_000, version: 2 },
    });
    expect(many).toMatchObject({ begun: 1, committed: 1 });
    const few = await measure('addParticipantsToGroup', {
      participantGroupId: id,
      participantIds: ['p0', 'quite-new'],
    });
    expect(few.answer).toMatchObject({ addedCount: 1, alreadyMemberCount: 1 });
    expect(many.statements).toBe(few.statements);
    expect(await count(id)).toEqual({ counter: 10_001, rows: 10_001 });
    process.stdout.write(`${many.statements} statements with BEGIN and COMMIT\n`);
  });
});

describe('a group of 200,000', () => {
  const size = 200_000;
  const chunk = 10_000;

  it('is edited, replaced by 10,000 and reverted, exactly, also before the planner knows its size', async () => {
    const id = await createGroup(app, token, lab.workspaceId, people(0, chunk));
    for (let from = chunk; from < size; from += chunk) {
      const participantIds = people(from, from + chunk);
      const { data } = await edit(app, token, 'addParticipantsToGroup', {
        participantGroupId: id,
        participantIds,
      });
      expect(data.edit?.addedCount).toBe(chunk);
    }
    const few = { participantGroupId: id, participantIds: people(0, 50) };
    expect((await measure('removeParticipantsFromGroup', few)).answer).toMatchObject({ removedCount: 50 });
    expect((await measure('addParticipantsToGroup', few)).answer).toMatchObject({ addedCount: 50 });
    const many = { participantGroupId: id, participantIds: people(0, chunk) };
    expect((await measure('removeParticipantsFromGroup', many)).answer).toMatchObject({
      removedCount: chunk,
    });
    expect((await measure('addParticipantsToGroup', many)).answer).toMatchObject({ addedCount: chunk });
    const replaced = await measure('replaceGroupParticipants', {
      participantGroupId: id,
      participantIds: people(size - 4_000, size + 6_000),
    });
    expect(replaced).toMatchObject({
      answer: { addedCount: 6_000, removedCount: 196_000, keptCount: 4_000, change: { version: 25 } },
      begun: 1,
      committed: 1,
    });
    expect(await count(id)).toEqual({ counter: 10_000, rows: 10_000 });
    const reverted = await measure('revertParticipantGroup', { participantGroupId: id, toVersion: 24 });
    expect(reverted).toMatchObject({
      answer: { addedCount: 196_000, removedCount: 6_000, keptCount: 4_000, change: { version: 26 } },
      begun: 1,
      committed: 1,
    });
    expect(await count(id)).toEqual({ counter: size, rows: size });
    const emptied = await measure('revertParticipantGroup', { participantGroupId: id, toVersion: 0 });
    expect(emptied.answer).toMatchObject({ addedCount: 0, removedCount: size, keptCount: 0 });
    expect(await count(id)).toEqual({ counter: 0, rows: 0 });
  });
});
