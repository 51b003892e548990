import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { readTree } from './read-service.ts';
import { textOfFilters } from './text-rules.ts';

/** The filters of a tree as the audit log tells them, in full. */
export async function tellTree(transaction: Transaction, treeKey: number): Promise<string> {
  return textOfFilters(await readTree(transaction, treeKey));
}

/** Whether two trees, as `tellTree` tells them, list the same participant IDs too. */
export async function listSameIds(transaction: Transaction, one: number, other: number): Promise<boolean> {
  const [row] = await transaction.$queryRaw<{ same: boolean }[]>(sql`SELECT NOT EXISTS (
    SELECT ordinal, participant_id FROM filter_node_participant_id WHERE tree_key = ${one}::int
    EXCEPT SELECT ordinal, participant_id FROM filter_node_participant_id WHERE tree_key = ${other}::int) AS same`);
  return row?.same === true;
}
