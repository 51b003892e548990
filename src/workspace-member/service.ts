import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit, recordAudits } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { NotFoundError, type Role } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { madeBy, meantFor, revokeInvitations } from '../invitation/revoke-service.ts';
import { emailKey } from '../invitation/rules.ts';
import { findWorkspace } from '../workspace/access.ts';
import { LastAdminError } from './errors.ts';
import { lockWorkspace } from './grant.ts';

/** A member of a workspace, as edits name them. */
export interface MemberName {
  readonly workspaceId: string;
  readonly userId: string;
}

/** What an edit of a member did; the role is null for who is no longer one. */
export interface MemberResult<Next extends Role | null> {
  readonly workspaceKey: number;
  readonly userId: string;
  readonly role: Next;
}

/** Gives a member another role. @throws NotFoundError, ForbiddenError, LastAdminError */
export function changeMemberRole(
  database: Database,
  viewer: Viewer,
  call: Call,
  { role, ...name }: MemberName & { readonly role: Role },
): Promise<MemberResult<Role>> {
  return editMember(database, viewer, call, name, 'ADMIN', async (transaction, member) => {
    const { workspaceKey, user } = member;
    await transaction.workspaceMember.update({
      where: { userId_workspaceKey: { userId: user.id, workspaceKey } },
      data: { role },
    });
    return role;
  });
}

/**
 * Ends a membership: the role is gone for every request that begins afterwards; tokens narrowed to the workspace are
 * revoked, and, by an admin, open invitations to the address. Admins remove anybody, everyone else themselves. @throws NotFoundError, ForbiddenError, LastAdminError
 */
export function removeMember(
  database: Database,
  viewer: Viewer,
  call: Call,
  name: MemberName,
): Promise<MemberResult<null>> {
  const required = name.userId === viewer.userId ? 'VIEWER' : 'ADMIN';
  return editMember(database, viewer, call, name, required, async (transaction, { workspaceKey, user }) => {
    await transaction.$executeRaw(sql`UPDATE workspace_member SET removed_at = clock_timestamp()
      WHERE workspace_key = ${workspaceKey}::int AND user_id = ${user.id}::uuid`);
    await revokeNarrowedTokens(transaction, viewer, workspaceKey, user.id);
    // An invitation to their address that is still open would bring them back. Who leaves closes nobody's: an address
    // that a token claims may be another's.
    if (user.id !== viewer.userId)
      await revokeInvitations(transaction, workspaceKey, viewer.userId, meantFor(emailKey(user.email)));
    return null;
  });
}

async function revokeNarrowedTokens(
  transaction: Transaction,
  viewer: Viewer,
  workspaceKey: number,
  userId: string,
): Promise<void> {
  const revoked = await transaction.$queryRaw<{ id: string; name: string }[]>(sql`
    UPDATE api_token SET revoked_at = clock_timestamp()
    WHERE workspace_key = ${workspaceKey}::int AND user_id = ${userId}::uuid AND revoked_at IS NULL RETURNING id, name`);
  const about = revoked.map((token) => ({ subject: { type: 'ApiToken', ...token } }));
  const by = { workspaceKey, actorId: viewer.userId, action: 'API_TOKEN_REVOKED' } as const;
  await recordAudits(transaction, by, about);
}

interface LockedMember {
  readonly workspaceKey: number;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly role: Role;
}

/** One edit of one member, in the order that every edit keeps: a first look, the key, the lock, and the look that counts. */
async function editMember<Next extends Role | null>(
  database: Database,
  viewer: Viewer,
  call: Call,
  { workspaceId, userId }: MemberName,
  required: Role,
  edit: (transaction: ModelTransaction, member: LockedMember) => Promise<Next>,
): Promise<MemberResult<Next>> {
  const { key: workspaceKey, globalId } = await findWorkspace(database.reader, workspaceId);
  requireRoleAtStart(viewer, workspaceKey, required, globalId);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, workspaceKey, required, globalId);
  let isEdited = false;
  const result = await inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await lockWorkspace(transaction, workspaceKey);
      await authorize(transaction)();
      const member = await lockedMember(transaction, workspaceKey, userId);
      const role = await edit(transaction, member);
      await settle(transaction, viewer, member, role);
      isEdited = true;
      return { workspaceKey, userId, role };
    }),
  );
  // A repetition tells what the first call did; the role may have changed since.
  if (isEdited && userId === viewer.userId) keepRole(viewer, result);
  return result;
}

async function lockedMember(
  transaction: ModelTransaction,
  workspaceKey: number,
  userId: string,
): Promise<LockedMember> {
  const found = await transaction.workspaceMember.findUnique({
    where: { userId_workspaceKey: { userId, workspaceKey }, removedAt: null },
    select: { role: true, user: { select: { id: true, name: true, email: true } } },
  });
  if (found === null) throw new NotFoundError(encodeGlobalId('User', userId));
  return { workspaceKey, ...found };
}

/** After an edit of a member: an admin is left, and what was done is written down. @throws LastAdminError */
async function settle(
  transaction: ModelTransaction,
  viewer: Viewer,
  { workspaceKey, user, role: before }: LockedMember,
  role: Role | null,
): Promise<void> {
  if (role === before) return;
  const admins = await transaction.workspaceMember.count({
    where: { workspaceKey, role: 'ADMIN', removedAt: null },
  });
  if (admins === 0) throw new LastAdminError();
  // Nobody keeps a way back in for the time after they were an admin.
  if (before === 'ADMIN') await revokeInvitations(transaction, workspaceKey, viewer.userId, madeBy(user.id));
  await recordAudit(transaction, {
    workspaceKey,
    actorId: viewer.userId,
    action: role === null ? 'MEMBER_REMOVED' : 'MEMBER_ROLE_CHANGED',
    subject: { type: 'User', id: user.id, name: user.name },
    changes: changesBetween({ role: before }, { role }),
  });
}

/** The rest of the request goes by the role that its viewer has now. */
function keepRole(viewer: Viewer, { workspaceKey, role }: MemberResult<Role | null>): void {
  if (role === null) viewer.roles.delete(workspaceKey);
  else viewer.roles.set(workspaceKey, role);
}
