import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { migrate } from '../../src/database/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the database that is copied for each test file. */
    templateUrl: string;
  }
}

const template = 'rollcall_template';

/** One real PostgreSQL for all test files, with a migrated database that each of them copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rollcall-test-'));
  const log = () => {};
  const settings = { fsync: 'off', max_connections: '300' };
  const server = await startEmbeddedServer({ dataDirectory, log, settings });
  const url = new URL(server.url);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${template}`);
  await client.end();
  url.pathname = template;
  await migrate({ url: url.href, directory: join(import.meta.dirname, '../../prisma/migrations'), log });
  project.provide('templateUrl', url.href);
  return async () => {
    await server.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  };
}
