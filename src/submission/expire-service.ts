import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { writeSubmissions } from './access.ts';

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
 * every read computes it. Whoever watches their studies is told.
 */
export async function recordTimeouts(transaction: Transaction): Promise<number> {
  const isOverdue = sql`submission.status = 'ACTIVE' AND submission.expires_at <= now()`;
  const overdue = sql`SELECT key, study_key FROM submission WHERE ${isOverdue} ORDER BY expires_at LIMIT ${batch}::int`;
  const held = await transaction.$queryRaw<{ key: number }[]>(sql`
    SELECT key FROM study WHERE key IN (SELECT study_key FROM (${overdue}) AS overdue) ORDER BY id FOR NO KEY UPDATE`);
  if (held.length === 0) return 0;
  const recorded = await writeSubmissions(
    transaction,
    sql`UPDATE submission SET status = 'TIMED_OUT' WHERE key IN (SELECT key FROM (${overdue}) AS overdue)
      AND study_key = ANY(${held.map(({ key }) => key)}::int[]) AND ${isOverdue}`,
  );
  return recorded.length;
}
