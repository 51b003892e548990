import pg from 'pg';
import type { BitmapCache } from '../bitmap/cache.ts';
import { BusyError } from '../errors.ts';
import { isFull, runPrepared } from './prepared.ts';
import type { Sql } from './sql.ts';

/** The one place where reads speak to the pool directly: prepared once, typed at the edge, no client in between. */
export interface Reader {
  /** Runs one statement. @throws BusyError when it takes longer than 10 s or the database cannot be reached, else the driver's error. */
  rows<Row>(statement: Sql): Promise<Row[]>;
  /**
   * The same for a statement whose text depends on what is asked: planned for its values, and not kept prepared, since
   * there is no end of such texts.
   */
  composed<Row>(statement: Sql): Promise<Row[]>;
}

/** What a read may see: the workspaces of the viewer. Every loader is given one, and filters by it in SQL. */
export interface ReadScope {
  readonly reader: Reader;
  /** Bitmaps of keys that reads have in common. */
  readonly bitmaps: BitmapCache;
  readonly workspaceKeys: readonly number[];
  /** Those of them in which the viewer is an admin. */
  readonly adminWorkspaceKeys: readonly number[];
  /** The only workspace that the viewer's token acts in, or null. */
  readonly narrowedTo: number | null;
  readonly userId: string;
}

/** A reader over `pool`. `onConnectionError` is told why a statement could not reach the database. */
export function createReader(pool: pg.Pool, onConnectionError: (error: Error) => void): Reader {
  const run = async <Row>(send: (client: pg.PoolClient) => Promise<pg.QueryResult>): Promise<Row[]> => {
    try {
      return (await onConnection(pool, send)).rows as Row[];
    } catch (error) {
      if (isUnreachable(error)) {
        onConnectionError(error);
        throw new BusyError('The database cannot be reached at the moment. Try again.');
      }
      throw asBusy(error);
    }
  };
  const turns = new Turns(composedAtOnce);
  return {
    rows: ({ text, values }) => run((client) => runPrepared(client, text, values)),
    composed: ({ text, values }) => turns.run(() => run((client) => client.query({ text, values }))),
  };
}

async function onConnection(
  pool: pg.Pool,
  send: (client: pg.PoolClient) => Promise<pg.QueryResult>,
): Promise<pg.QueryResult> {
  const client = await pool.connect();
  try {
    const result = await send(client);
    client.release(isFull(client));
    return result;
  } catch (error) {
    // A connection that broke is not to be used again; one whose statement failed is.
    client.release(!(error instanceof pg.DatabaseError && error.severity === 'ERROR'));
    throw error;
  }
}

/** Composed statements may take seconds: so many run at once, and leave the other readers their connections. */
const composedAtOnce = 3;

/** Lets so many work at once; whoever comes later waits for their turn. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((start) => this.#waiting.push(start));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

const queryCanceled = '57014';

/** What the operating system and PostgreSQL say of a server that stops, is gone, starts, or takes no more connections. */
const unreachable =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|57P01|57P02|57P03|53300|08\w{3})$/;

function isUnreachable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if ('code' in error && unreachable.test(String(error.code))) return true;
  return /^(Connection terminated|Client has encountered a connection error)/.test(error.message);
}

function asBusy(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error && error.code === queryCanceled) {
    return new BusyError('This took longer than a read may take. Ask for less, or try again.');
  }
  return error.message.startsWith('timeout exceeded when trying to connect')
    ? new BusyError('No database connection was free in time. Try again.')
    : error;
}
