import type { Sql } from './sql.ts';
import type { Table } from './table.ts';

/** Something that is read along with a row in the same statement, as what hangs on it or what it points to. */
export interface Along {
  /** The places in the document that ask for it: whoever asks from the same ones finds it on the row. */
  readonly askers: readonly object[];
  /** A query of the text of one JSON value, in which the tables of the row go by their names. */
  readonly select: Sql;
  /** What resolvers are given, made of the JSON value. */
  readonly make: (value: unknown) => unknown;
}

const classes = new WeakMap<object, Map<string, RowClass>>();
const mostClasses = 200;

/**
 * The class of rows of which these columns are read: the same one for all requests, which V8 makes fast. There are more
 * choices of columns than are worth keeping: all are forgotten when there are too many, so that those that come again are
 * kept again.
 */
export function classOf<Row>(table: Table<Row>, read: readonly string[]): RowClass {
  const ofTable = classes.get(table) ?? new Map<string, RowClass>();
  classes.set(table, ofTable);
  const Known = ofTable.get(read.join());
  if (Known !== undefined) return Known;
  const Made = rowClass(table, read);
  if (ofTable.size >= mostClasses) ofTable.clear();
  ofTable.set(read.join(), Made);
  return Made;
}

type RowClass = new (values: readonly unknown[], along: readonly Along[]) => ReadRow;

/** A row as it came: the values of its columns, and after them what was read along. */
class ReadRow {
  readonly #values: readonly unknown[];
  readonly #along: readonly Along[];
  #made: readonly unknown[] | undefined;
  #joined: object | undefined;

  constructor(values: readonly unknown[], along: readonly Along[]) {
    this.#values = values;
    this.#along = along;
  }

  /** The accessor of a column, which is the quickest way into a row: a page has hundreds of rows, each read once. */
  static reading(index: number, isTime: boolean): (this: ReadRow) => unknown {
    if (!isTime)
      return function () {
        return this.#values[index];
      };
    return function () {
      const value = this.#values[index];
      return typeof value === 'number' ? new Date(value) : value;
    };
  }

  /** The accessor of what stands in the row that this one is joined to. */
  static joined(name: string): (this: ReadRow) => unknown {
    return function () {
      if (this.#joined === undefined) refuse(`"${name}" was looked at before its row was joined`);
      return Reflect.get(this.#joined, name);
    };
  }

  static join(row: object, other: object): void {
    if (!(#joined in row)) throw new Error('Only a row that was read can be joined');
    row.#joined = other;
  }

  /** What was read along for whoever asks from these places in the document; undefined if nothing was. */
  static along(row: object, askers: readonly object[]): unknown {
    if (!(#along in row)) return undefined;
    const index = row.#along.findIndex((one) => isSame(one.askers, askers));
    if (index < 0) return undefined;
    const first = row.#values.length - row.#along.length;
    row.#made ??= row.#along.map((one, at) => one.make(row.#values[first + at]));
    return row.#made[index];
  }
}

function rowClass<Row>({ name, columns, times, joined = [] }: Table<Row>, read: readonly string[]): RowClass {
  const Made = class extends ReadRow {};
  const accessorOf = (column: string) => {
    if (joined.includes(column)) return ReadRow.joined(column);
    const index = read.indexOf(column);
    if (index < 0) return () => refuse(`"${column}" of ${name} was looked at, but not read`);
    return ReadRow.reading(
      index,
      times.some((time) => time === column),
    );
  };
  for (const column of new Set([...Object.keys(columns), ...joined]))
    Object.defineProperty(Made.prototype, column, { get: accessorOf(column) });
  return Made;
}

function refuse(problem: string): never {
  throw new Error(problem);
}

/** What was read along with a row for whoever asks from these places in the document; undefined if nothing was. */
export const readAlong = ReadRow.along;

/** Joins a row to another one, which has the columns that its table calls `joined`. */
export const joinRow = ReadRow.join;

function isSame(some: readonly object[], others: readonly object[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
