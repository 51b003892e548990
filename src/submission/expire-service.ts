import type { Database } from '../database/client.ts';
import { nothing, type Sql, sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { BusyError } from '../errors.ts';
import { writeSubmissions } from './access.ts';

/** So many are recorded in one transaction. */
const batch = 1_000;
/** So many studies that were held by others are waited for, each in its turn. */
const mostAwaited = 5;
/** For so long, in ms: a sweep is to be over before the next. */
const patienceMilliseconds = 500;

const isOverdue = sql`submission.status = 'ACTIVE' AND submission.expires_at <= now()`;
const overdue = sql`SELECT key, study_key FROM submission WHERE ${isOverdue} ORDER BY expires_at LIMIT ${batch}::int`;

/**
 * Records for all submissions whose time has run out that it did, however many they are. A study that is being edited
 * is left out at first, and waited for in the end: one that always is would never have its turn.
 */
export async function sweepTimeouts(database: Database): Promise<void> {
  let recorded: number;
  do recorded = await inTransaction(database, recordTimeouts);
  while (recorded === batch);
  const left = await database.reader.rows<{ studyKey: number }>(sql`
    SELECT DISTINCT study_key AS "studyKey" FROM (${overdue}) AS overdue LIMIT ${mostAwaited}::int`);
  for (const { studyKey } of left) await sweepStudy(database, studyKey);
}

/** A study that is held for too long is left for the next time. */
async function sweepStudy(database: Database, studyKey: number): Promise<void> {
  const only = sql`study.key = ${studyKey}::int`;
  const recording = inTransaction(database, async (transaction) => {
    await transaction.$executeRaw(
      sql`SELECT set_config('lock_timeout', ${String(patienceMilliseconds)}, true)`,
    );
    return record(transaction, only, nothing);
  });
  await recording.catch((error) => {
    if (!(error instanceof BusyError)) throw error;
  });
}

/**
 * Records for up to 1,000 submissions that their time ran out; answers with how many it were. Nothing depends on it:
 * every read computes it, but whoever watches their studies is told. Studies that somebody edits are left out.
 */
export function recordTimeouts(transaction: Transaction): Promise<number> {
  const some = sql`study.key IN (SELECT study_key FROM (${overdue}) AS overdue)`;
  return record(transaction, some, sql`SKIP LOCKED`);
}

async function record(transaction: Transaction, which: Sql, skipping: Sql): Promise<number> {
  const held = await transaction.$queryRaw<{ key: number }[]>(sql`
    SELECT key FROM study WHERE ${which} ORDER BY id FOR NO KEY UPDATE ${skipping}`);
  if (held.length === 0) return 0;
  const keys = held.map(({ key }) => key);
  const recorded = await writeSubmissions(
    transaction,
    sql`UPDATE submission SET status = 'TIMED_OUT' WHERE ${isOverdue} AND submission.key IN (
      SELECT key FROM submission WHERE ${isOverdue} AND study_key = ANY(${keys}::int[])
      ORDER BY expires_at LIMIT ${batch}::int)`,
  );
  return recorded.length;
}
