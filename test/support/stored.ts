import type { App } from './app.ts';

/**
 * What is stored, in every table that there is: all rows without the columns in `without`, but of the tables in `counted`
 * only how many, and of those in `except` nothing.
 */
export async function stored(
  { sql }: App,
  {
    counted = [],
    except = [],
    without = [],
  }: { counted?: readonly string[]; except?: readonly string[]; without?: readonly string[] },
): Promise<ReadonlyMap<string, unknown>> {
  const tables = await sql<{ name: string }>(`SELECT tablename AS name FROM pg_tables
    WHERE schemaname = 'public' AND NOT starts_with(tablename, '_') ORDER BY tablename`);
  const names = tables.map(({ name }) => name);
  for (const name of [...counted, ...except]) if (!names.includes(name)) throw new Error(`No table ${name}`);
  const looked = names.filter((name) => !except.includes(name));
  const rows = looked.map((name) => {
    const rowsOf = counted.includes(name) ? 'count(*)' : 'json_agg(kept ORDER BY kept::text)::text';
    return sql(
      `SELECT ${rowsOf} AS rows FROM ${name} AS t, LATERAL (SELECT to_jsonb(t) - $1::text[] AS kept) AS kept`,
      [without],
    );
  });
  const found = await Promise.all(rows);
  return new Map(looked.map((name, index) => [name, found[index]]));
}
