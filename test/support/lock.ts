import pg from 'pg';
import { decodeGlobalId } from '../../src/global-id.ts';
import type { App } from './app.ts';

/** Runs a statement in a session of the test's own, and keeps its locks until told. */
async function hold(databaseUrl: string, text: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  const { rowCount } = await client.query(text, values);
  return {
    rowCount,
    async release() {
      await client.query('COMMIT');
      await client.end();
    },
  };
}

const lockGroup = 'SELECT 1 FROM participant_group WHERE id = $1 FOR NO KEY UPDATE';

/** Locks a group's row, as an edit does, in a session of the test's own; releases it when told. */
export async function holdGroup(databaseUrl: string, groupId: string): Promise<() => Promise<void>> {
  const { rowCount, release } = await hold(databaseUrl, lockGroup, [decodeGlobalId(groupId)?.key]);
  if (rowCount !== 1) throw new Error('There is no such group');
  return release;
}

/** Lets every look-up of a token wait until told. */
export async function holdTokens(databaseUrl: string): Promise<() => Promise<void>> {
  return (await hold(databaseUrl, 'LOCK TABLE api_token IN ACCESS EXCLUSIVE MODE')).release;
}

/** Lets every read of a group wait until told. */
export async function holdGroups(databaseUrl: string): Promise<() => Promise<void>> {
  return (await hold(databaseUrl, 'LOCK TABLE participant_group IN ACCESS EXCLUSIVE MODE')).release;
}

/** Lets every read of who is in which group wait until told. */
export async function holdMembers(databaseUrl: string): Promise<() => Promise<void>> {
  return (await hold(databaseUrl, 'LOCK TABLE membership IN ACCESS EXCLUSIVE MODE')).release;
}

/** Lets nobody write to a table until told: whoever is about to waits, with all that they have read and locked. */
export async function holdTable(
  databaseUrl: string,
  table: 'membership' | 'audit_entry' | 'submission',
): Promise<() => Promise<void>> {
  return (await hold(databaseUrl, `LOCK TABLE ${table} IN SHARE MODE`)).release;
}

/** Whether a group's row is locked by somebody. */
export async function isGroupLocked({ sql }: Pick<App, 'sql'>, groupId: string): Promise<boolean> {
  const free = await sql(`${lockGroup} SKIP LOCKED`, [decodeGlobalId(groupId)?.key]);
  return free.length === 0;
}

/** Waits until so many wait for a lock: on a table, or on the erasures or edits of a workspace. */
export async function waitForWaiter(
  { sql }: Pick<App, 'sql'>,
  on: 'relation' | 'advisory',
  count = 1,
): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const waiting = await sql(
      `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = $1
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [on],
    );
    if (waiting.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${count} should wait for a lock on ${on}`);
}

/** Waits until so many statements wait for a lock of any kind. */
export async function untilWaiting({ sql }: Pick<App, 'sql'>, waiting = 1): Promise<void> {
  for (let attempt = 0; attempt < 3_000; attempt++) {
    const [row] = await sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row !== undefined && row.count >= waiting) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${waiting} statements should wait for a lock`);
}
