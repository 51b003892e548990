import { v7 as uuidv7 } from 'uuid';
import { hashSecret } from '../access/rules.ts';
import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError, type Role } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { findWorkspace } from '../workspace/access.ts';
import { lockWorkspace } from '../workspace-member/grant.ts';
import { isOpen } from './open.ts';
import { meantFor, revokeInvitations, withId } from './revoke-service.ts';
import { emailKey, invitationDays, mostOpenInvitations, newInvitationSecret } from './rules.ts';

export interface NewInvitation {
  readonly workspaceId: string;
  readonly email: string;
  readonly role: Role;
}

/**
 * Invites an address to a workspace: the same, and as much work, whether or not anybody has it. An open invitation to it
 * is revoked.
 * @throws NotFoundError, ForbiddenError, InvalidInputError
 */
export async function addWorkspaceMember(
  database: Database,
  viewer: Viewer,
  { workspaceId, email, role }: NewInvitation,
): Promise<{ invitationId: string; secret: string }> {
  const { key: workspaceKey, globalId } = await findWorkspace(database.reader, workspaceId);
  requireRoleAtStart(viewer, workspaceKey, 'ADMIN', globalId);
  return inTransaction(database, async (transaction) => {
    await lockWorkspace(transaction, workspaceKey);
    await requireRoleNow(transaction, viewer, workspaceKey, 'ADMIN', globalId);
    // One invitation for one address: the older secret is good for nothing any more.
    await revokeInvitations(transaction, workspaceKey, viewer.userId, meantFor(emailKey(email)));
    await requireRoomForInvitation(transaction, workspaceKey);
    return makeInvitation(transaction, { workspaceKey, email, role, invitedById: viewer.userId });
  });
}

async function requireRoomForInvitation(transaction: Transaction, workspaceKey: number): Promise<void> {
  const [row] = await transaction.$queryRaw<{ count: number }[]>(
    sql`SELECT count(*)::int AS count FROM invitation WHERE workspace_key = ${workspaceKey}::int AND ${isOpen}`,
  );
  if (row !== undefined && row.count < mostOpenInvitations) return;
  const message = `The workspace has ${mostOpenInvitations} open invitations, the most that it may have. Revoke one first.`;
  throw new InvalidInputError([{ path: ['input'], message }]);
}

async function makeInvitation(
  transaction: Transaction,
  invitation: { workspaceKey: number; email: string; role: Role; invitedById: string },
): Promise<{ invitationId: string; secret: string }> {
  const { workspaceKey, email, role, invitedById } = invitation;
  const [id, secret] = [uuidv7(), newInvitationSecret()];
  const [made] = await transaction.$queryRaw<{ expiresAt: Date }[]>(sql`
    INSERT INTO invitation (id, workspace_key, email, email_key, role, secret_hash, invited_by_id, expires_at)
    VALUES (${id}::uuid, ${workspaceKey}::int, ${email}, ${emailKey(email)}, ${role}::workspace_role,
      ${Buffer.from(hashSecret(secret))}, ${invitedById}::uuid, now() + make_interval(days => ${invitationDays}::int))
    RETURNING expires_at AS "expiresAt"`);
  await recordAudit(transaction, {
    workspaceKey,
    actorId: invitedById,
    action: 'INVITATION_CREATED',
    subject: { type: 'Invitation', id, name: email },
    changes: changesBetween({}, { role, expiresAt: made?.expiresAt.toISOString() ?? null }),
  });
  return { invitationId: id, secret };
}

/**
 * Revokes an invitation: its secret is good for nothing any more. One that is not open stays as it is.
 * @throws NotFoundError, ForbiddenError
 */
export async function revokeInvitation(
  database: Database,
  viewer: Viewer,
  call: Call,
  invitationId: string,
): Promise<{ invitationId: string }> {
  const globalId = encodeGlobalId('Invitation', invitationId);
  const [found] = await database.reader.rows<{ workspaceKey: number }>(
    sql`SELECT workspace_key AS "workspaceKey" FROM invitation WHERE id = ${invitationId}::uuid`,
  );
  // Below ADMIN an invitation cannot be seen at all.
  if (found === undefined || viewer.roles.get(found.workspaceKey) !== 'ADMIN')
    throw new NotFoundError(globalId);
  const { workspaceKey } = found;
  requireRoleAtStart(viewer, workspaceKey, 'ADMIN', globalId);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, workspaceKey, 'ADMIN', globalId);
  return inTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await lockWorkspace(transaction, workspaceKey);
      await authorize(transaction)();
      await revokeInvitations(transaction, workspaceKey, viewer.userId, withId(invitationId));
      return { invitationId };
    }),
  );
}
