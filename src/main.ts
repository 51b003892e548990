import { once } from 'node:events';
import type { Server } from 'node:http';
import { type Logger, pino } from 'pino';
import { TokenUses } from './access/token-uses.ts';
import { goLive, limitRates, verifierOf } from './connections.ts';
import type { Database } from './database/client.ts';
import { type OpenStore, openStore } from './database/open-store.ts';
import { KeyedQueue } from './database/queue.ts';
import { crowdedKeySpaces, isMigrated } from './database/readiness.ts';
import { inTransaction, type Transaction } from './database/transaction.ts';
import { readDemoSecret } from './demo/secret.ts';
import { seedDemo } from './demo/seed.ts';
import { exampleTabs } from './demo/tabs.ts';
import { type Environment, readEnvironment, SettingError } from './environment.ts';
import type { RateLimits } from './graphql/rate-limit/rate-limits.ts';
import { isLoopbackHost } from './graphql/transport/graphiql.ts';
import { loggable } from './graphql/transport/masking.ts';
import { forgetExpired } from './idempotency/service.ts';
import type { Live } from './live/live.ts';
import { createServer } from './server.ts';
import { forgetRetiredTrees } from './study-filter/copy-service.ts';
import { sweepTimeouts } from './submission/expire-service.ts';
import { forgetExpiredTickets } from './subscription-ticket/service.ts';

const sweepMilliseconds = 3_600_000;
const tokenUseMilliseconds = 60_000;
/** Half of the ten seconds in which it is to be recorded that a submission's time ran out. */
const expiryMilliseconds = 5_000;
const drainPollMilliseconds = 100;
/** How long subscribers may take to be told what is known when the process is to stop. */
const flushMilliseconds = 2_000;

/** Opens what is needed, listens, and drains on SIGINT or SIGTERM. */
async function run(): Promise<void> {
  const environment = readEnvironment(process.env);
  const logger = pino({ level: environment.logLevel, serializers: { err: tellError } }, pino.destination(2));
  const stop = stopSignal();
  const store = await openStore({
    ...environment,
    poolSize: environment.databasePoolSize,
    bitmapBytes: environment.eligibilityCacheMegabytes * 1_048_576,
    participantBytes: environment.participantCacheMegabytes * 1_048_576,
    log: (message) => logger.info(message),
    onConnectionError: (error) => logger.warn({ err: error }, 'A database connection broke'),
  });
  const rateLimits = limitRates(environment, logger);
  const live = goLive(store, environment, logger);
  try {
    if (stop.aborted) return;
    const demoToken = await openDemo(store, environment);
    const tokenUses = new TokenUses(store.database);
    const server = listen({ ...store, tokenUses, rateLimits, live }, environment, demoToken, logger);
    await once(server, 'listening');
    announce(server, environment, demoToken);
    const background = [
      sweepEvery(sweepMilliseconds, store, logger, forgetting(forgetExpired)),
      sweepEvery(sweepMilliseconds, store, logger, forgetting(forgetRetiredTrees)),
      sweepEvery(sweepMilliseconds, store, logger, forgetting(forgetExpiredTickets)),
      sweepEvery(expiryMilliseconds, store, logger, sweepTimeouts),
      setInterval(() => keepUses(tokenUses, logger), tokenUseMilliseconds),
    ];
    if (!stop.aborted) await once(stop, 'abort');
    logger.info('Stopping: answering what is under way');
    background.forEach(clearInterval);
    await Promise.all([drain(server, environment.drainSeconds), live.stop(flushMilliseconds)]);
    await keepUses(tokenUses, logger);
  } finally {
    rateLimits.close();
    await live.close();
    await store.close();
  }
}

function tellError(error: unknown): unknown {
  const told = loggable(error);
  return told instanceof Error ? pino.stdSerializers.err(told) : told;
}

/**
 * Aborted by SIGINT or SIGTERM. The listeners stay: a second signal (npm passes Ctrl-C on, which the terminal sends to
 * us as well) must not end us before the database is stopped. Draining ends by itself.
 */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** The demonstration's token, or null where there is no demonstration. */
async function openDemo({ database }: OpenStore, environment: Environment): Promise<string | null> {
  if (!environment.seedDemo) return null;
  const secret = environment.bootstrapToken ?? (await readDemoSecret(environment.dataDirectory));
  return (await seedDemo(database, secret)) ? secret : null;
}

function listen(
  store: OpenStore & {
    readonly tokenUses: TokenUses;
    readonly rateLimits: RateLimits;
    readonly live: Live;
  },
  environment: Environment,
  demoToken: string | null,
  logger: Logger,
): Server {
  const { database, migrations, tokenUses, rateLimits, live } = store;
  const server = createServer({
    ...environment,
    store: { database, queue: new KeyedQueue() },
    live,
    tokenUses,
    rateLimits,
    graphiql: {
      enabled: environment.graphiql,
      tabs: exampleTabs,
      isBoundToLoopback: isLoopbackHost(
        environment.host.includes(':') ? `[${environment.host}]` : environment.host,
      ),
      ...(demoToken === null ? {} : { demoToken }),
    },
    tokenVerifier: verifierOf(environment, logger),
    isReady: async () => {
      const crowded = await crowdedKeySpaces(database.reader);
      if (crowded.length > 0)
        logger.warn({ sequences: crowded }, 'Half of the keys of these sequences are used up');
      return isMigrated(database.reader, migrations);
    },
    logError: (error, details) => logger.error({ err: error, ...details }, 'Unexpected error'),
  });
  return server.listen(environment.port, environment.host);
}

function announce(server: Server, { host, graphiql }: Environment, demoToken: string | null): void {
  const address = server.address();
  const port = address instanceof Object ? address.port : '';
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`;
  const lines = [
    `Rollcall answers GraphQL at ${url}`,
    ...(graphiql ? ['Open the same address in a browser for GraphiQL, with examples to run.'] : []),
    ...(demoToken === null ? [] : [`API token: ${demoToken}`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Sweeps every so many ms, one sweep at a time: a slow one is not joined by the next. */
function sweepEvery(
  milliseconds: number,
  { database }: OpenStore,
  logger: Logger,
  sweeper: (database: Database) => Promise<unknown>,
): NodeJS.Timeout {
  let isUnderWay = false;
  return setInterval(() => {
    if (isUnderWay) return;
    isUnderWay = true;
    sweeper(database)
      .catch((error) => logger.warn({ err: error }, 'Sweeping failed'))
      .finally(() => {
        isUnderWay = false;
      });
  }, milliseconds);
}

/** What nobody will ask for again, forgotten in a transaction of its own. */
function forgetting(forget: (transaction: Transaction) => Promise<number>) {
  return (database: Database) => inTransaction(database, forget);
}

function keepUses(tokenUses: TokenUses, logger: Logger): Promise<void> {
  return tokenUses
    .flush()
    .catch((error) => logger.warn({ err: error }, 'When tokens were last used could not be kept'));
}

/** Takes no new connections and lets what is under way end, for so long. */
async function drain(server: Server, seconds: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Again and again: a connection that is kept alive becomes idle when its answer is out.
  const closing = setInterval(() => server.closeIdleConnections(), drainPollMilliseconds);
  const deadline = setTimeout(() => server.closeAllConnections(), seconds * 1_000);
  await closed;
  clearInterval(closing);
  clearTimeout(deadline);
}

try {
  await run();
} catch (error) {
  const explained = error instanceof SettingError || (error instanceof Error && 'code' in error);
  process.stderr.write(
    `Rollcall cannot run: ${explained ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = 1;
}
// Prisma's schema engine leaves a timer of 10 s behind, which would keep us up after the first migration.
process.exit();
