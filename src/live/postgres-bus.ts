import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { BusListener, OpenBus } from './bus.ts';

const channel = 'rollcall';
const longestPauseMilliseconds = 1_000;
/** A session that says nothing for so long, in ms, is asked whether it is still there. */
const silenceMilliseconds = 15_000;
/** How long the last messages may take when the line is closed. */
const farewellMilliseconds = 500;

/**
 * The nodes of one database, by LISTEN and NOTIFY on a session of their own; never in the transaction of an edit, where
 * all commits would queue on one lock. `url` must reach PostgreSQL without a pooler in between.
 */
export function postgresBus(url: string): OpenBus {
  return (listener) => {
    const line = new Line(url, listener);
    return {
      publish: (message) => line.notify(message),
      close: () => line.close(),
    };
  };
}

/** A session that is opened again for ever. */
class Line {
  readonly #url: string;
  readonly #listener: BusListener;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;
  /** A session is sent one statement at a time. */
  #sent: Promise<void> = Promise.resolve();

  constructor(url: string, listener: BusListener) {
    this.#url = url;
    this.#listener = listener;
    void this.#open();
  }

  notify(message: string): void {
    const client = this.#client;
    if (client !== null) void this.#send(client, 'SELECT pg_notify($1, $2)', [channel, message]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.race([this.#sent, sleep(farewellMilliseconds, undefined, { ref: false })]);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      application_name: 'rollcall live',
    });
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('The session ended')));
    client.on('notification', ({ payload }) => this.#listener.onMessage(payload ?? ''));
    this.#client = client;
    try {
      await client.connect();
      await this.#send(client, `LISTEN ${channel}`);
      if (this.#client !== client) return void client.end().catch(() => undefined);
      this.#failures = 0;
      this.#watch(client);
      this.#listener.onConnected();
    } catch (error) {
      this.#lose(client, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** A connection whose other end is gone would be silent for ever. */
  #watch(client: pg.Client): void {
    this.#timer = setTimeout(async () => {
      await this.#send(client, 'SELECT 1');
      if (this.#client === client) this.#watch(client);
    }, silenceMilliseconds);
  }

  /** Sends a statement after those before it; what cannot be sent loses the session. */
  #send(client: pg.Client, text: string, values: string[] = []): Promise<void> {
    this.#sent = this.#sent.then(async () => {
      if (this.#client !== client) return;
      await client.query(text, values).catch((error) => this.#lose(client, error));
    });
    return this.#sent;
  }

  #lose(client: pg.Client, error: Error): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = null;
    clearTimeout(this.#timer);
    client.end().catch(() => undefined);
    if (this.#failures === 0) this.#listener.onLost(error);
    this.#failures += 1;
    const pause = Math.min(50 * this.#failures, longestPauseMilliseconds);
    this.#timer = setTimeout(() => void this.#open(), pause);
  }
}
