import { type Sql, sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';

/** Class of the advisory locks that keep edits and erasures apart; the lock's second number is a workspace's key. */
const erasureLocks = 7_270_737;

/**
 * Holds erasures in a workspace off until the transaction ends, as an expression to select: edits of members, and of
 * texts that the audit trail quotes, run beside each other. Select it in a subquery beside the row that the statement
 * locks: a row is locked last, so the order is kept, and what the row says is read again then. Later statements of the
 * transaction see what the erasures before it did.
 */
export function heldOff(workspaceKey: Sql | number): Sql {
  return sql`pg_advisory_xact_lock_shared(${erasureLocks}::int, ${workspaceKey}::int)`;
}

/** The same as a statement of its own, for an edit that locks no row. */
export async function holdOffErasures(transaction: Transaction, workspaceKey: number): Promise<void> {
  await transaction.$queryRaw(sql`SELECT 1 FROM (SELECT ${heldOff(workspaceKey)}) AS held`);
}

/** Waits for a workspace's edits that are under way, and holds off the next ones until the transaction ends. */
export async function holdOffEdits(transaction: Transaction, workspaceKey: number): Promise<void> {
  await transaction.$queryRaw(
    sql`SELECT 1 FROM (SELECT pg_advisory_xact_lock(${erasureLocks}::int, ${workspaceKey}::int)) AS held`,
  );
}
