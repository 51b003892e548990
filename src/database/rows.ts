import { type Sql, sql, verbatim } from './sql.ts';

/** Rows are asked for by the key that they have inside, or by the UUID that the outside knows them by. */
export type RowKey = number | string;

export interface KeyedRow {
  readonly key: number;
  readonly id: string;
}

/** The condition that a row of `table` is one of those asked for. */
export function isAsked(table: string, asked: readonly RowKey[]): Sql {
  const keys = asked.filter((key) => typeof key === 'number');
  const ids = asked.filter((key) => typeof key === 'string');
  const byKey = isOneOf(`${table}.key`, keys, 'int');
  const byId = isOneOf(`${table}.id`, ids, 'uuid');
  if (ids.length === 0) return byKey;
  return keys.length === 0 ? byId : sql`(${byKey} OR ${byId})`;
}

/** A single one is compared: for a list, the database thinks of a plan anew whenever it is asked. */
function isOneOf(column: string, values: readonly RowKey[], type: 'int' | 'uuid'): Sql {
  return values.length === 1
    ? sql`${verbatim(column)} = ${values[0]}::${verbatim(type)}`
    : sql`${verbatim(column)} = ANY(${values}::${verbatim(type)}[])`;
}

/** The rows in the order of what was asked for, null where there is none. */
export function arrange<Row extends KeyedRow>(
  asked: readonly RowKey[],
  rows: readonly Row[],
): (Row | null)[] {
  const byKey = new Map<RowKey, Row>();
  for (const row of rows) byKey.set(row.key, row).set(row.id, row);
  return asked.map((key) => byKey.get(key) ?? null);
}

/** `table.created_at AS "createdAt", …` for the names of a row. */
export function columnsOf<Row>(table: string, names: readonly (keyof Row & string)[]): Sql {
  return verbatim(names.map((name) => `${table}.${columnName(name)} AS "${name}"`).join(', '));
}

/** `created_at` for `createdAt`. */
export function columnName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Makes dates again of the texts that JSON made of them. */
export function reviveDates<Row extends object>(names: readonly (keyof Row)[]): (row: Row) => Row {
  return (row) => {
    for (const name of names) {
      const value: unknown = row[name];
      if (typeof value === 'string') Reflect.set(row, name, new Date(value));
    }
    return row;
  };
}
