import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { BitmapCache } from '../bitmap/cache.ts';
import { Commits } from './commits.ts';
import { KeptRows } from './kept-rows.ts';
import { type Participant, PrismaClient } from './prisma/client.ts';
import { createReader, type PooledReader } from './reader.ts';
import { ServerWatch } from './server-watch.ts';

export type StatementObserver = (text: string, values: readonly unknown[]) => void;

export interface DatabaseOptions {
  readonly url: string;
  /** Connections for reads, and as many for writes: a crowd of writers leaves the readers theirs. */
  readonly poolSize: number;
  /** What bitmaps of keys may take in memory; none are kept without it. */
  readonly bitmapBytes?: number | undefined;
  /** What participants may take in memory; none are kept without it. */
  readonly participantBytes?: number | undefined;
  /** Told of every statement that is sent, with its parameters. */
  readonly onStatement?: StatementObserver;
  /** Told of connections that break, and of why there is none. */
  readonly onConnectionError: (error: Error) => void;
}

export interface Database {
  readonly reader: PooledReader;
  readonly bitmaps: BitmapCache;
  readonly keptParticipants: KeptRows<Participant>;
  /** The sessions of transactions. */
  readonly writes: pg.Pool;
  /** The same store through Prisma's models, for what is not hot. */
  readonly prisma: PrismaClient;
  /** Tells what was edited through this client. */
  readonly commits: Commits;
  /** Told of connections that break, and of why there is none. */
  readonly onConnectionError: (error: Error) => void;
  close(): Promise<void>;
}

const readTimeoutMilliseconds = 10_000;
const lockTimeoutMilliseconds = 5_000;
const writeTimeoutMilliseconds = 60_000;
/** What a kept participant takes in memory, its place in a map counted: measured with Prolific's IDs. */
const bytesOfParticipant = 420;

/** Opens the pools; no connection is made before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const shared: pg.PoolConfig = {
    connectionString: withSettings(options.url),
    max: options.poolSize,
    connectionTimeoutMillis: 10_000,
    ...(options.onStatement ? { Client: observedClient(options.onStatement) } : {}),
  };
  const bitmaps = new BitmapCache(options.bitmapBytes ?? 0);
  const keptParticipants = new KeptRows<Participant>((options.participantBytes ?? 0) / bytesOfParticipant);
  const watch = new ServerWatch(() => {
    bitmaps.forget();
    keptParticipants.forget();
  });
  const reads = new pg.Pool({
    ...shared,
    statement_timeout: readTimeoutMilliseconds,
    onConnect: watch.look,
  });
  const writes = new pg.Pool({
    ...shared,
    statement_timeout: writeTimeoutMilliseconds,
    lock_timeout: lockTimeoutMilliseconds,
    idle_in_transaction_session_timeout: writeTimeoutMilliseconds,
  });
  for (const pool of [reads, writes]) {
    pool.on('error', options.onConnectionError);
    // One may break while it changes hands and nobody listens, which would end the process. Whoever has it then is told
    // by their statement.
    pool.on('connect', (client) => void client.on('error', () => undefined));
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg(writes), errorFormat: 'minimal' });
  return {
    reader: createReader(reads, watch, options.onConnectionError),
    bitmaps,
    keptParticipants,
    writes,
    prisma,
    commits: new Commits(),
    onConnectionError: options.onConnectionError,
    async close() {
      await prisma.$disconnect();
      await Promise.all([reads.end(), writes.end()]);
      keptParticipants.close();
    },
  };
}

/**
 * The URL with settings of its sessions, whatever options it has besides. UTC: Prisma sends times without their zone, and
 * the database would take them to be in its own. No compiling: our statements take less time than that does.
 */
function withSettings(url: string): string {
  const parsed = new URL(url);
  const options = parsed.searchParams.get('options');
  parsed.searchParams.set('options', `${options ?? ''} -c TimeZone=UTC -c jit=off`.trim());
  return parsed.href;
}

function observedClient(onStatement: StatementObserver): new () => pg.Client {
  const observed = class extends pg.Client {};
  const query: (...args: unknown[]) => unknown = pg.Client.prototype.query;
  Object.assign(observed.prototype, {
    query(this: pg.Client, ...args: unknown[]) {
      const [first] = args;
      if (typeof first === 'string') onStatement(first, []);
      else if (first instanceof Object && 'text' in first) {
        onStatement(String(first.text), 'values' in first && Array.isArray(first.values) ? first.values : []);
      }
      return query.apply(this, args);
    },
  });
  return observed;
}
