import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { AuditAction } from '../database/prisma/client.ts';
import type { Transaction } from '../database/transaction.ts';
import { encodeGlobalId } from '../global-id.ts';

/** A group's own fields as the audit trail tells them; `projectId` is a UUID. */
export interface TrailFields {
  readonly name: string;
  readonly description?: string | null;
  readonly projectId?: string | null;
  readonly isUniversalBlocklist?: boolean;
}

/** Writes down an edit of a group's own fields: those that differ, under the names that inputs give them. */
export function recordGroupAudit(
  transaction: Transaction,
  viewer: Viewer,
  { workspaceKey, id }: { readonly workspaceKey: number; readonly id: string },
  action: AuditAction,
  before: TrailFields | null,
  after: TrailFields,
): Promise<void> {
  return recordAudit(transaction, {
    workspaceKey,
    actorId: viewer.userId,
    action,
    subject: { type: 'ParticipantGroup', id, name: after.name },
    changes: changesBetween(before === null ? {} : told(before), told(after)),
  });
}

function told({ projectId = null, ...fields }: TrailFields) {
  return { ...fields, projectId: projectId === null ? null : encodeGlobalId('Project', projectId) };
}
