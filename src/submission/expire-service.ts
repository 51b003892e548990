import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';

/** So many are recorded in one transaction. */
const batch = 1_000;

/** Records for all submissions whose time has run out that it did, however many they are. */
export async function sweepTimeouts(database: Database): Promise<void> {
  let recorded: number;
  do recorded = await inTransaction(database, recordTimeouts);
  while (recorded === batch);
}

/**
 * Records for up to 1,000 submissions that their time ran out; answers with how many it were. Nothing depends on it:
 * every read computes it. What somebody edits at the moment is left for the next time.
 */
export function recordTimeouts(transaction: Transaction): Promise<number> {
  return transaction.$executeRaw(sql`UPDATE submission SET status = 'TIMED_OUT'
    WHERE key IN (SELECT key FROM submission WHERE status = 'ACTIVE' AND expires_at <= now()
      ORDER BY expires_at LIMIT ${batch}::int FOR UPDATE SKIP LOCKED)`);
}
