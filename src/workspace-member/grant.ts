import { includesRole } from '../access/rules.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import { sql } from '../database/sql.ts';
import type { ModelTransaction, Transaction } from '../database/transaction.ts';
import type { Role } from '../errors.ts';

/** Locks a workspace's row: its members and roles are edited one after the other. */
export async function lockWorkspace(transaction: Transaction, workspaceKey: number): Promise<void> {
  await transaction.$queryRaw(
    sql`SELECT 1 FROM workspace WHERE key = ${workspaceKey}::int FOR NO KEY UPDATE`,
  );
}

/** A user's role in a workspace now, or null. */
export async function findRole(
  transaction: ModelTransaction,
  workspaceKey: number,
  userId: string,
): Promise<Role | null> {
  const member = await transaction.workspaceMember.findUnique({
    where: { userId_workspaceKey: { userId, workspaceKey }, removedAt: null },
    select: { role: true },
  });
  return member?.role ?? null;
}

/** Who is given a role, by whom, in a workspace whose row is locked. */
export interface Grant {
  readonly workspaceKey: number;
  readonly user: { readonly id: string; readonly name: string };
  readonly role: Role;
  readonly actorId: string;
}

/** Gives a user a role in a workspace that is locked. A role that includes it stays as it is; answers with the role. */
export async function giveRole(transaction: ModelTransaction, grant: Grant): Promise<Role> {
  const { workspaceKey, user, role, actorId } = grant;
  const before = await findRole(transaction, workspaceKey, user.id);
  if (before !== null && includesRole(before, role)) return before;
  await transaction.$executeRaw(sql`
    INSERT INTO workspace_member (workspace_key, user_id, role)
    VALUES (${workspaceKey}::int, ${user.id}::uuid, ${role}::workspace_role)
    ON CONFLICT (user_id, workspace_key) DO UPDATE SET role = excluded.role, removed_at = NULL,
      created_at = CASE WHEN workspace_member.removed_at IS NULL THEN workspace_member.created_at ELSE now() END`);
  await recordAudit(transaction, {
    workspaceKey,
    actorId,
    action: before === null ? 'MEMBER_ADDED' : 'MEMBER_ROLE_CHANGED',
    subject: { type: 'User', ...user },
    changes: changesBetween({ role: before }, { role }),
  });
  return role;
}
