import { BusyError } from '../errors.ts';
import type { Database } from './client.ts';
import { type Touch, touchesOf } from './commits.ts';
import { failureCode, isUnreachable } from './failures.ts';
import type { Prisma } from './prisma/client.ts';
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
const cutOff = 'The database cannot be reached at the moment. Nothing was changed; try again.';

type Work<Opened, Result> = (transaction: Opened) => Promise<Result>;

/**
 * Runs `work` in a transaction, whose statements go to PostgreSQL with no client in between; deadlocks and serialisation
 * failures are tried again, from the start. What it has touched is told after the commit.
 * @throws BusyError when a lock or a connection was not to be had in time, or the connection broke before the commit;
 * nothing is changed then. One that breaks in the commit throws what the driver does: nobody knows which it is.
 */
export function inTransaction<Result>(database: Database, work: Work<Transaction, Result>): Promise<Result> {
  return untilDone(database, work, (noting) => onSession(database.writes, longestMilliseconds, noting));
}

/** The same through Prisma's client, which has the models. @throws as `inTransaction` */
export function inModelTransaction<Result>(
  database: Database,
  work: Work<ModelTransaction, Result>,
): Promise<Result> {
  const limits = { maxWait: 10_000, timeout: longestMilliseconds };
  return untilDone(database, work, (noting) => database.prisma.$transaction(noting, limits));
}

async function untilDone<Opened extends object, Result>(
  { commits, onConnectionError }: Database,
  work: Work<Opened, Result>,
  runOnce: (work: Work<Opened, Result>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    let isDone = false;
    let touches: readonly Touch[] = [];
    const noting = async (transaction: Opened) => {
      const result = await work(transaction);
      touches = touchesOf(transaction);
      isDone = true;
      return result;
    };
    const committed = await runOnce(noting).then(
      (result) => ({ result }),
      async (error) => {
        // What isn't done was not committed either.
        if (!isDone && isUnreachable(error)) {
          onConnectionError(error);
          throw new BusyError(cutOff);
        }
        await refuseOrPause(error, attempt);
        return null;
      },
    );
    if (committed === null) continue;
    commits.tell(touches);
    return committed.result;
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

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
}
