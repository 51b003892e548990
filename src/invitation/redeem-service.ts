import { createUser } from '../access/first-admin.ts';
import { hashSecret } from '../access/rules.ts';
import { requireGoodNow, requireWriting } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { type MadeToken, makeToken } from '../api-token/service.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction } from '../database/transaction.ts';
import { ForbiddenError, InvalidInputError, type Role } from '../errors.ts';
import { lockWorkspace } from '../workspace-member/grant.ts';
import { acceptInvitation } from './acceptance.ts';
import { isOpen } from './open.ts';

interface Found {
  readonly key: number;
  readonly workspaceKey: number;
  readonly email: string;
}

/** What redeeming did: who has which role where, and the new user's token. */
export interface Redeemed {
  readonly viewer: Viewer;
  readonly token: MadeToken | null;
}

/**
 * Redeems an invitation. A viewer's user gets the role; without a viewer a new user is made, whoever else has the
 * address, with a token that is narrowed to the workspace. @throws InvalidInputError, ForbiddenError
 */
export async function redeemInvitation(
  database: Database,
  viewer: Viewer | null,
  { secret, name }: { readonly secret: string; readonly name: string },
): Promise<Redeemed> {
  if (viewer !== null) requireWriting(viewer);
  const [found] = await database.reader.rows<Found>(sql`
    SELECT key, workspace_key AS "workspaceKey", email FROM invitation
    WHERE secret_hash = ${Buffer.from(hashSecret(secret))} AND ${isOpen}`);
  if (found === undefined) throw notOpen();
  if (viewer === null)
    return inModelTransaction(database, (transaction) => redeemAsNew(transaction, found, name));
  const role = await inModelTransaction(database, (transaction) => redeemAs(transaction, viewer, found));
  viewer.roles.set(found.workspaceKey, role);
  return { viewer, token: null };
}

async function redeemAs(transaction: ModelTransaction, viewer: Viewer, found: Found): Promise<Role> {
  if (viewer.narrowedTo !== null && viewer.narrowedTo !== found.workspaceKey) {
    throw new ForbiddenError('This token is narrowed to another workspace. Redeem it with one that is not.');
  }
  // Before the token is held: who removes a member locks the workspace first as well.
  await lockWorkspace(transaction, found.workspaceKey);
  await requireGoodNow(transaction, viewer);
  const { id, name } = await transaction.user.findUniqueOrThrow({ where: { id: viewer.userId } });
  const accepted = await acceptInvitation(transaction, found, { id, name });
  if (accepted === null) throw notOpen();
  return accepted.role;
}

async function redeemAsNew(transaction: ModelTransaction, found: Found, name: string): Promise<Redeemed> {
  const { workspaceKey, email } = found;
  const userId = await createUser(transaction, { name, email });
  const accepted = await acceptInvitation(transaction, found, { id: userId, name });
  if (accepted === null) throw notOpen();
  const narrowed = { workspaceKey, readOnly: false, expiresAt: null };
  const token = await makeToken(transaction, { ...narrowed, userId, name: 'Made by an invitation' });
  const roles = new Map([[workspaceKey, accepted.role]]);
  const { tokenId } = token;
  const viewer = {
    userId,
    tokenId,
    email,
    isReadOnly: false,
    expiresAt: null,
    narrowedTo: workspaceKey,
    roles,
  };
  return { viewer, token };
}

/** One answer, whether it never was, was redeemed, was revoked or has expired: a secret that is tried tells nothing. */
function notOpen(): InvalidInputError {
  const message =
    'There is no open invitation with this secret. Ask an admin of the workspace for a new one.';
  return new InvalidInputError([{ path: ['input', 'invitationSecret'], message }]);
}
