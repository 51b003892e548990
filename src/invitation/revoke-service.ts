import { recordAudits } from '../audit/service.ts';
import { type Sql, sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';

/** Whose invitations, as a condition in SQL. */
export const madeBy = (userId: string) => sql`invitation.invited_by_id = ${userId}::uuid`;
export const meantFor = (emailKey: string) => sql`invitation.email_key = ${emailKey}`;
export const withId = (id: string) => sql`invitation.id = ${id}::uuid`;

/** Revokes a workspace's invitations that are not redeemed, of those that `which` names, and writes each down. */
export async function revokeInvitations(
  transaction: Transaction,
  workspaceKey: number,
  actorId: string,
  which: Sql,
): Promise<void> {
  const revoked = await transaction.$queryRaw<{ id: string; email: string }[]>(sql`
    UPDATE invitation SET revoked_at = clock_timestamp()
    WHERE workspace_key = ${workspaceKey}::int AND redeemed_at IS NULL AND revoked_at IS NULL AND ${which}
    RETURNING id, email`);
  const about = revoked.map(({ id, email }) => ({ subject: { type: 'Invitation', id, name: email } }));
  await recordAudits(transaction, { workspaceKey, actorId, action: 'INVITATION_REVOKED' }, about);
}
