import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createFirstAdmin } from '../src/access/first-admin.ts';
import { TokenUses } from '../src/access/token-uses.ts';
import { startEmbeddedServer } from '../src/database/embedded-server.ts';
import { openStore } from '../src/database/open-store.ts';
import { KeyedQueue } from '../src/database/queue.ts';
import { encodeGlobalId } from '../src/global-id.ts';
import { defaultLimits } from '../src/graphql/limits/document-limits.ts';
import { openRateLimits } from '../src/graphql/rate-limit/rate-limits.ts';
import { defaultRateLimits } from '../src/graphql/rate-limit/settings.ts';
import { openLive } from '../src/live/live.ts';
import { postgresBus } from '../src/live/postgres-bus.ts';
import { createServer } from '../src/server.ts';

const token = 'bench-token-of-our-own';

/** The real server over HTTP, on a PostgreSQL of its own with default settings, and one bare connection beside it. */
export async function openBench() {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  let statements = 0;
  const own = await startEmbeddedServer({ dataDirectory, log: () => {} });
  const store = await openStore({
    databaseUrl: own.url,
    directDatabaseUrl: own.url,
    dataDirectory,
    poolSize: 10,
    bitmapBytes: 64 * 1_048_576,
    log: () => {},
    onConnectionError: () => {},
    onStatement: () => {
      statements++;
    },
  });
  const { database } = store;
  await createFirstAdmin(database, { name: 'Ada', email: 'a@b.example', workspaceTitle: 'Lab' }, token);
  const [workspace] = await database.prisma.workspace.findMany();
  if (workspace === undefined) throw new Error('There is no workspace');
  const live = openLive({
    database,
    openBus: postgresBus(own.url),
    maxSubscriptionsPerViewer: 100,
    onTrouble: () => {},
  });
  const server = createServer({
    live,
    store: { database, queue: new KeyedQueue() },
    tokenUses: new TokenUses(database),
    corsOrigins: [],
    introspection: false,
    suggestions: false,
    graphiql: { enabled: false, isBoundToLoopback: true, tabs: [] },
    limits: defaultLimits,
    // One token that asks as fast as it can would meet its limit.
    rateLimits: openRateLimits({ ...defaultRateLimits, perToken: 0, perAddress: 0 }),
    maxBodyBytes: 2_097_152,
    maxSubscriptionsPerConnection: 50,
    requestSeconds: 30,
    isReady: async () => true,
    logError: (error) => process.stderr.write(`${error}\n`),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${address instanceof Object ? address.port : 0}/graphql`;
  const client = new pg.Client({ connectionString: own.url });
  await client.connect();
  return {
    url,
    database,
    /** Told of each commit. */
    onCommitted: (listener: () => void) => database.commits.listen(listener),
    workspaceKey: workspace.key,
    workspaceUuid: workspace.id,
    workspaceId: encodeGlobalId('Workspace', workspace.id),
    client,
    /** One request; answers with its data, and counts what it sends to PostgreSQL. */
    async ask(query: string, variables: unknown) {
      statements = 0;
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = await response.json();
      if (errors) throw new Error(JSON.stringify(errors));
      return { data, statements };
    },
    async close() {
      server.closeAllConnections();
      await live.close();
      await new Promise((resolve) => server.close(resolve));
      await client.end();
      await store.close();
      await own.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

export type Bench = Awaited<ReturnType<typeof openBench>>;
