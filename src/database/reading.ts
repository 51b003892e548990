import { type Along, classOf } from './read-row.ts';
import type { Reader } from './reader.ts';
import { join, type Sql, sql, verbatim } from './sql.ts';
import { millisecondsOf, type Table } from './table.ts';

/** What is read of each row: some of its columns, and what is read along. */
export class Reading<Row> {
  readonly columns: readonly (keyof Row & string)[];
  readonly along: readonly Along[];
  #text: string | undefined;
  #shape: readonly [table: Table<Row>, shape: Shape<Row>] | undefined;

  constructor(columns: readonly (keyof Row & string)[], along: readonly Along[] = []) {
    this.columns = columns;
    this.along = along;
  }

  /** The same with these columns besides. */
  with(more: readonly (keyof Row & string)[]): Reading<Row> {
    return more.length === 0 ? this : new Reading([...this.columns, ...more], this.along);
  }

  /** How rows of a table are read so. Found out once: what doesn't depend on variables is read so for all requests. */
  shapeIn(table: Table<Row>): Shape<Row> {
    if (this.#shape?.[0] !== table) this.#shape = [table, shapeOf(table, this)];
    return this.#shape[1];
  }

  /** Two that read the same are the same text. */
  toJSON(): string {
    this.#text ??= JSON.stringify([
      this.columns,
      this.along.map(({ select: { text, values } }) => [text, values]),
    ]);
    return this.#text;
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

/** Rows of a statement that reads the shape's `item` alone, under that name. */
export async function readShaped<Row>(reader: Reader, { make }: Shape<Row>, statement: Sql): Promise<Row[]> {
  const rows = await reader.rows<{ item: string }>(statement);
  return rows.map(({ item }) => make(JSON.parse(item)));
}

/** The text of a JSON array of the `item`s of a query that reads them alone. */
export function itemsOf(select: Sql): Sql {
  return sql`SELECT '[' || coalesce(string_agg(page.item, ','), '') || ']' FROM (${select}) AS page(item)`;
}

/** A column that wasn't read throws when it is looked at: it must not look empty. */
function shapeOf<Row>(table: Table<Row>, { columns, along }: Reading<Row>): Shape<Row> {
  const { joined = [] } = table;
  const names = [...new Set([...table.always, ...columns])].filter((name) => !joined.includes(name));
  const parts: readonly JsonText[] = [
    ...names.map((name) => jsonOf(table, name)),
    ...along.map(({ select }) => ({ value: sql`coalesce((${select}), 'null')`, quote: '' })),
  ];
  const Made = classOf(table, names);
  const make = (item: unknown) => new Made(item as unknown[], along) as Row;
  return { item: arrayOf(parts), make };
}

/** A value as text, and the quotation mark that it needs around it, if any. */
interface JsonText {
  readonly value: Sql;
  readonly quote: string;
}

function jsonOf<Row>(
  { columns, numbers, plainTexts, times }: Table<Row>,
  name: keyof Row & string,
): JsonText {
  const column = columns[name];
  if (plainTexts.includes(name)) return { value: verbatim(column), quote: '"' };
  if (numbers.includes(name)) return { value: verbatim(`${column}::text`), quote: '' };
  const value = times.includes(name) ? millisecondsOf(column) : `to_json(${column})`;
  return { value: verbatim(`coalesce(${value}::text, 'null')`), quote: '' };
}

/** The text of a JSON array, with as few pieces as there can be: each takes PostgreSQL as long as reading a column does. */
function arrayOf(parts: readonly JsonText[]): Sql {
  if (parts.length === 0) return sql`'[]'`;
  const pieces = parts.map(({ value, quote }, index) => {
    const before = index === 0 ? '[' : `${parts[index - 1]?.quote},`;
    return sql`${verbatim(`'${before}${quote}'`)} || ${value}`;
  });
  return sql`${join(pieces, ' || ')} || ${verbatim(`'${parts.at(-1)?.quote}]'`)}`;
}

/** The row of another table that a row points to by `key`, in SQL; null where it points to none. */
export function rowAlong<Row>(table: Table<Row>, key: string, reading: Reading<Row>): Omit<Along, 'askers'> {
  const { item, make } = reading.shapeIn(table);
  return {
    select: sql`SELECT ${item} FROM ${verbatim(table.name)} WHERE ${verbatim(`${table.name}.key = ${key}`)}`,
    make: (value) => (value === null ? null : make(value)),
  };
}
