import pg from 'pg';
import type { BitmapCache } from '../bitmap/cache.ts';
import { BusyError } from '../errors.ts';
import { isUnreachable } from './failures.ts';
import type { KeptRows } from './kept-rows.ts';
import { isFull, runPrepared } from './prepared.ts';
import type { Ran } from './prepared-query.ts';
import type { Participant } from './prisma/client.ts';
import type { ServerWatch } from './server-watch.ts';
import { type Sql, sql } from './sql.ts';

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

/** A text that is looked up along with what is read first, and the reader that reads it. */
export interface Along {
  readonly reader: Reader;
  /** The text, or null where there is none. What could not be looked up along is looked up by itself. */
  text(): Promise<string | null>;
}

/** A reader that has connections of its own. */
export interface PooledReader extends Reader {
  /** A reader whose first statement looks a text up besides, which `select` reads alone, in at most one row. */
  takingAlong(select: Sql): Along;
}

/** What a read may see: the workspaces of the viewer. Every loader is given one, and filters by it in SQL. */
export interface ReadScope {
  readonly reader: Reader;
  /** Bitmaps of keys that reads have in common. */
  readonly bitmaps: BitmapCache;
  /** Participants that reads have in common. */
  readonly keptParticipants: KeptRows<Participant>;
  /** What these came from when the reads began. */
  readonly source: object;
  readonly workspaceKeys: readonly number[];
  /** Those of them in which the viewer is an admin. */
  readonly adminWorkspaceKeys: readonly number[];
  /** The only workspace that the viewer's token acts in, or null. */
  readonly narrowedTo: number | null;
  readonly userId: string;
}

/** A reader over `pool`, whose connections `watch` has looked at. `onConnectionError` is told why a statement could not reach the database. */
export function createReader(
  pool: pg.Pool,
  watch: ServerWatch,
  onConnectionError: (error: Error) => void,
): PooledReader {
  const onConnection = (send: Send) => sendOn(pool, watch, send);
  const run = async <Row>(answer: Promise<Ran>): Promise<Row[]> => {
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
  const turns = new Turns(composedAtOnce);
  const reader: Reader = {
    rows: ({ text, values }) => run(onConnection((client) => runPrepared(client, text, values))),
    composed: ({ text, values }) =>
      turns.run(() => run(onConnection((client) => client.query({ text, values })))),
  };
  return { ...reader, takingAlong: (select) => takingAlong(reader, select) };
}

type Send = (client: pg.PoolClient) => Promise<Ran>;

async function sendOn(pool: pg.Pool, watch: ServerWatch, send: Send): Promise<Ran> {
  const client = await connect(pool, watch);
  try {
    const result = await send(client);
    client.release(isFull(client) || watch.leadsElsewhere(client));
    return result;
  } catch (error) {
    client.release(!isOfStatement(error) || isFull(client));
    throw error;
  }
}

/** A connection that leads to where the latest one does; the others are closed as they come. */
async function connect(pool: pg.Pool, watch: ServerWatch): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect();
    if (!watch.leadsElsewhere(client)) return client;
    client.release(true);
  }
}

/** SQLSTATE classes of what may end a session. How severe an error is, is told in the server's language. */
const ofSession = /^(08|25P0[34]|28|53|57P|58|XX)/;

/** Whether a statement has failed, and its connection is as good as it was. */
function isOfStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code !== undefined && !ofSession.test(error.code);
}

/** A reader whose first statement looks a text up besides: one statement is sent, planned and answered, not two. */
function takingAlong(reader: Reader, select: Sql): Along {
  let taken: Promise<string | null | undefined> | null = null;
  const alone = async () =>
    (await reader.rows<{ text: string | null }>(sql`SELECT (${select}) AS text`))[0]?.text;
  const take = <Row extends WithText>(sent: Promise<Row[]>) => {
    // No row, no text; and what has failed may have failed by what was read, of which the text's asker knows nothing.
    taken = sent.then(
      ([row]) => row?.taken_along,
      () => undefined,
    );
    return sent;
  };
  return {
    text: async () => (await taken) ?? (await alone()) ?? null,
    reader: {
      rows<Row>(read: Sql): Promise<Row[]> {
        if (taken !== null) return reader.rows(read);
        return take(
          reader.rows<Row & WithText>(sql`SELECT read.*, (${select}) AS taken_along FROM (${read}) AS read`),
        );
      },
      composed(read) {
        taken ??= alone().catch(() => undefined);
        return reader.composed(read);
      },
    },
  };
}

interface WithText {
  readonly taken_along: string | null;
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

function asBusy(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error && error.code === queryCanceled) {
    return new BusyError('This took longer than a read may take. Ask for less, or try again.');
  }
  return error.message.startsWith('timeout exceeded when trying to connect')
    ? new BusyError('No database connection was free in time. Try again.')
    : error;
}
