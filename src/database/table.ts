import { columnName } from './rows.ts';

/** Rows of one kind, as they are read. */
export interface Table<Row> {
  readonly name: string;
  /** The SQL of each column. */
  readonly columns: Readonly<Record<keyof Row & string, string>>;
  /** Those that are times, which are read as milliseconds since 1970. */
  readonly times: readonly (keyof Row & string)[];
  /** Those that are JSON as they stand: whole numbers that are never null. */
  readonly numbers: readonly (keyof Row & string)[];
  /** Those that are JSON between quotation marks: never null, and without a character that JSON escapes. */
  readonly plainTexts: readonly (keyof Row & string)[];
  /** Read of every row, whatever else is asked for. */
  readonly always: readonly (keyof Row & string)[];
  /** What isn't read with a row, but stands in the object that it is joined to afterwards (`joinRow`). */
  readonly joined?: readonly string[];
}

/** `{ createdAt: 'table.created_at', … }` for the names of a row. */
export function columnsIn<Name extends string>(table: string, names: readonly Name[]): Record<Name, string> {
  const entries = names.map((name) => [name, `${table}.${columnName(name)}`] as const);
  return Object.fromEntries(entries) as Record<Name, string>;
}

/**
 * A time in SQL as milliseconds since 1970: a third of the work that its text is. Rounded to whole ones, which is what
 * columns hold: of a year that is far off, a double holds no microseconds.
 */
export function millisecondsOf(column: string): string {
  return `round(date_part('epoch', ${column}) * 1000)::int8`;
}
