import type { App } from './app.ts';

/** What is stored, in every table that there is: all rows, but of those in `counted` only how many, and of those in `except` nothing. */
export async function stored(
  { sql }: App,
  { counted = [], except = [] }: { counted?: readonly string[]; except?: readonly string[] },
): Promise<ReadonlyMap<string, unknown>> {
  const tables = await sql<{ name: string }>(`SELECT tablename AS name FROM pg_tables
    WHERE schemaname = 'public' AND NOT starts_with(tablename, '_') ORDER BY tablename`);
  const names = tables.map(({ name }) => name);
  for (const name of [...counted, ...except]) if (!names.includes(name)) throw new Error(`No table ${name}`);
  const looked = names.filter((name) => !except.includes(name));
  const rows = looked.map((name) => {
    const rowsOf = counted.includes(name) ? 'count(*)' : 'json_agg(t ORDER BY t::text)::text';
    return sql(`SELECT ${rowsOf} AS rows FROM ${name} AS t`);
  });
  const found = await Promise.all(rows);
  return new Map(looked.map((name, index) => [name, found[index]]));
}
