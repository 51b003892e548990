import { BusyError } from '../errors.ts';
import type { Database } from './client.ts';
import { type Touch, touchesOf } from './commits.ts';
import { Prisma } from './prisma/client.ts';

/** An open transaction: Prisma's client, and raw statements through it. */
export type Transaction = Prisma.TransactionClient;

const attempts = 5;
/** Deadlock, serialisation failure, and a unique index lost to another: the look before the write finds it next time. */
const raced = new Set(['40P01', '40001', 'P2034', '23505', 'P2002']);
const lockNotAvailable = '55P03';
const queryCanceled = '57014';
const tooLong = 'This took longer than an edit may take. Nothing was changed; try again, with less at once.';

/**
 * Runs `work` in a transaction; deadlocks and serialisation failures are tried again, from the start. What it has
 * touched is told after the commit.
 * @throws BusyError when a lock or a connection was not to be had in time; nothing is changed then.
 */
export async function inTransaction<Result>(
  database: Database,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const done = await runOnce(database, work).catch(async (error) => {
      await refuseOrPause(error, attempt);
    });
    if (done === undefined) continue;
    database.commits.tell(done.touches);
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

function runOnce<Result>(
  { prisma }: Database,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<{ result: Result; touches: readonly Touch[] }> {
  return prisma.$transaction(
    async (transaction) => ({ result: await work(transaction), touches: touchesOf(transaction) }),
    { maxWait: 10_000, timeout: 60_000 },
  );
}

/** PostgreSQL's SQLSTATE where the server refused, else Prisma's own code. */
export function failureCode(error: unknown): string | undefined {
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
