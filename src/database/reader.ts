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

/** A statement that is in no hurry, and the reader that it goes along with. */
export interface Along<Row> {
  readonly reader: Reader;
  /** What the statement has found. If it was not sent yet, it goes by itself. */
  rows(): Promise<Row[]>;
}

/** A reader that has connections of its own. */
export interface PooledReader extends Reader {
  /** A reader for what is to be read while this statement is under way. */
  takingAlong<Row>(statement: Sql): Along<Row>;
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

/** Sends two statements in one write to one connection, which answers them in this order; each may fail by itself. */
type Together = <First, Second>(first: Sql, second: Sql) => [Promise<First[]>, Promise<Second[]>];

/** A reader over `pool`. `onConnectionError` is told why a statement could not reach the database. */
export function createReader(pool: pg.Pool, onConnectionError: (error: Error) => void): PooledReader {
  const run = async <Row>(answer: Promise<pg.QueryResult>): Promise<Row[]> => {
    try {
      return (await answer).rows as Row[];
    } catch (error) {
      if (isUnreachable(error)) {
        onConnectionError(error);
        throw new BusyError('The database cannot be reached at the moment. Try again.');
      }
      throw asBusy(error);
    }
  };
  const together: Together = (first, second) => {
    const sent = sendTogether(pool, first, second);
    return [run(sent.then((answers) => answers[0])), run(sent.then((answers) => answers[1]))];
  };
  const turns = new Turns(composedAtOnce);
  const reader: Reader = {
    rows: ({ text, values }) => run(onConnection(pool, (client) => runPrepared(client, text, values))),
    composed: ({ text, values }) =>
      turns.run(() => run(onConnection(pool, (client) => client.query({ text, values })))),
  };
  return { ...reader, takingAlong: (statement) => takingAlong(reader, together, statement) };
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
    client.release(!isOfStatement(error));
    throw error;
  }
}

/** Sends two statements to one connection in one write. */
async function sendTogether(
  pool: pg.Pool,
  ...[first, second]: [first: Sql, second: Sql]
): Promise<[Promise<pg.QueryResult>, Promise<pg.QueryResult>]> {
  const client = await pool.connect();
  const stream = client instanceof pg.Client ? client.connection.stream : null;
  stream?.cork();
  const answers: [Promise<pg.QueryResult>, Promise<pg.QueryResult>] = [
    runPrepared(client, first.text, first.values),
    runPrepared(client, second.text, second.values),
  ];
  stream?.uncork();
  void Promise.allSettled(answers).then((settled) => {
    const broken = settled.some((one) => one.status === 'rejected' && !isOfStatement(one.reason));
    client.release(broken || isFull(client));
  });
  return answers;
}

/** SQLSTATE classes of what may end a session. How severe an error is, is told in the server's language. */
const ofSession = /^(08|25P0[34]|28|53|57P|58|XX)/;

/** Whether a statement has failed, and its connection is as good as it was. */
function isOfStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code !== undefined && !ofSession.test(error.code);
}

/** A reader whose first statement takes another one along: a write to a socket and a turn of the database less. */
function takingAlong<Row>(reader: Reader, together: Together, statement: Sql): Along<Row> {
  let found: Promise<Row[]> | null = null;
  const keep = (sent: Promise<Row[]>) => {
    // Whoever asks for it later is told, and nobody may.
    sent.catch(() => undefined);
    found = sent;
    return sent;
  };
  const rows = () => found ?? keep(reader.rows<Row>(statement));
  return {
    rows,
    reader: {
      rows<Other>(other: Sql): Promise<Other[]> {
        if (found !== null) return reader.rows(other);
        const [first, second] = together<Row, Other>(statement, other);
        void keep(first);
        return second;
      },
      composed(other) {
        void rows();
        return reader.composed(other);
      },
    },
  };
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
