import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { sql, verbatim } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { heldOff } from '../erasure/lock.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { FilterSetLockedError } from './errors.ts';

/** A filter set as the first look sees it, before any lock. */
export interface FoundFilterSet {
  readonly key: number;
  readonly id: string;
  readonly workspaceKey: number;
  readonly format: ParticipantIdFormat;
}

/** A filter set whose row this transaction has locked. */
export interface LockedFilterSet {
  readonly key: number;
  readonly id: string;
  readonly workspaceKey: number;
  readonly name: string;
  readonly isLocked: boolean;
  /** The newest version's number. */
  readonly version: number;
  readonly deletedAt: Date | null;
}

/** What a write answers with: the filter set that it was about. */
export interface FilterSetResult {
  readonly filterSetKey: number;
}

/** @throws NotFoundError, ForbiddenError */
async function findToWrite(database: Database, viewer: Viewer, filterSetId: string): Promise<FoundFilterSet> {
  const globalId = encodeGlobalId('FilterSet', filterSetId);
  const [found] = await database.reader.rows<FoundFilterSet>(sql`
    SELECT filter_set.key, filter_set.id, workspace_key AS "workspaceKey", workspace.participant_id_format AS format
    FROM filter_set JOIN workspace ON workspace.key = filter_set.workspace_key
    WHERE filter_set.id = ${filterSetId}::uuid`);
  if (found === undefined) throw new NotFoundError(globalId);
  requireRoleAtStart(viewer, found.workspaceKey, 'COLLABORATOR', globalId);
  return found;
}

/**
 * One write about one filter set, in the order that every write keeps: a first look, a transaction, the idempotency key,
 * and then `effect`, which locks. @throws NotFoundError, ForbiddenError, BusyError
 */
export async function writeFilterSet(
  database: Database,
  viewer: Viewer,
  call: Call,
  filterSetId: string,
  prepare: (found: FoundFilterSet) => (transaction: ModelTransaction) => Promise<FilterSetResult>,
): Promise<FilterSetResult> {
  const found = await findToWrite(database, viewer, filterSetId);
  const effect = prepare(found);
  const globalId = encodeGlobalId('FilterSet', filterSetId);
  return inModelTransaction(database, (transaction) => {
    const authorize = () => requireRoleNow(transaction, viewer, found.workspaceKey, 'COLLABORATOR', globalId);
    return once(transaction, viewer, call, authorize, () => effect(transaction));
  });
}

/**
 * Holds erasures off, locks a filter set's row, and looks again whether the viewer may. `FOR UPDATE` keeps out whoever
 * holds the row to take filters from it: a study that is being made or published has its version before or after.
 * @throws NotFoundError, ForbiddenError
 */
export async function lockFilterSet(
  transaction: Transaction,
  viewer: Viewer,
  { key, id, workspaceKey }: FoundFilterSet,
  lock: 'FOR UPDATE' | 'FOR KEY SHARE' = 'FOR UPDATE',
): Promise<LockedFilterSet> {
  const globalId = encodeGlobalId('FilterSet', id);
  const [set] = await transaction.$queryRaw<LockedFilterSet[]>(sql`
    SELECT key, id, workspace_key AS "workspaceKey", name, is_locked AS "isLocked", version,
      deleted_at AS "deletedAt"
    FROM filter_set, (SELECT ${heldOff(workspaceKey)}) AS held
    WHERE key = ${key}::int ${verbatim(lock)} OF filter_set`);
  await requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', globalId);
  if (set === undefined) throw new NotFoundError(globalId);
  return set;
}

/** @throws InvalidInputError for a deleted filter set: it can be read by its id, and takes no edits. */
export function requireNotDeleted({ deletedAt }: LockedFilterSet): void {
  if (deletedAt === null) return;
  const message = 'This filter set is deleted and takes no edits. Duplicate it to go on with its filters.';
  throw new InvalidInputError([{ path: ['input', 'filterSetId'], message }]);
}

/** @throws FilterSetLockedError */
export function requireUnlocked({ key, isLocked }: LockedFilterSet): void {
  if (isLocked) throw new FilterSetLockedError(key);
}
