import { type Sql, verbatim } from './sql.ts';

/** Rows are asked for by the key that they have inside, or by the UUID that the outside knows them by. */
export type RowKey = number | string;

export interface KeyedRow {
  readonly key: number;
  readonly id: string;
}

/** The two kinds of keys apart, for `key = ANY(…) OR id = ANY(…)` in one statement. */
export function splitKeys(keys: readonly RowKey[]): { keys: number[]; ids: string[] } {
  return {
    keys: keys.filter((key) => typeof key === 'number'),
    ids: keys.filter((key) => typeof key === 'string'),
  };
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
  const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return verbatim(names.map((name) => `${table}.${column(name)} AS "${name}"`).join(', '));
}

/** Makes dates again of the texts that JSON made of them. */
export function reviveDates<Row>(names: readonly (keyof Row)[]): (row: Row) => Row {
  return (row) => {
    for (const name of names) {
      const value: unknown = row[name];
      if (typeof value === 'string') Object.assign(row as object, { [name]: new Date(value) });
    }
    return row;
  };
}
