import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';

/** So many are recorded in one transaction. */
const batch = 1_000;

/**
 * Records for up to 1,000 submissions that their time ran out; answers with how many it were. Nothing depends on it:
 * every read computes it. What somebody edits at the moment is left for the next time.
 */
export function recordTimeouts(transaction: Transaction): Promise<number> {
  return transaction.$executeRaw(sql`UPDATE submission SET status = 'TIMED_OUT'
    WHERE key IN (SELECT key FROM submission WHERE status = 'ACTIVE' AND expires_at <= now()
      ORDER BY expires_at LIMIT ${batch}::int FOR UPDATE SKIP LOCKED)`);
}
