import type { Viewer } from '../access/viewer.ts';
import { type AuditChange, changesBetween } from '../audit/rules.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import type { ModelTransaction, Transaction } from '../database/transaction.ts';
import { VersionConflictError } from '../errors.ts';
import type { Call } from '../idempotency/service.ts';
import { requireLiveGroups } from '../study-filter/copy-service.ts';
import { readTree } from '../study-filter/read-service.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { saysTheSame } from '../study-filter/same-rules.ts';
import { checkCustomIds, type TreePlace, writeTree } from '../study-filter/service.ts';
import { describeFilters } from '../study-filter/text-rules.ts';
import {
  type FilterSetResult,
  type LockedFilterSet,
  lockFilterSet,
  requireNotDeleted,
  requireUnlocked,
  writeFilterSet,
} from './access.ts';
import { recordFilterSetAudit } from './trail.ts';
import { treeOfVersion, writeVersion } from './version-service.ts';

export interface FilterSetEdit {
  readonly filterSetId: string;
  readonly name: string | undefined;
  readonly filters: readonly GivenNode[] | undefined;
  readonly expectedVersion: number | null;
}

/**
 * Edits a filter set; what is undefined stays. Filters that say something else make the next version, which its
 * unpublished studies have from then on; published ones keep theirs.
 * @throws NotFoundError, ForbiddenError, InvalidInputError, InvalidParticipantIdsError, GroupDeletedError,
 *   FilterSetLockedError, VersionConflictError, BusyError
 */
export async function updateFilterSet(
  database: Database,
  viewer: Viewer,
  call: Call,
  edit: FilterSetEdit,
): Promise<FilterSetResult> {
  return writeFilterSet(database, viewer, call, edit.filterSetId, (found) => {
    checkCustomIds(edit.filters ?? [], found.format);
    return async (transaction) => {
      const set = await lockFilterSet(transaction, viewer, found);
      requireNotDeleted(set);
      requireUnlocked(set);
      if (edit.expectedVersion !== null && edit.expectedVersion !== set.version)
        throw new VersionConflictError('version', edit.expectedVersion, set.version);
      await applyEdit(transaction, viewer, found, set, edit);
      return { filterSetKey: set.key };
    };
  });
}

/** Writes what differs, if anything does. */
async function applyEdit(
  transaction: ModelTransaction,
  viewer: Viewer,
  place: TreePlace,
  set: LockedFilterSet,
  { name = set.name, filters }: FilterSetEdit,
): Promise<void> {
  const renamed = changesBetween({ name: set.name }, { name });
  const filtered =
    filters === undefined ? [] : await replaceFilters(transaction, viewer, place, set, filters);
  const changes = [...renamed, ...filtered];
  if (changes.length === 0) return;
  if (renamed.length > 0) await transaction.filterSet.update({ where: { key: set.key }, data: { name } });
  await recordFilterSetAudit(transaction, viewer, { ...set, name }, 'FILTER_SET_UPDATED', changes);
}

/** Makes the next version, unless the filters say what the newest says; answers with what the audit log tells of it. */
async function replaceFilters(
  transaction: ModelTransaction,
  viewer: Viewer,
  place: TreePlace,
  set: LockedFilterSet,
  filters: readonly GivenNode[],
): Promise<AuditChange[]> {
  const newestTreeKey = await treeOfVersion(transaction, set);
  const newest = await readTree(transaction, newestTreeKey);
  if (saysTheSame(newest, filters)) {
    await requireLiveGroups(transaction, newestTreeKey);
    return [];
  }
  await lockDrafts(transaction, set.key);
  const treeKey = await writeTree(transaction, place, filters);
  await writeVersion(transaction, viewer, set, set.version + 1, treeKey);
  await transaction.filterSet.update({ where: { key: set.key }, data: { version: set.version + 1 } });
  await transaction.$executeRaw(sql`UPDATE study SET filter_tree_key = ${treeKey}::int
    WHERE filter_set_key = ${set.key}::int AND status = 'UNPUBLISHED'`);
  return [{ field: 'filters', from: describeFilters(newest), to: describeFilters(filters) }];
}

/** Locks the studies that follow a filter set, by id: one that is being published is waited for, and keeps what it had. */
async function lockDrafts(transaction: Transaction, filterSetKey: number): Promise<void> {
  await transaction.$queryRaw(sql`SELECT key FROM study
    WHERE filter_set_key = ${filterSetKey}::int AND status = 'UNPUBLISHED' ORDER BY id FOR NO KEY UPDATE`);
}
