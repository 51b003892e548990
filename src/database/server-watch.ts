import pg from 'pg';

/**
 * Knows which run of which server, and which database, connections lead to. Where a new one leads elsewhere than those
 * before it, the database may have been put back to an earlier moment, and give the keys since then away again.
 */
export class ServerWatch {
  readonly #onOther: () => void;
  readonly #servers = new WeakMap<pg.ClientBase, string>();
  #latest: string | undefined;

  /** `onOther` is called before a connection is used that leads elsewhere. */
  constructor(onOther: () => void) {
    this.#onOther = onOther;
  }

  /** Looks where a new connection leads; one round trip. */
  readonly look = async (client: pg.ClientBase): Promise<void> => {
    // Past what observes statements: it is told of those that somebody asked for.
    const { rows }: pg.QueryResult<{ server: string }> = await Reflect.apply(
      pg.Client.prototype.query,
      client,
      [
        `SELECT pg_postmaster_start_time() || ' ' || oid AS server FROM pg_database WHERE datname = current_database()`,
      ],
    );
    const server = rows[0]?.server ?? '';
    this.#servers.set(client, server);
    if (this.#latest !== undefined && this.#latest !== server) this.#onOther();
    this.#latest = server;
  };

  /** Whether a connection leads to where the latest one doesn't: what it would read is not to be joined to what others read. */
  leadsElsewhere(client: pg.ClientBase): boolean {
    const server = this.#servers.get(client);
    return server !== undefined && server !== this.#latest;
  }
}
