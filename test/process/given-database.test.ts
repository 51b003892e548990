import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { listMigrations } from '../../src/database/migrate.ts';
import { createTestDatabase } from '../support/database.ts';
import { makeDataDirectory, Program, startGateway } from './gateway.ts';

async function emptyDatabase() {
  const database = await createTestDatabase('template0');
  afterAll(() => database.drop());
  return database;
}

const counts = `SELECT (SELECT count(*)::int FROM _prisma_migrations) AS migrations,
  (SELECT sum(applied_steps_count)::int FROM _prisma_migrations) AS steps,
  (SELECT count(*)::int FROM app_user) AS users, (SELECT count(*)::int FROM participant_group) AS groups,
  (SELECT count(*)::int FROM participant) AS participants`;
const names = await listMigrations(join(import.meta.dirname, '../../prisma/migrations'));
const eachOnce = { migrations: names.length, steps: names.length };

describe('several nodes on one empty database', () => {
  it('all come up, apply each migration once, and seed nothing', async () => {
    const database = await emptyDatabase();
    const nodes = await Promise.all([1, 2, 3].map(() => startGateway({ DATABASE_URL: database.url })));
    for (const { url, greeting } of nodes) {
      expect(greeting).not.toContain('API token');
      expect((await fetch(new URL('/ready', url))).status).toBe(200);
    }
    expect(await database.query(counts)).toEqual([{ ...eachOnce, users: 0, groups: 0, participants: 0 }]);
    expect(await Promise.all(nodes.map(({ program }) => program.end()))).toEqual([0, 0, 0]);
  });

  it('seed the demonstration once when they are told to', async () => {
    const database = await emptyDatabase();
    const settings = {
      DATABASE_URL: database.url,
      SEED_DEMO: 'true',
      BOOTSTRAP_TOKEN: 'the-same-for-all-nodes',
    };
    const nodes = await Promise.all([1, 2, 3].map(() => startGateway(settings)));
    for (const { ask, token } of nodes) {
      expect(token).toBe(settings.BOOTSTRAP_TOKEN);
      expect((await (await ask('{ viewer { email } }')).json()).data.viewer.email).toBe('ada@lab.example');
    }
    expect(await database.query(counts)).toEqual([{ ...eachOnce, users: 2, groups: 7, participants: 500 }]);
    expect(await Promise.all(nodes.map(({ program }) => program.end()))).toEqual([0, 0, 0]);
  });
});

describe('a gateway with a Redis that nobody answers at', () => {
  it('answers within the limits that were set, says so once, and stops as ever', async () => {
    const database = await emptyDatabase();
    const gateway = await startGateway({
      DATABASE_URL: database.url,
      REDIS_URL: 'redis://127.0.0.1:1',
      RATE_LIMIT_ANONYMOUS: '7',
    });
    const answer = await (await gateway.ask('{ __typename }')).json();
    expect(answer.extensions.cost).toMatchObject({ query: 5, limit: 7, remaining: 2 });
    expect((await gateway.ask('{ __typename }')).status).toBe(429);
    expect(await gateway.program.end()).toBe(0);
    expect(gateway.program.complained.match(/Redis cannot be used/g)).toHaveLength(1);
  });
});

describe('bootstrap', () => {
  it('makes the first admin and prints a token that works, and refuses a second time', async () => {
    const { url: DATABASE_URL, query } = await emptyDatabase();
    const settings = {
      DATABASE_URL,
      ADMIN_NAME: 'Ada',
      ADMIN_EMAIL: 'ada@uni.example',
      ADMIN_WORKSPACE: 'Uni',
    };
    const started = performance.now();
    const first = new Program('bootstrap', settings);
    const [, token = ''] = await first.until(/^API token: (\S{16,})\n$/m);
    expect(await first.ended).toBe(0);
    expect(performance.now() - started).toBeLessThan(8_000);
    const gateway = await startGateway({ DATABASE_URL });
    const asked = '{ viewer { email user { name } workspaces { nodes { title viewerRole } } } }';
    expect((await (await gateway.ask(asked, {}, token)).json()).data.viewer).toEqual({
      email: 'ada@uni.example',
      user: { name: 'Ada' },
      workspaces: { nodes: [{ title: 'Uni', viewerRole: 'ADMIN' }] },
    });
    const second = new Program('bootstrap', settings);
    expect(await second.ended).toBe(1);
    expect(second.said).toBe('');
    expect(second.complained).toMatch(/There are users already/);
    expect(await query('SELECT 1 FROM app_user')).toHaveLength(1);
    expect(await gateway.program.end()).toBe(0);
  });
});

describe('a database that goes away', () => {
  it('makes /ready say 503 until it is back, while /health and the process go on', async () => {
    const [dataDirectory, port] = [await makeDataDirectory(), await freePort()];
    const options = { dataDirectory, log: () => {}, settings: { fsync: 'off', port: String(port) } };
    const first = await startEmbeddedServer(options);
    const gateway = await startGateway({ DATABASE_URL: first.url });
    const status = async (path: string) => (await fetch(new URL(path, gateway.url))).status;
    expect(await status('/ready')).toBe(200);
    await first.stop();
    await expect.poll(() => status('/ready'), { timeout: 10_000 }).toBe(503);
    expect(await status('/health')).toBe(200);
    const second = await startEmbeddedServer(options);
    expect(second.url).toBe(first.url);
    await expect.poll(() => status('/ready'), { timeout: 10_000 }).toBe(200);
    expect(await gateway.program.end()).toBe(0);
    await second.stop();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address instanceof Object ? address.port : 0;
}
