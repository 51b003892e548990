import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/client.ts';
import { onSession } from '../../src/database/session.ts';
import { sql } from '../../src/database/sql.ts';
import { inTransaction, type Transaction } from '../../src/database/transaction.ts';
import { BusyError } from '../../src/errors.ts';
import { createTestDatabase } from '../support/database.ts';

const store = await createTestDatabase();
const sent: string[] = [];
const database = openDatabase({
  url: store.url,
  poolSize: 1,
  onConnectionError: () => undefined,
  onStatement: (text) => sent.push(text),
});
afterAll(async () => {
  await database.close();
  await store.drop();
});
beforeAll(() => store.query('CREATE TABLE note (text text PRIMARY KEY)'));

const write = (transaction: Transaction, text: string) =>
  transaction.$executeRaw(sql`INSERT INTO note VALUES (${text})`);
const notes = async () =>
  (await store.query<{ text: string }>('SELECT text FROM note')).map(({ text }) => text);

it('keeps nothing of a transaction whose work fails', async () => {
  const work = inTransaction(database, async (transaction) => {
    await write(transaction, 'undone');
    throw new Error('The work fails');
  });
  await expect(work).rejects.toThrow('The work fails');
  expect(await notes()).not.toContain('undone');
});

it('sends nothing that a failed work had still under way when its transaction was undone', async () => {
  let ended = () => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const late: Promise<unknown>[] = [];
  const work = inTransaction(database, async (transaction) => {
    late.push(end.then(() => write(transaction, 'late')));
    throw new Error('The work fails');
  });
  await expect(work).rejects.toThrow('The work fails');
  ended();
  await expect(Promise.all(late)).rejects.toThrow('The transaction is over');
  expect(await notes()).not.toContain('late');
});

it('says so when one of its statements had failed and nobody minded', async () => {
  const work = inTransaction(database, async (transaction) => {
    await write(transaction, 'lost');
    await transaction.$queryRaw`SELECT 1 / 0`.catch(() => undefined);
  });
  await expect(work).rejects.toThrow('The transaction was undone');
  expect(await notes()).not.toContain('lost');
});

it('is BUSY and keeps nothing when its work takes longer than it may', async () => {
  const work = onSession(database.writes, 20, async (session) => {
    await write(session, 'slow');
    await session.$queryRaw`SELECT pg_sleep(0.05)`;
  });
  await expect(work).rejects.toThrow(BusyError);
  expect(await notes()).not.toContain('slow');
});

it('goes on with a fresh session after one that was ended in the middle', async () => {
  const broken = inTransaction(database, async (transaction) => {
    await write(transaction, 'broken');
    await transaction.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`;
  });
  await expect(broken).rejects.toThrow();
  await inTransaction(database, (transaction) => write(transaction, 'next'));
  expect(await notes()).toEqual(['next']);
});

it('begins anew when it has lost a race', async () => {
  sent.splice(0);
  let attempts = 0;
  await inTransaction(database, async (transaction) => {
    attempts += 1;
    await write(transaction, attempts === 1 ? 'next' : 'another');
  });
  expect(sent.filter((text) => /^(BEGIN|COMMIT|ROLLBACK)$/.test(text))).toEqual([
    ...['BEGIN', 'ROLLBACK'],
    ...['BEGIN', 'COMMIT'],
  ]);
  expect(await notes()).toEqual(['next', 'another']);
});

it('prepares a statement that comes again, and plans those with a long list anew', async () => {
  const count = (lengths: number[]) =>
    sql`SELECT count(*)::int FROM note WHERE length(text) = ANY(${lengths}::int[])`;
  const prepared = await inTransaction(database, async (transaction) => {
    await transaction.$queryRaw(count([1]));
    await transaction.$queryRaw(count([2, 3]));
    await transaction.$queryRaw(count([4]));
    await transaction.$queryRaw(count(Array.from({ length: 101 }, (_, length) => length)));
    return transaction.$queryRaw`SELECT (generic_plans + custom_plans)::int AS calls FROM pg_prepared_statements
      WHERE starts_with(statement, 'SELECT count(*)')`;
  });
  expect(prepared).toEqual([{ calls: 2 }]);
});
