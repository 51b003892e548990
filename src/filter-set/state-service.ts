import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Call } from '../idempotency/service.ts';
import {
  type FilterSetResult,
  lockFilterSet,
  requireNotDeleted,
  requireUnlocked,
  writeFilterSet,
} from './access.ts';
import { FilterSetInUseError } from './errors.ts';
import { recordFilterSetAudit } from './trail.ts';

/**
 * Deletes a filter set, softly; deleting a deleted one changes nothing.
 * @throws NotFoundError, ForbiddenError, FilterSetLockedError, FilterSetInUseError, BusyError
 */
export async function deleteFilterSet(
  database: Database,
  viewer: Viewer,
  call: Call,
  filterSetId: string,
): Promise<FilterSetResult> {
  return writeFilterSet(database, viewer, call, filterSetId, (found) => async (transaction) => {
    const set = await lockFilterSet(transaction, viewer, found);
    if (set.deletedAt === null) {
      requireUnlocked(set);
      if (await hasDrafts(transaction, set.key)) throw new FilterSetInUseError(set.key);
      await transaction.$executeRaw(sql`UPDATE filter_set
        SET deleted_at = date_trunc('milliseconds', clock_timestamp()) WHERE key = ${set.key}::int`);
      await recordFilterSetAudit(transaction, viewer, set, 'FILTER_SET_DELETED');
    }
    return { filterSetKey: set.key };
  });
}

async function hasDrafts(transaction: Transaction, filterSetKey: number): Promise<boolean> {
  const found = await transaction.$queryRaw<object[]>(sql`SELECT key FROM study
    WHERE filter_set_key = ${filterSetKey}::int AND status = 'UNPUBLISHED' LIMIT 1`);
  return found.length > 0;
}

/**
 * Locks a filter set against edits and deletion, or unlocks it; what is so already stays, and nothing is written.
 * @throws NotFoundError, ForbiddenError, InvalidInputError for a deleted one, BusyError
 */
export async function setLocked(
  database: Database,
  viewer: Viewer,
  call: Call,
  { filterSetId, isLocked }: { readonly filterSetId: string; readonly isLocked: boolean },
): Promise<FilterSetResult> {
  return writeFilterSet(database, viewer, call, filterSetId, (found) => async (transaction) => {
    const set = await lockFilterSet(transaction, viewer, found);
    requireNotDeleted(set);
    if (set.isLocked !== isLocked) {
      await transaction.filterSet.update({ where: { key: set.key }, data: { isLocked } });
      const action = isLocked ? 'FILTER_SET_LOCKED' : 'FILTER_SET_UNLOCKED';
      const changes = changesBetween({ isLocked: set.isLocked }, { isLocked });
      await recordFilterSetAudit(transaction, viewer, set, action, changes);
    }
    return { filterSetKey: set.key };
  });
}
