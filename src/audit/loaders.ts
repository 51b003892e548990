import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { AuditEntry } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';
import type { AuditChange } from './rules.ts';

export interface AuditRow extends Omit<AuditEntry, 'changes'> {
  readonly changes: readonly AuditChange[];
}

const columns = columnsOf<AuditRow>('audit_entry', [
  'key',
  'id',
  'workspaceKey',
  'action',
  'actorId',
  'occurredAt',
  'subject',
  'subjectName',
  'changes',
]);

/** Newest first. */
export const auditOrder = {
  name: 'newest',
  columns: [{ expression: 'audit_entry.key', type: 'int' }],
  descending: true,
} as const;

/** Audit entries by key or id, of the workspaces that the viewer is an admin of. */
export async function loadAuditEntries(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(AuditRow | null)[]> {
  const rows = await scope.reader.rows<AuditRow>(sql`
    SELECT ${columns} FROM audit_entry
    WHERE ${isAsked('audit_entry', asked)}
      AND audit_entry.workspace_key = ANY(${scope.adminWorkspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** A page of the audit log of each workspace. */
export function loadAuditPages(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  range: PageRange,
): Promise<Page<AuditRow>[]> {
  const select = sql`SELECT ${columns} FROM audit_entry
    WHERE audit_entry.workspace_key = parent.key ${pageClause(auditOrder, range)}`;
  return readPages(scope.reader, workspaceKeys, range, select, reviveDates<AuditRow>(['occurredAt']));
}

/** How many entries the audit log of each workspace has. */
export function countAuditEntries(scope: ReadScope, workspaceKeys: readonly number[]): Promise<number[]> {
  return readCounts(
    scope.reader,
    workspaceKeys,
    sql`SELECT 1 FROM audit_entry WHERE audit_entry.workspace_key = parent.key`,
  );
}
