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
  const taken = await transaction.participantGroup.findFirst({
    where: { workspaceKey, nameKey: nameKey(name), deletedAt: null, key: { not: exceptKey } },
    select: { key: true },
  });
  if (taken !== null) throw new NameTakenError(name, taken.key);
}
