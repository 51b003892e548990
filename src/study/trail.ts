import { type AuditChange, changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { AuditAction } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { encodeGlobalId } from '../global-id.ts';
import { shortened } from '../study-filter/text-rules.ts';
import { tellTree } from '../study-filter/trail.ts';
import type { StudyFilters } from './filters-service.ts';

/** A study's own fields, filters apart. */
export interface OwnFields {
  readonly name: string;
  readonly internalName: string | null;
  readonly description: string | null;
  readonly totalAvailablePlaces: number;
  readonly maximumMinutes: number | null;
}

/** The own fields of a row that has more. */
export function ownFieldsOf(study: OwnFields): OwnFields {
  const { name, internalName, description, totalAvailablePlaces, maximumMinutes } = study;
  return { name, internalName, description, totalAvailablePlaces, maximumMinutes };
}

/** A study's filters as the audit trail tells them: the set's global id, or its own filters as JSON. */
export interface ToldFilters {
  readonly filterSetId: string | null;
  readonly filters: string | null;
}

/** What the audit trail tells of no filters. */
export const noFilters: ToldFilters = { filterSetId: null, filters: null };

/** Tells where a study's filters come from. */
export async function tellFilters(
  transaction: Transaction,
  { filterTreeKey, filterSetKey }: StudyFilters,
): Promise<ToldFilters> {
  if (filterSetKey === null)
    return { filterSetId: null, filters: await tellTree(transaction, filterTreeKey) };
  const [set] = await transaction.$queryRaw<{ id: string }[]>(
    sql`SELECT id FROM filter_set WHERE key = ${filterSetKey}::int`,
  );
  return { filterSetId: encodeGlobalId('FilterSet', set?.id ?? ''), filters: null };
}

/** What became of a study's filters; lists of the same length may differ in their IDs, which are not told. */
export function filterChanges(before: ToldFilters, after: ToldFilters): AuditChange[] {
  const from = before.filters && shortened(before.filters);
  const to = after.filters && shortened(after.filters);
  const changes = changesBetween({ filterSetId: before.filterSetId }, { filterSetId: after.filterSetId });
  return from === null && to === null ? changes : [...changes, { field: 'filters', from, to }];
}

/** Writes down what was done to a study, and by whom; null for what a participant did. */
export function recordStudyAudit(
  transaction: Transaction,
  actorId: string | null,
  study: { readonly workspaceKey: number; readonly id: string; readonly name: string },
  action: AuditAction,
  changes: readonly AuditChange[],
): Promise<void> {
  return recordAudit(transaction, {
    workspaceKey: study.workspaceKey,
    actorId,
    action,
    subject: { type: 'Study', id: study.id, name: study.name },
    changes,
  });
}
