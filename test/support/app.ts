import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { TokenUses } from '../../src/access/token-uses.ts';
import { type Database, openDatabase } from '../../src/database/client.ts';
import { KeyedQueue } from '../../src/database/queue.ts';
import { defaultLimits } from '../../src/graphql/limits/document-limits.ts';
import { openRateLimits } from '../../src/graphql/rate-limit/rate-limits.ts';
import { defaultRateLimits } from '../../src/graphql/rate-limit/settings.ts';
import { type Live, type LiveSettings, openLive } from '../../src/live/live.ts';
import { postgresBus } from '../../src/live/postgres-bus.ts';
import { createServer, type ServerDependencies } from '../../src/server.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface GraphQLAnswer<Data> {
  readonly data: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

// biome-ignore lint/suspicious/noExplicitAny: a test names what it expects of an answer by asserting on it
type Loose = any;

/** A statement as it was sent to PostgreSQL. */
export interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface App {
  readonly url: string;
  readonly live: Live;
  readonly database: Database;
  /** When tokens were used; the process writes it down once a minute. */
  readonly tokenUses: TokenUses;
  /** Direct to PostgreSQL, to look at what is stored. */
  readonly sql: TestDatabase['query'];
  readonly databaseUrl: string;
  /** What was sent to PostgreSQL since it was last emptied, but for BEGIN and COMMIT. */
  readonly statements: string[];
  /** The same with parameters, and with BEGIN and COMMIT. */
  readonly sent: Sent[];
  /** Errors that were unexpected: logged and masked. */
  readonly unexpected: unknown[];
  /** One request over HTTP; `token` null for none. Without the answer's `extensions`, which differ from time to time. */
  ask<Data = Loose>(token: string | null, query: string, variables?: unknown): Promise<GraphQLAnswer<Data>>;
  /** The same, for the whole HTTP response. */
  post(token: string | null, query: string, variables?: unknown): Promise<Response>;
}

/** What a test's server is made of where it differs from others'; `openBus` is its way to other nodes. */
export type NodeSettings = Partial<ServerDependencies> &
  Partial<Pick<LiveSettings, 'openBus' | 'windowMilliseconds'>> & {
    /** What bitmaps of keys may take in memory: by default as much as in production, 0 for none. */
    readonly bitmapBytes?: number;
    /** What participants may take in memory, likewise. */
    readonly participantBytes?: number;
  };

/** The real server on 127.0.0.1 over a database of its own; closed after the file's last test. */
export async function startApp(settings: NodeSettings = {}): Promise<App> {
  const testDatabase = await createTestDatabase();
  afterAll(() => testDatabase.drop());
  return startNode(testDatabase, settings);
}

/** A server over a database that may have other servers; closed after the file's last test, and before the database. */
export async function startNode(
  testDatabase: Pick<TestDatabase, 'url' | 'query'>,
  settings: NodeSettings = {},
): Promise<App> {
  const statements: string[] = [];
  const sent: Sent[] = [];
  const unexpected: unknown[] = [];
  const database = openDatabase({
    url: testDatabase.url,
    poolSize: 10,
    bitmapBytes: settings.bitmapBytes ?? 64 * 1_048_576,
    participantBytes: settings.participantBytes ?? 64 * 1_048_576,
    onConnectionError: () => {},
    onStatement: (text, values) => {
      sent.push({ text, values });
      if (!/^(BEGIN|COMMIT|ROLLBACK)\b/i.test(text)) statements.push(text);
    },
  });
  const tokenUses = new TokenUses(database);
  const live = openLive({
    database,
    openBus: settings.openBus ?? postgresBus(testDatabase.url),
    maxSubscriptionsPerViewer: 100,
    onTrouble: () => undefined,
    ...(settings.windowMilliseconds === undefined ? {} : { windowMilliseconds: settings.windowMilliseconds }),
  });
  const server = createServer({
    live,
    store: { database, queue: new KeyedQueue() },
    tokenUses,
    corsOrigins: [],
    introspection: true,
    suggestions: true,
    graphiql: { enabled: false, isBoundToLoopback: true, tabs: [] },
    limits: defaultLimits,
    rateLimits: openRateLimits(defaultRateLimits),
    maxBodyBytes: 2_097_152,
    maxSubscriptionsPerConnection: 50,
    requestSeconds: 30,
    isReady: async () => true,
    logError: (error) => unexpected.push(error),
    ...settings,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  afterAll(async () => {
    await live.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await database.close();
  });
  const post: App['post'] = (token, query, variables) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        // A subscription is refused before all else where no events are taken.
        Accept: 'application/graphql-response+json, text/event-stream',
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
  return {
    url,
    live,
    database,
    tokenUses,
    sql: testDatabase.query,
    databaseUrl: testDatabase.url,
    statements,
    sent,
    unexpected,
    post,
    async ask(token, query, variables) {
      const { extensions: _cost, ...answer } = await (await post(token, query, variables)).json();
      return answer;
    },
  };
}
