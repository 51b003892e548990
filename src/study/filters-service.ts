import { sql } from '../database/sql.ts';
import type { ModelTransaction, Transaction } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { requireLiveGroups } from '../study-filter/copy-service.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { type TreePlace, writeTree } from '../study-filter/service.ts';

/** Where a study's filters come from: the tree that decides, and the set that it belongs to or null for its own. */
export interface StudyFilters {
  readonly filterTreeKey: number;
  readonly filterSetKey: number | null;
}

/** A filter set that stays as it is until the transaction ends. */
export interface HeldSet {
  readonly key: number;
  readonly isDeleted: boolean;
}

/**
 * Holds a filter set of a workspace; null where there is none. `FOR SHARE`: a new version, which moves all drafts of
 * the set, comes before this study or sees it.
 */
export async function holdFilterSet(
  transaction: Transaction,
  workspaceKey: number,
  filterSetId: string,
): Promise<HeldSet | null> {
  const [held] = await transaction.$queryRaw<HeldSet[]>(sql`
    SELECT key, deleted_at IS NOT NULL AS "isDeleted" FROM filter_set
    WHERE id = ${filterSetId}::uuid AND workspace_key = ${workspaceKey}::int FOR SHARE`);
  return held ?? null;
}

/** The set's newest version, whose groups are held. @throws NotFoundError for no such set or a deleted one, GroupDeletedError */
export async function newestFilters(
  transaction: ModelTransaction,
  filterSetId: string,
  set: HeldSet | null,
): Promise<StudyFilters> {
  const globalId = encodeGlobalId('FilterSet', filterSetId);
  if (set === null) throw new NotFoundError(globalId);
  if (set.isDeleted)
    throw new NotFoundError(globalId, `The filter set with the id "${globalId}" is deleted.`);
  const [newest] = await transaction.$queryRaw<{ treeKey: number }[]>(sql`
    SELECT filter_tree_key AS "treeKey" FROM filter_set_version
    WHERE filter_set_key = ${set.key}::int ORDER BY version DESC LIMIT 1`);
  if (newest === undefined) throw new Error(`Filter set ${set.key} has no version`);
  await requireLiveGroups(transaction, newest.treeKey);
  return { filterTreeKey: newest.treeKey, filterSetKey: set.key };
}

/** Filters of the study's own. @throws NotFoundError, GroupDeletedError */
export async function ownFilters(
  transaction: ModelTransaction,
  place: TreePlace,
  filters: readonly GivenNode[],
): Promise<StudyFilters> {
  return { filterTreeKey: await writeTree(transaction, place, filters), filterSetKey: null };
}
