import type { Reader } from './reader.ts';
import { columnName } from './rows.ts';
import { join, type Sql, sql, verbatim } from './sql.ts';

/** Rows of one kind, as they are read. */
export interface Table<Row> {
  readonly name: string;
  /** The SQL of each column. */
  readonly columns: Readonly<Record<keyof Row & string, string>>;
  /** Those that are times, which JSON doesn't know. */
  readonly times: readonly (keyof Row & string)[];
  /** Those that are JSON as they stand: whole numbers that are never null. */
  readonly numbers: readonly (keyof Row & string)[];
  /** Those that are JSON between quotation marks: never null, and without a character that JSON escapes. */
  readonly plainTexts: readonly (keyof Row & string)[];
  /** Read of every row, whatever else is asked for. */
  readonly always: readonly (keyof Row & string)[];
}

/** `{ createdAt: 'table.created_at', … }` for the names of a row. */
export function columnsIn<Name extends string>(table: string, names: readonly Name[]): Record<Name, string> {
  const entries = names.map((name) => [name, `${table}.${columnName(name)}`] as const);
  return Object.fromEntries(entries) as Record<Name, string>;
}

/** Something that is read along with a row in the same statement, as what hangs on it or what it points to. */
export interface Along {
  /** The places in the document that ask for it: whoever asks from the same ones finds it on the row. */
  readonly askers: readonly object[];
  /** A query of the text of one JSON value, in which the tables of the row go by their names. */
  readonly select: Sql;
  /** What resolvers are given, made of the JSON value. */
  readonly make: (value: unknown) => unknown;
}

/** What is read of each row: some of its columns, and what is read along. */
export class Reading<Row> {
  readonly columns: readonly (keyof Row & string)[];
  readonly along: readonly Along[];

  constructor(columns: readonly (keyof Row & string)[], along: readonly Along[] = []) {
    this.columns = columns;
    this.along = along;
  }

  /** The same with these columns besides. */
  with(more: readonly (keyof Row & string)[]): Reading<Row> {
    return more.length === 0 ? this : new Reading([...this.columns, ...more], this.along);
  }

  /** Two that read the same are the same text. */
  toJSON(): unknown {
    return [this.columns, this.along.map(({ select: { text, values } }) => [text, values])];
  }
}

/** A row in SQL, and what is made of it. */
export interface Shape<Row> {
  /** An expression of the text of one JSON array: putting texts together takes PostgreSQL less than its JSON functions do. */
  readonly item: Sql;
  readonly make: (item: unknown) => Row;
}

/** Every column, and nothing along. */
export function wholeRow<Row>({ columns }: Table<Row>): Reading<Row> {
  return new Reading(Object.keys(columns) as (keyof Row & string)[]);
}

const classes = new WeakMap<object, Map<string, RowClass>>();
const mostClasses = 200;

/**
 * The class of rows of which these columns are read: the same one for all requests, which V8 makes fast. There are more
 * choices of columns than are worth keeping: all are forgotten when there are too many, so that those that come again are
 * kept again.
 */
function classOf<Row>(table: Table<Row>, read: readonly string[]): RowClass {
  const ofTable = classes.get(table) ?? new Map<string, RowClass>();
  classes.set(table, ofTable);
  const Known = ofTable.get(read.join());
  if (Known !== undefined) return Known;
  const Made = rowClass(table, read);
  if (ofTable.size >= mostClasses) ofTable.clear();
  ofTable.set(read.join(), Made);
  return Made;
}

/** Rows of a statement that reads the shape's `item` alone, under that name. */
export async function readShaped<Row>(reader: Reader, { make }: Shape<Row>, statement: Sql): Promise<Row[]> {
  const rows = await reader.rows<{ item: string }>(statement);
  return rows.map(({ item }) => make(JSON.parse(item)));
}

/** The text of a JSON array of the `item`s of a query that reads them alone. */
export function itemsOf(select: Sql): Sql {
  return sql`SELECT '[' || coalesce(string_agg(page.item, ','), '') || ']' FROM (${select}) AS page(item)`;
}

const held = Symbol('what was read along');

interface Held {
  readonly along: readonly Along[];
  readonly values: readonly unknown[];
}

/** How rows of a table are read. A column that wasn't read throws when it is looked at: it must not look empty. */
export function shapeOf<Row>(table: Table<Row>, { columns, along }: Reading<Row>): Shape<Row> {
  const names = [...new Set([...table.always, ...columns])];
  const parts = [
    ...names.map((name) => verbatim(jsonOf(table, name))),
    ...along.map(({ select }) => sql`coalesce((${select}), 'null')`),
  ];
  const times = names.map((name) => table.times.includes(name));
  const Made = classOf(table, names);
  const make = (item: unknown) => {
    const values = item as readonly unknown[];
    const row: Record<string | symbol, unknown> = new Made();
    for (let index = 0; index < names.length; index++) {
      const value = values[index];
      row[names[index] as string] = times[index] && typeof value === 'string' ? new Date(value) : value;
    }
    if (along.length > 0) {
      const made = along.map((one, index) => one.make(values[names.length + index]));
      row[held] = { along, values: made } satisfies Held;
    }
    return row as Row;
  };
  return { item: sql`'[' || ${join(parts, " || ',' || ")} || ']'`, make };
}

function jsonOf<Row>({ columns, numbers, plainTexts }: Table<Row>, name: keyof Row & string): string {
  if (plainTexts.includes(name)) return `'"' || ${columns[name]} || '"'`;
  return numbers.includes(name)
    ? `${columns[name]}::text`
    : `coalesce(to_json(${columns[name]})::text, 'null')`;
}

/** The row of another table that a row points to by `key`, in SQL; null where it points to none. */
export function rowAlong<Row>(table: Table<Row>, key: string, reading: Reading<Row>): Omit<Along, 'askers'> {
  const { item, make } = shapeOf(table, reading);
  return {
    select: sql`SELECT ${item} FROM ${verbatim(table.name)} WHERE ${verbatim(`${table.name}.key = ${key}`)}`,
    make: (value) => (value === null ? null : make(value)),
  };
}

type RowClass = new () => Record<string | symbol, unknown>;

function rowClass<Row>({ name, columns }: Table<Row>, read: readonly string[]): RowClass {
  const Made = class {
    [column: string | symbol]: unknown;
  };
  for (const column of Object.keys(columns)) {
    if (read.includes(column)) continue;
    Object.defineProperty(Made.prototype, column, {
      get() {
        throw new Error(`"${column}" of ${name} was looked at, but not read`);
      },
    });
  }
  return Made;
}

/** What was read along with a row for whoever asks from these places in the document; undefined if nothing was. */
export function readAlong(row: object, askers: readonly object[]): unknown {
  const found: Held | undefined = Reflect.get(row, held);
  const index = found?.along.findIndex((one) => isSame(one.askers, askers)) ?? -1;
  return found?.values[index];
}

function isSame(some: readonly object[], others: readonly object[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
