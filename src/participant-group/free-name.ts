import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { NameTakenError } from './errors.ts';
import { nameKey } from './rules.ts';

/**
 * A race for a name is lost at the unique index, and found here when the transaction is tried again.
 * @throws NameTakenError
 */
export async function requireFreeName(
  transaction: Transaction,
  workspaceKey: number,
  name: string,
  exceptKey = 0,
): Promise<void> {
  const [taken] = await transaction.$queryRaw<{ key: number }[]>(sql`
    SELECT key FROM participant_group WHERE workspace_key = ${workspaceKey}::int AND name_key = ${nameKey(name)}
      AND deleted_at IS NULL AND key <> ${exceptKey}::int`);
  if (taken !== undefined) throw new NameTakenError(name, taken.key);
}
