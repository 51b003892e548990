import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat, Study } from '../database/prisma/client.ts';
import type { Reader } from '../database/reader.ts';
import { sql, verbatim } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { holdOffErasures } from '../erasure/lock.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';

/** A study as the first look sees it, before any lock. */
export interface FoundStudy {
  readonly key: number;
  readonly workspaceKey: number;
  readonly format: ParticipantIdFormat;
}

/** A study whose row this transaction has locked. */
export type LockedStudy = Omit<
  Study,
  'createdAt' | 'updatedAt' | 'publishedAt' | 'approvedCount' | 'submissionVersion'
>;

/** The first look at a study that is to be edited, or null. */
export async function findStudy(reader: Reader, studyId: string): Promise<FoundStudy | null> {
  const [found] = await reader.rows<FoundStudy>(sql`
    SELECT study.key, workspace_key AS "workspaceKey", workspace.participant_id_format AS format
    FROM study JOIN workspace ON workspace.key = study.workspace_key WHERE study.id = ${studyId}::uuid`);
  return found ?? null;
}

/**
 * Locks a study's row and looks again whether the viewer may. `FOR UPDATE` is for deleting, `FOR SHARE` for copying.
 * @throws NotFoundError, ForbiddenError
 */
export async function lockStudy(
  transaction: Transaction,
  viewer: Viewer,
  studyId: string,
  lock: 'FOR NO KEY UPDATE' | 'FOR UPDATE' | 'FOR SHARE' = 'FOR NO KEY UPDATE',
): Promise<LockedStudy> {
  const globalId = encodeGlobalId('Study', studyId);
  const [study] = await transaction.$queryRaw<LockedStudy[]>(sql`
    SELECT key, id, workspace_key AS "workspaceKey", project_key AS "projectKey", name,
      internal_name AS "internalName", description, status::text AS status, revision,
      total_available_places AS "totalAvailablePlaces", maximum_minutes AS "maximumMinutes",
      filter_tree_key AS "filterTreeKey", filter_set_key AS "filterSetKey", is_filled AS "isFilled"
    FROM study WHERE id = ${studyId}::uuid ${verbatim(lock)}`);
  if (study === undefined) throw new NotFoundError(globalId);
  await requireRoleNow(transaction, viewer, study.workspaceKey, 'COLLABORATOR', globalId);
  return study;
}

/**
 * One edit of one study: a first look, a transaction, the idempotency key, no erasures meanwhile, and then `effect`,
 * which locks. @throws NotFoundError, ForbiddenError, IdempotencyKeyReusedError, BusyError
 */
export async function writeStudy<Result extends object>(
  database: Database,
  viewer: Viewer,
  call: Call,
  studyId: string,
  prepare: (found: FoundStudy) => (transaction: ModelTransaction) => Promise<Result>,
): Promise<Result> {
  const globalId = encodeGlobalId('Study', studyId);
  const found = await findStudy(database.reader, studyId);
  if (found === null) throw new NotFoundError(globalId);
  const { workspaceKey } = found;
  requireRoleAtStart(viewer, workspaceKey, 'COLLABORATOR', globalId);
  const effect = prepare(found);
  return inModelTransaction(database, (transaction) => {
    const authorize = () => requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', globalId);
    return once(transaction, viewer, call, authorize, async () => {
      await holdOffErasures(transaction, workspaceKey);
      return effect(transaction);
    });
  });
}
