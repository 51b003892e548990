import { expect, it } from 'vitest';
import { Reading, shapeOf } from '../../src/database/reading.ts';
import { columnsIn, type Table } from '../../src/database/table.ts';

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
  shapeOf(table, new Reading<Row>(columns)).make(names.map((_, index) => index));
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
