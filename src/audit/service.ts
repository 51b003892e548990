import { v7 as uuidv7 } from 'uuid';
import { type Touch, touch } from '../database/commits.ts';
import type { AuditAction } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import type { AuditChange } from './rules.ts';

export interface AuditRecord {
  readonly workspaceKey: number;
  readonly action: AuditAction;
  /** Who did it, by id; null for what came of a participant's doing. */
  readonly actorId: string | null;
  /** What it is about: a node's type and UUID, and what it is called now. */
  readonly subject: { readonly type: string; readonly id: string; readonly name: string };
  readonly changes?: readonly AuditChange[];
}

/** Writes down who did what, in the transaction that does it: both are kept, or neither. */
export function recordAudit(transaction: Transaction, record: AuditRecord): Promise<void> {
  return recordAudits(transaction, record, [record]);
}

/** What whoever watches a workspace is told that an entry is about; everything else is of no list and no filter. */
const kinds: Readonly<Record<string, Touch['kind']>> = {
  ParticipantGroup: 'group',
  Study: 'study',
  Participant: 'erasure',
  FilterSet: 'other',
};

/** The same of many things that were done at once, in one statement; none where there are none. Whoever watches them is told. */
export async function recordAudits(
  transaction: Transaction,
  { workspaceKey, action, actorId }: Pick<AuditRecord, 'workspaceKey' | 'action' | 'actorId'>,
  about: readonly Pick<AuditRecord, 'subject' | 'changes'>[],
): Promise<void> {
  if (about.length === 0) return;
  const ids = about.map(() => uuidv7());
  const subjects = about.map(({ subject: { type, id } }) => `${type}:${id}`);
  const names = about.map(({ subject: { name } }) => name);
  const changes = about.map((each) => JSON.stringify(each.changes ?? []));
  await transaction.$executeRaw(sql`
    INSERT INTO audit_entry (id, workspace_key, action, actor_id, occurred_at, subject, subject_name, changes)
    SELECT entry.id, ${workspaceKey}::int, ${action}::audit_action, ${actorId}::uuid,
      date_trunc('milliseconds', clock_timestamp()), entry.subject, entry.name, entry.changes::jsonb
    FROM unnest(${ids}::uuid[], ${subjects}::text[], ${names}::text[], ${changes}::text[])
      AS entry(id, subject, name, changes)`);
  for (const { subject } of about) {
    const kind = kinds[subject.type];
    if (kind !== undefined) touch(transaction, { kind, workspaceKey, row: subject.id, version: 0 });
  }
}
