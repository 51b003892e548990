import { recordAudit } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction } from '../database/transaction.ts';
import { BusyError, type Role } from '../errors.ts';
import { giveRole, lockWorkspace } from '../workspace-member/grant.ts';
import { isOpen } from './open.ts';

interface Invited {
  readonly id: string;
  readonly workspaceKey: number;
  readonly email: string;
  readonly role: Role;
}

/** Whoever an invitation gives its role to. */
export interface Invitee {
  readonly id: string;
  readonly name: string;
}

/**
 * Redeems an invitation for a user, if it is still open once the workspace is locked; answers with the workspace and
 * the role that the user now has, or null.
 */
export async function acceptInvitation(
  transaction: ModelTransaction,
  { key, workspaceKey }: { readonly key: number; readonly workspaceKey: number },
  user: Invitee,
): Promise<{ workspaceKey: number; role: Role } | null> {
  await lockWorkspace(transaction, workspaceKey);
  const [invited] = await transaction.$queryRaw<Invited[]>(sql`
    UPDATE invitation SET redeemed_at = clock_timestamp(), redeemed_by_id = ${user.id}::uuid
    WHERE key = ${key}::int AND ${isOpen}
    RETURNING id, workspace_key AS "workspaceKey", email, role`);
  if (invited === undefined) return null;
  await recordAudit(transaction, {
    workspaceKey,
    actorId: user.id,
    action: 'INVITATION_REDEEMED',
    subject: { type: 'Invitation', id: invited.id, name: invited.email },
  });
  return { workspaceKey, role: await giveRole(transaction, { ...invited, user, actorId: user.id }) };
}

/** So many are redeemed at one sign-in; the next request goes on with the rest. */
const mostAtOnce = 20;

/**
 * Redeems open invitations to an address for a user who has shown that it is theirs: each by itself, so that none keeps
 * another waiting. One that cannot be had at the moment is left for the next time, and signing in goes on.
 */
export async function acceptInvitationsTo(
  database: Database,
  emailKey: string,
  user: Invitee,
): Promise<void> {
  const open = await database.reader.rows<{ key: number; workspaceKey: number }>(sql`
    SELECT key, workspace_key AS "workspaceKey" FROM invitation
    WHERE email_key = ${emailKey} AND ${isOpen} ORDER BY key LIMIT ${mostAtOnce}`);
  for (const invitation of open) {
    try {
      await inModelTransaction(database, async (transaction) => {
        await transaction.$executeRaw(sql`SET LOCAL lock_timeout = '250ms'`);
        await acceptInvitation(transaction, invitation, user);
      });
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
    }
  }
}
