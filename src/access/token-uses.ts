import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction } from '../database/transaction.ts';

/** When tokens were used, noted in the process and written down by `flush`: a read must not cost a write. */
export class TokenUses {
  readonly #database: Database;
  #uses = new Map<string, Date>();

  constructor(database: Database) {
    this.#database = database;
  }

  note(tokenId: string): void {
    this.#uses.set(tokenId, new Date());
  }

  /** Writes down the latest use of each token since the last time, in one statement; none where none was used. What cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    // In one order on every node, so that two that write at once do not wait for each other in a circle.
    const uses = [...this.#uses].sort(([a], [b]) => (a < b ? -1 : 1));
    if (uses.length === 0) return;
    this.#uses = new Map();
    const [ids, times] = [uses.map(([id]) => id), uses.map(([, at]) => at.toISOString())];
    const statement = sql`UPDATE api_token SET last_used_at = greatest(last_used_at, used.at)
      FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS used(id, at) WHERE api_token.id = used.id`;
    try {
      await inTransaction(this.#database, (transaction) => transaction.$executeRaw(statement));
    } catch (error) {
      this.#uses = new Map([...uses, ...this.#uses]);
      throw error;
    }
  }
}
