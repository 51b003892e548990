import { expect, it } from 'vitest';
import { Reading, readShaped } from '../../src/database/reading.ts';
import { sql } from '../../src/database/sql.ts';
import { columnsIn, type Table } from '../../src/database/table.ts';
import { startApp } from '../support/app.ts';

const { database } = await startApp();

type Row = Readonly<Record<(typeof names)[number], number>>;
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] as const;
const table: Table<Row> = {
  name: 'row',
  columns: columnsIn('row', names),
  times: [],
  numbers: names,
  plainTexts: [],
  always: ['a'],
};

const rowOf = (columns: readonly (typeof names)[number][]) =>
  new Reading<Row>(columns).shapeIn(table).make(names.map((_, index) => index));
const choices = Array.from({ length: 2 ** names.length }, (_, choice) =>
  names.filter((_name, bit) => (choice >> bit) % 2 === 1),
);

it('makes rows of the same columns of the same class, however many other choices came before', () => {
  for (const choice of choices) {
    expect(Object.getPrototypeOf(rowOf(choice))).toBe(Object.getPrototypeOf(rowOf(choice)));
  }
});

it('throws where a column is looked at that was not read, and nowhere else', () => {
  const row = rowOf(['b', 'd']);
  expect([row.b, row.d]).toEqual([1, 2]);
  expect(() => row.c).toThrow('"c" of row was looked at, but not read');
});

it.each([
  '2026-11-24T10:20:41.123Z',
  '2026-11-24T10:20:41.999Z',
  '2026-11-24T10:20:41.001Z',
  '2026-11-24T10:20:42Z',
  '1970-01-01T00:00:00.001Z',
  '2038-01-19T03:14:07.999Z',
  '9999-12-31T23:59:59.999Z',
  '1969-07-20T20:17:40.001Z',
])('reads the time %s to the millisecond', async (text) => {
  const times: Table<{ readonly at: Date | null }> = {
    ...{ name: 'row', columns: { at: `'${text}'::timestamptz` }, times: ['at'] },
    ...{ numbers: [], plainTexts: [], always: [] },
  };
  const shape = new Reading<{ readonly at: Date | null }>(['at']).shapeIn(times);
  const [row] = await readShaped(database.reader, shape, sql`SELECT ${shape.item} AS item`);
  expect(row?.at).toEqual(new Date(text));
});

it('reads as they are the texts that look like a part of what is around them', async () => {
  const text = 'a "b", \\c\n]\u2028 ö 🙂 null';
  type Texts = { readonly a: string; readonly b: string | null; readonly c: string };
  const texts: Table<Texts> = {
    ...{ name: 'row', columns: { a: 'given.text', b: 'NULL::text', c: "'plain'" }, times: [] },
    ...{ numbers: [], plainTexts: ['c'], always: [] },
  };
  const shape = new Reading<Texts>(['c', 'a', 'b', 'c']).shapeIn(texts);
  const statement = sql`SELECT ${shape.item} AS item FROM (SELECT ${text}::text) AS given(text)`;
  const [row] = await readShaped(database.reader, shape, statement);
  expect([row?.a, row?.b, row?.c]).toEqual([text, null, 'plain']);
});
