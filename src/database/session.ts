import type pg from 'pg';
import { BusyError } from '../errors.ts';
import { isFull, runPrepared } from './prepared.ts';
import type { Ran } from './prepared-query.ts';
import { type Sql, sql } from './sql.ts';

/** A session with an open transaction: statements written by hand, as Prisma's client takes them too. */
export interface Session {
  /** The rows of a statement, with the driver's types: a bigint comes as text, a time as a Date. */
  $queryRaw<Rows = unknown>(
    statement: Sql | TemplateStringsArray,
    ...values: readonly unknown[]
  ): Promise<Rows>;
  /** How many rows a statement wrote. */
  $executeRaw(statement: Sql | TemplateStringsArray, ...values: readonly unknown[]): Promise<number>;
}

/** What who has waited too long is told. */
export const tooLong =
  'This took longer than an edit may take. Nothing was changed; try again, with less at once.';

/**
 * Runs `work` once, in a transaction of a session of `pool`: committed when it is done, undone when it fails. It may
 * take so many ms. The one place where writes speak to the pool directly: prepared once, no client in between.
 * @throws BusyError when no session was free in time or it took too long, else what the driver or the work throws.
 */
export async function onSession<Result>(
  pool: pg.Pool,
  milliseconds: number,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch(refuseBusy);
  const session = new OpenSession(client, Date.now() + milliseconds);
  try {
    await client.query('BEGIN');
    const result = await work(session);
    await session.commit();
    client.release(isFull(client));
    return result;
  } catch (error) {
    session.close();
    // What can't even go back is not to be used again.
    await client.query('ROLLBACK').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}

class OpenSession implements Session {
  readonly #client: pg.PoolClient;
  readonly #deadline: number;
  #isOpen = true;

  constructor(client: pg.PoolClient, deadline: number) {
    this.#client = client;
    this.#deadline = deadline;
  }

  async $queryRaw<Rows>(statement: Sql | TemplateStringsArray, ...values: readonly unknown[]): Promise<Rows> {
    return (await this.#send(statement, values)).rows as Rows;
  }

  async $executeRaw(statement: Sql | TemplateStringsArray, ...values: readonly unknown[]): Promise<number> {
    return (await this.#send(statement, values)).rowCount ?? 0;
  }

  async commit(): Promise<void> {
    this.#requireTime();
    this.close();
    const { command } = await this.#client.query('COMMIT');
    // What PostgreSQL answers where a statement had failed and nobody minded.
    if (command !== 'COMMIT') throw new Error('The transaction was undone: one of its statements had failed');
  }

  /** Afterwards nothing is sent: what is still under way would write outside of the transaction, or into another's. */
  close(): void {
    this.#isOpen = false;
  }

  async #send(statement: Sql | TemplateStringsArray, given: readonly unknown[]): Promise<Ran> {
    if (!this.#isOpen) throw new Error('The transaction is over');
    this.#requireTime();
    const { text, values } = 'sql' in statement ? statement : sql(statement, ...given);
    return values.some(isLong)
      ? this.#client.query({ text, values })
      : runPrepared(this.#client, text, values);
  }

  #requireTime(): void {
    if (Date.now() > this.#deadline) throw new BusyError(tooLong);
  }
}

/** With a long list a statement is planned anew: a plan that was made for a few rows must not be run for thousands. */
const longList = 100;

function isLong(value: unknown): boolean {
  return Array.isArray(value) && value.length > longList;
}

function refuseBusy(error: unknown): never {
  const isLate =
    error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect');
  throw isLate ? new BusyError() : error;
}
