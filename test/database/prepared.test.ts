import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/client.ts';
import { sql, verbatim } from '../../src/database/sql.ts';
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

it('uses a connection again whose statement failed, and not one that was ended', async () => {
  const [first] = await session();
  await expect(reader.rows(sql`SELECT 1 / 0`)).rejects.toThrow('division by zero');
  expect(await session()).toEqual([first]);
  const ended = reader.rows(sql`SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)`);
  await expect(ended).rejects.toThrow('The database cannot be reached at the moment. Try again.');
  expect(await session()).not.toEqual([first]);
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
