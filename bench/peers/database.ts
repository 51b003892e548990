import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { migrate } from '../../src/database/migrate.ts';

/** What differs from PostgreSQL's defaults: room for the tables in memory, no checkpoint in the middle of a slice, statements counted. */
export const settings = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  shared_preload_libraries: 'pg_stat_statements',
} as const;

export interface BenchDatabase {
  readonly url: string;
  readonly client: pg.Client;
  /** The process that all others of PostgreSQL belong to. */
  readonly pid: number;
  readonly version: string;
  close(): Promise<void>;
}

const migrations = join(import.meta.dirname, '../../prisma/migrations');

/** A PostgreSQL of the bench's own, migrated and empty. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rollcall-peers-'));
  const own = await startEmbeddedServer({ dataDirectory, settings, log: () => {} });
  await migrate({ url: own.url, directory: migrations, log: () => {} });
  const client = new pg.Client({ connectionString: own.url });
  await client.connect();
  await client.query('CREATE EXTENSION pg_stat_statements');
  const { rows } = await client.query(
    `SELECT current_setting('data_directory') AS directory, current_setting('server_version') AS version`,
  );
  const pidFile = await readFile(join(rows[0].directory, 'postmaster.pid'), 'utf8');
  return {
    url: own.url,
    client,
    pid: Number(pidFile.split('\n')[0]),
    version: rows[0].version,
    async close() {
      await client.end();
      await own.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
