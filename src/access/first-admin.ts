import type { Database } from '../database/client.ts';
import { inModelTransaction, type ModelTransaction } from '../database/transaction.ts';
import { hashSecret, secretPrefix } from './rules.ts';

/** Makes a user; returns their id. */
export async function createUser(
  transaction: ModelTransaction,
  data: { readonly id?: string; readonly name: string; readonly email: string },
): Promise<string> {
  const { id } = await transaction.user.create({ data, select: { id: true } });
  return id;
}

/** Lets a user in by `secret`, with all of their rights; a secret that is there already stays as it is. */
export async function ensureToken(
  transaction: ModelTransaction,
  userId: string,
  name: string,
  secret: string,
): Promise<void> {
  const secretHash = hashSecret(secret);
  const known = await transaction.apiToken.findUnique({ where: { secretHash } });
  if (known !== null) return;
  await transaction.apiToken.create({ data: { userId, name, secretHash, prefix: secretPrefix(secret) } });
}

/**
 * Makes the first admin of an empty database, with a workspace and `secret` as their token. Returns false, having done
 * nothing, where there are users already.
 */
export async function createFirstAdmin(
  database: Database,
  admin: { readonly name: string; readonly email: string; readonly workspaceTitle: string },
  secret: string,
): Promise<boolean> {
  return inModelTransaction(database, async (transaction) => {
    await transaction.$executeRaw`LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE`;
    if ((await transaction.user.count()) > 0) return false;
    const userId = await createUser(transaction, { name: admin.name, email: admin.email });
    await ensureToken(transaction, userId, 'First admin', secret);
    const members = { create: { userId, role: 'ADMIN' } } as const;
    await transaction.workspace.create({
      data: { title: admin.workspaceTitle, participantIdFormat: 'PROLIFIC', members },
    });
    return true;
  });
}
