import pg from 'pg';
import { BusyError } from '../errors.ts';
import type { Database } from './client.ts';
import { type Touch, touchesOf } from './commits.ts';
import { Prisma } from './prisma/client.ts';
import { onSession, type Session, tooLong } from './session.ts';

/** An open transaction, for statements written by hand. */
export type Transaction = Session;

/** An open transaction with Prisma's models, for writes that are not hot. Whatever takes a `Transaction` takes it too. */
export type ModelTransaction = Prisma.TransactionClient;

const attempts = 5;
/** Deadlock, serialisation failure, and a unique index lost to another: the look before the write finds it next time. */
const raced = new Set(['40P01', '40001', 'P2034', '23505', 'P2002']);
const lockNotAvailable = '55P03';
const queryCanceled = '57014';
const longestMilliseconds = 60_000;

/**
 * Runs `work` in a transaction, whose statements go to PostgreSQL with no client in between; deadlocks and serialisation
 * failures are tried again, from the start. What it has touched is told after the commit.
 * @throws BusyError when a lock or a connection was not to be had in time; nothing is changed then.
 */
export function inTransaction<Result>(
  database: Database,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return untilDone(database, () => onSession(database.writes, longestMilliseconds, noting(work)));
}

/** The same through Prisma's client, which has the models. @throws as `inTransaction` */
export function inModelTransaction<Result>(
  database: Database,
  work: (transaction: ModelTransaction) => Promise<Result>,
): Promise<Result> {
  const limits = { maxWait: 10_000, timeout: longestMilliseconds };
  return untilDone(database, () => database.prisma.$transaction(noting(work), limits));
}

interface Done<Result> {
  readonly result: Result;
  readonly touches: readonly Touch[];
}

/** Answers with what the work has touched as well. */
function noting<Opened extends object, Result>(
  work: (transaction: Opened) => Promise<Result>,
): (transaction: Opened) => Promise<Done<Result>> {
  return async (transaction) => ({ result: await work(transaction), touches: touchesOf(transaction) });
}

async function untilDone<Result>(
  { commits }: Database,
  runOnce: () => Promise<Done<Result>>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const done = await runOnce().catch(async (error) => {
      await refuseOrPause(error, attempt);
    });
    if (done === undefined) continue;
    commits.tell(done.touches);
    return done.result;
  }
}

/** Waits a little before the next attempt, or throws what the caller is to be told. */
async function refuseOrPause(error: unknown, attempt: number): Promise<void> {
  const code = failureCode(error);
  const again = code !== undefined && raced.has(code);
  if (again && attempt < attempts) return pause(attempt);
  if (code === queryCanceled) throw new BusyError(tooLong);
  throw again || code === lockNotAvailable || code === 'P2028' ? new BusyError() : error;
}

/** PostgreSQL's SQLSTATE where the server refused, else Prisma's own code. */
export function failureCode(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const cause = error.meta?.driverAdapterError;
  if (cause instanceof Error && cause.cause instanceof Object) {
    if ('originalCode' in cause.cause) return String(cause.cause.originalCode);
    if ('code' in cause.cause) return String(cause.cause.code);
  }
  return error.code;
}

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
}
