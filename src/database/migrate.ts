import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { withSchemaEngine } from './schema-engine.ts';

/** Runs one statement without parameters; a `pg` client's, a pool's, or what the caller makes of it. */
export type RowQuery = (sql: string) => Promise<{ rows: readonly Record<string, unknown>[] }>;

export interface MigrateOptions {
  /** A session of our own: not through a pooler. */
  readonly url: string;
  /** Where the migrations are: prisma/migrations. */
  readonly directory: string;
  readonly log: (message: string) => void;
  /** How long another node may migrate before we give up; 120,000 unless told. */
  readonly waitMilliseconds?: number;
}

const oldestServer = 150_000;
const pollMilliseconds = 250;
/** Prisma's own lock: whoever holds it keeps `prisma migrate` out too, and the engine takes it again in our session. */
const migrationLock = 72_707_369;

/**
 * Applies the migrations that the database lacks, as `prisma migrate deploy` would, and answers with their names.
 * Several nodes may call it at once: one applies, the others wait. Rejects when the server is older than PostgreSQL 15,
 * when another node still holds the lock after `waitMilliseconds`, and when a migration fails or failed earlier.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const names = await listMigrations(options.directory);
  // One connection, kept: the lock, the engine's statements and the look at the result share a session.
  const pool = new pg.Pool({ connectionString: options.url, max: 1, idleTimeoutMillis: 0 });
  pool.on('error', (error) => options.log(`The connection for migrations broke: ${error.message}`));
  const query: RowQuery = (sql) => pool.query(sql);
  try {
    await refuseOldServer(query);
    if ((await pendingMigrations(query, names)).length === 0) return [];
    await takeLock(query, options);
    const pending = await pendingMigrations(query, names);
    if (pending.length === 0) return [];
    await refuseFailedMigration(query);
    options.log(`Applying ${pending.length} migration(s): ${pending.join(', ')}`);
    return await apply(pool, options.directory, names);
  } finally {
    await pool.end();
  }
}

/** The names of the migrations below `directory`, in the order in which they apply. */
export async function listMigrations(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Which of `names` the database has not finished; all of them where no migration ever ran. */
export async function pendingMigrations(query: RowQuery, names: readonly string[]): Promise<string[]> {
  if (!(await migrated(query))) return [...names];
  const { rows } = await query(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const finished = new Set(rows.map((row) => row.migration_name));
  return names.filter((name) => !finished.has(name));
}

async function migrated(query: RowQuery): Promise<boolean> {
  const { rows } = await query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS migrated");
  return rows[0]?.migrated === true;
}

async function refuseOldServer(query: RowQuery): Promise<void> {
  const { rows } = await query(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version",
  );
  if (Number(rows[0]?.number) >= oldestServer) return;
  throw new Error(`The database server is PostgreSQL ${rows[0]?.version}; Rollcall needs 15 or newer`);
}

/** Polls: a node that waits inside `pg_advisory_lock` deadlocks with another that builds an index concurrently. */
async function takeLock(query: RowQuery, options: MigrateOptions): Promise<void> {
  const wait = options.waitMilliseconds ?? 120_000;
  const deadline = Date.now() + wait;
  for (let tries = 0; ; tries++) {
    const { rows } = await query(`SELECT pg_try_advisory_lock(${migrationLock}) AS locked`);
    if (rows[0]?.locked === true) return;
    if (tries === 0) options.log('Another node migrates the database: waiting for it');
    if (Date.now() >= deadline) {
      throw new Error(
        `Another session has held the lock on migrations (advisory lock ${migrationLock}) for ${wait / 1000} s: ` +
          'wait until it is done, or end that session, and start again',
      );
    }
    await sleep(Math.min(pollMilliseconds, Math.max(1, deadline - Date.now())));
  }
}

/** Only with the lock: without it, a migration that is not finished may be running. */
async function refuseFailedMigration(query: RowQuery): Promise<void> {
  if (!(await migrated(query))) return;
  const { rows } = await query(
    `SELECT migration_name, coalesce(logs, '') AS logs FROM _prisma_migrations
      WHERE finished_at IS NULL AND rolled_back_at IS NULL ORDER BY started_at LIMIT 1`,
  );
  const [failed] = rows;
  if (failed === undefined) return;
  throw new Error(
    `The migration ${failed.migration_name} failed earlier, and none is applied until that is repaired: ` +
      `run \`npx prisma migrate resolve\` with --rolled-back or --applied. ${failed.logs}`.trim(),
  );
}

async function apply(pool: pg.Pool, directory: string, names: readonly string[]): Promise<string[]> {
  const migrationsList = await readMigrations(directory, names);
  const filters = { externalTables: [], externalEnums: [] };
  const { appliedMigrationNames } = await withSchemaEngine(pool, (engine) =>
    engine.applyMigrations({ migrationsList, filters }),
  );
  return appliedMigrationNames;
}

async function readMigrations(directory: string, names: readonly string[]): Promise<MigrationList> {
  const lockfile = 'migration_lock.toml';
  const directories = names.map(async (name) => {
    const value = await readFile(join(directory, name, 'migration.sql'), 'utf8');
    return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } as const } };
  });
  return {
    baseDir: directory,
    lockfile: { path: lockfile, content: await readFile(join(directory, lockfile), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(directories),
  };
}
