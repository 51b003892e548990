import { pendingMigrations } from './migrate.ts';
import type { Reader } from './reader.ts';
import { sql, verbatim } from './sql.ts';

const keySpace = 0x7fffffff;

/** Whether the database answers and has every migration. Rejects when it does not answer. */
export async function isMigrated(reader: Reader, migrations: readonly string[]): Promise<boolean> {
  const pending = await pendingMigrations(
    async (text) => ({ rows: await reader.rows(verbatim(text)) }),
    migrations,
  );
  return pending.length === 0;
}

/** The sequences of 32-bit keys that have used up half of their space: time to plan for more. */
export async function crowdedKeySpaces(reader: Reader): Promise<string[]> {
  const rows = await reader.rows<{ name: string }>(sql`
    SELECT sequencename AS name FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value > ${keySpace / 2}::float8`);
  return rows.map(({ name }) => name);
}
