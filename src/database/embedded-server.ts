import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openCluster } from './embedded-cluster.ts';
import {
  type Cluster,
  isAlive,
  isServer,
  readPidFile,
  removeStalePidFile,
  StartError,
  startServer,
  stopServer,
} from './embedded-process.ts';

export interface EmbeddedServerOptions {
  /** Its files are in `postgres`, `postgres-password` and `postgres.log` below. */
  readonly dataDirectory: string;
  readonly log: (message: string) => void;
  /** PostgreSQL's settings, for a server that is started and not found running. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedServer {
  /** Of the database `rollcall`. */
  readonly url: string;
  /** Stops the server, unless another process uses it. May be called again. */
  stop(): Promise<void>;
}

const databaseName = 'rollcall';
/** Held, shared, by every process that uses the server; alone, by the one that stops it. In the database `postgres`. */
const useLock = 7_655_110;
const startMilliseconds = 30_000;
const retryMilliseconds = 100;
const mostFailedStarts = 3;

/**
 * Starts a PostgreSQL of our own, or joins the one that another process runs, or left running, on the same directory.
 * It is in a session of its own, so that Ctrl-C reaches us and not it. Rejects when there is no server after 30 s, when
 * it fails to start three times, and as openCluster does.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const cluster = await openCluster(options.dataDirectory, options.log);
  const deadline = Date.now() + startMilliseconds;
  for (let failedStarts = 0; ; ) {
    try {
      const port = await findOrStart(cluster, options);
      const holder = await join(cluster, port, options.log);
      return { url: urlOf(cluster, port, databaseName), stop: stopper(cluster, holder, options.log) };
    } catch (error) {
      if (error instanceof StartError) failedStarts++;
      else if (!(error instanceof NotReady)) throw error;
      if (failedStarts >= mostFailedStarts || Date.now() > deadline) throw error;
    }
    await sleep(retryMilliseconds);
  }
}

/** The port of the server, which may be starting or stopping still. */
async function findOrStart(cluster: Cluster, options: EmbeddedServerOptions): Promise<number> {
  const found = await readPidFile(cluster);
  if (found && (await isServer(cluster, found.pid))) {
    options.log(`PostgreSQL runs already (process ${found.pid}, port ${found.port})`);
    return found.port;
  }
  if (found && isAlive(found.pid)) await removeStalePidFile(cluster, found);
  await startServer(cluster, options.settings ?? {});
  const started = await readPidFile(cluster);
  if (!started) throw new NotReady('PostgreSQL was stopped as soon as it had started');
  options.log(`PostgreSQL runs (process ${started.pid}, port ${started.port})`);
  return started.port;
}

/** The session that says that we use the server, once that is settled. */
async function join(cluster: Cluster, port: number, log: (message: string) => void): Promise<pg.Client> {
  const holder = await connect(cluster, port, log);
  try {
    const { rows } = await holder.query(
      `SELECT current_setting('data_directory') AS directory, pg_try_advisory_lock_shared(${useLock}) AS held,
              EXISTS (SELECT FROM pg_database WHERE datname = '${databaseName}') AS created`,
    );
    if ((await realpath(rows[0].directory)) !== (await realpath(cluster.directory))) {
      throw new NotReady(`Another PostgreSQL answers on port ${port}`);
    }
    if (!rows[0].held) throw new NotReady('Another process is stopping PostgreSQL');
    if (!rows[0].created) await createDatabase(holder);
    return holder;
  } catch (error) {
    await holder.end().catch(() => undefined);
    throw readiness(error);
  }
}

async function createDatabase(client: pg.Client): Promise<void> {
  try {
    await client.query(`CREATE DATABASE ${databaseName}`);
  } catch (error) {
    // Two processes at once: whether the name or its index entry is met first depends on the moment.
    const twice = error instanceof pg.DatabaseError && ['42P04', '23505'].includes(error.code ?? '');
    if (!twice) throw error;
  }
}

async function connect(cluster: Cluster, port: number, log: (message: string) => void): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, port, 'postgres'),
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', (error) => log(`The session that holds PostgreSQL broke: ${error.message}`));
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw readiness(error);
  }
  return client;
}

function stopper(cluster: Cluster, holder: pg.Client, log: (message: string) => void): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= leave(cluster, holder, log);
    return stopping;
  };
}

async function leave(cluster: Cluster, holder: pg.Client, log: (message: string) => void): Promise<void> {
  // Said before the session ends: a server notices the end of a session only after we do.
  await holder.query(`SELECT pg_advisory_unlock_shared(${useLock})`).catch(() => undefined);
  await holder.end().catch(() => undefined);
  const found = await readPidFile(cluster);
  if (!found || !(await isServer(cluster, found.pid))) return;
  try {
    await stopIfUnused(cluster, found.port, log);
  } catch (error) {
    // Another process, the last but for us, stops it at this moment.
    if (!(error instanceof NotReady)) throw error;
  }
}

/** In a session of its own: ours may have been broken by a crash of the server's, which must be stopped all the same. */
async function stopIfUnused(cluster: Cluster, port: number, log: (message: string) => void): Promise<void> {
  const closer = await connect(cluster, port, () => undefined);
  try {
    const { rows } = await closer
      .query(`SELECT pg_try_advisory_lock(${useLock}) AS alone`)
      .catch((error: unknown) => Promise.reject(readiness(error)));
    if (!rows[0].alone) return log('PostgreSQL stays up: another process uses it');
    await stopServer(cluster);
    log('PostgreSQL has stopped');
  } finally {
    await closer.end().catch(() => undefined);
  }
}

/** The server is not there yet, or not any more. */
class NotReady extends Error {
  override name = 'NotReady';
}

/** What the server answers is final unless it says that it starts or stops; all else is a connection that broke. */
function readiness(error: unknown): unknown {
  const passing = ['57P01', '57P02', '57P03'];
  if (error instanceof NotReady) return error;
  if (error instanceof pg.DatabaseError && !passing.includes(error.code ?? '')) return error;
  return new NotReady(error instanceof Error ? error.message : String(error), { cause: error });
}

function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}
