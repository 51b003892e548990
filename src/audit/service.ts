import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import type { AuditChange } from './rules.ts';

export interface AuditRecord {
  readonly workspaceKey: number;
  readonly action: AuditAction;
  /** Who did it, by id. */
  readonly actorId: string;
  /** What it is about: a node's type and UUID, and what it is called now. */
  readonly subject: { readonly type: string; readonly id: string; readonly name: string };
  readonly changes?: readonly AuditChange[];
}

/** Writes down who did what, in the transaction that does it: both are kept, or neither. */
export async function recordAudit(
  transaction: Transaction,
  { workspaceKey, action, actorId, subject, changes = [] }: AuditRecord,
): Promise<void> {
  await transaction.$executeRaw(sql`
    INSERT INTO audit_entry (id, workspace_key, action, actor_id, occurred_at, subject, subject_name, changes)
    VALUES (${uuidv7()}::uuid, ${workspaceKey}::int, ${action}::audit_action, ${actorId}::uuid,
      date_trunc('milliseconds', clock_timestamp()), ${`${subject.type}:${subject.id}`}, ${subject.name},
      ${JSON.stringify(changes)}::jsonb)`);
}
