import type { Viewer } from '../access/viewer.ts';
import type { AuditChange } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { AuditAction } from '../database/prisma/client.ts';
import type { Transaction } from '../database/transaction.ts';

/** Writes down an edit of a filter set. */
export function recordFilterSetAudit(
  transaction: Transaction,
  viewer: Viewer,
  { workspaceKey, id, name }: { readonly workspaceKey: number; readonly id: string; readonly name: string },
  action: AuditAction,
  changes: readonly AuditChange[] = [],
): Promise<void> {
  const subject = { type: 'FilterSet', id, name };
  return recordAudit(transaction, { workspaceKey, actorId: viewer.userId, action, subject, changes });
}
