import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/client.ts';
import { sql, verbatim } from '../../src/database/sql.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { createTestDatabase } from '../support/database.ts';

const testDatabase = await createTestDatabase();
const database = openDatabase({ url: testDatabase.url, poolSize: 1, onConnectionError: () => {} });
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const { reader } = database;
const session = () => reader.composed<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
const kept = async () => {
  const [row] = await reader.composed<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM pg_prepared_statements`,
  );
  return row?.count ?? 0;
};

it('does not keep a statement that comes once', async () => {
  const before = await kept();
  for (let n = 0; n < 20; n++) await reader.rows(sql`SELECT ${verbatim(`1 AS once_${n}`)}`);
  expect(await kept()).toBe(before);
});

it('keeps a statement that comes again', async () => {
  const before = await kept();
  for (let n = 0; n < 5; n++) await reader.rows(sql`SELECT 1 AS again`);
  expect(await kept()).toBe(before + 1);
});

it('does not keep a long statement, however often it comes', async () => {
  const before = await kept();
  const long = sql`SELECT ${verbatim(`'${'x'.repeat(20_000)}'`)} AS text`;
  for (let n = 0; n < 3; n++) expect(await reader.rows(long)).toEqual([{ text: 'x'.repeat(20_000) }]);
  expect(await kept()).toBe(before);
});

it('opens another connection for one that keeps too many, and loses no answer', async () => {
  const [first] = await session();
  for (let n = 0; n < 600; n++) {
    for (const time of [1, 2]) {
      expect(await reader.rows(sql`SELECT ${time}::int AS ${verbatim(`many_${n}`)}`)).toEqual([
        { [`many_${n}`]: time },
      ]);
    }
  }
  expect(await session()).not.toEqual([first]);
  expect(await kept()).toBeLessThan(501);
});

it('opens another connection for one on which too many have failed', async () => {
  const [first] = await session();
  for (let n = 0; n < 600; n++) {
    const failing = sql`SELECT 1 / ${0}::int AS ${verbatim(`fails_${n}`)}`;
    for (let time = 0; time < 2; time++) await reader.rows(failing).catch(() => undefined);
  }
  expect(await session()).not.toEqual([first]);
});

it('uses a connection again whose statement failed, and not one that was ended', async () => {
  const [first] = await session();
  await expect(reader.rows(sql`SELECT 1 / 0`)).rejects.toThrow('division by zero');
  expect(await session()).toEqual([first]);
  const ended = reader.rows(sql`SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)`);
  await expect(ended).rejects.toThrow('The database cannot be reached at the moment. Try again.');
  expect(await session()).not.toEqual([first]);
});

it('runs a statement again that has failed, with what it is given then', async () => {
  const divide = (by: number) => reader.rows<{ of: number }>(sql`SELECT (10 / ${by}::int) AS of`);
  for (let time = 0; time < 3; time++) {
    await expect(divide(0)).rejects.toThrow('division by zero');
    expect(await divide(5)).toEqual([{ of: 2 }]);
  }
});

it('knows the columns of a statement again after its table was changed', async () => {
  await testDatabase.query('CREATE TABLE changing AS SELECT 1 AS one');
  const all = () => reader.rows(sql`SELECT * FROM changing`);
  for (let time = 0; time < 3; time++) expect(await all()).toEqual([{ one: 1 }]);
  await testDatabase.query(`ALTER TABLE changing ADD COLUMN two text DEFAULT 'second'`);
  await all().catch(() => undefined);
  for (let time = 0; time < 3; time++) expect(await all()).toEqual([{ one: 1, two: 'second' }]);
});

it('says how many rows were written, and what came of them', async () => {
  await testDatabase.query('CREATE TABLE written (one int)');
  for (let time = 1; time < 4; time++) {
    await inTransaction(database, async (transaction) => {
      expect(await transaction.$executeRaw`INSERT INTO written SELECT generate_series(1, 3)`).toBe(3);
      expect(await transaction.$executeRaw`DELETE FROM written WHERE one > 100`).toBe(0);
      const updated = await transaction.$queryRaw`UPDATE written SET one = -1 WHERE one = 2 RETURNING one`;
      expect(updated).toEqual([{ one: -1 }]);
    });
  }
});

it('reads every kind of value as the driver does, null too', async () => {
  const kinds = sql`SELECT 1::int AS int, 2::bigint AS big, 1.5::float8 AS float, true AS yes, NULL::text AS none, 'a'::text AS text,
    '2026-01-02T03:04:05.678Z'::timestamptz AS time, ARRAY[1, 2] AS list, '{"a": [1]}'::json AS json, '\\x00ff'::bytea AS bytes`;
  const [first, ...others] = [await reader.rows(kinds), await reader.rows(kinds), await reader.rows(kinds)];
  expect(first).toEqual([
    {
      ...{ int: 1, big: '2', float: 1.5, yes: true, none: null, text: 'a', list: [1, 2], json: { a: [1] } },
      ...{ time: new Date('2026-01-02T03:04:05.678Z'), bytes: Buffer.from([0, 255]) },
    },
  ]);
  for (const other of others) expect(other).toEqual(first);
});

it.each([
  ['int[]', []],
  ['int[]', [1, -2, 2_147_483_647]],
  ['float8[]', [0.1, 1e21, 5e-324, Number.NaN, Number.POSITIVE_INFINITY]],
  ['int[]', [null, 1]],
  ['text[]', ['1', '{2}', 'a "b"', '', 'null', '\\']],
  ['text[]', [1, '2,3']],
] as const)('sends %s %j as it is', async (type, values) => {
  for (let time = 0; time < 3; time++) {
    const [row] = await reader.rows<{ value: unknown }>(sql`SELECT ${values}::${verbatim(type)} AS value`);
    expect(row?.value).toEqual(type === 'text[]' ? values.map(String) : values);
  }
});
