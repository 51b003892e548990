import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import { readStoredCodes } from '../completion-code/service.ts';
import { codeChanges } from '../completion-code/trail.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction } from '../database/transaction.ts';
import { holdOffErasures } from '../erasure/lock.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, isRepetition, once } from '../idempotency/service.ts';
import { retireTree } from '../study-filter/copy-service.ts';
import { findStudy, type LockedStudy, lockStudy } from './access.ts';
import { InvalidStudyStateError, StudyInUseError } from './errors.ts';
import { treesNaming } from './open.ts';
import { filterChanges, noFilters, ownFieldsOf, recordStudyAudit, tellFilters } from './trail.ts';

/** A study that is gone, and the workspace that it was of. */
export interface DeletedStudy {
  readonly studyId: string;
  readonly workspaceKey: number;
}

/**
 * Deletes an unpublished study for good, with its own filters and its completion codes. Repeated under its key it
 * answers as the first time, though there is nothing left to be found.
 * @throws NotFoundError, ForbiddenError, InvalidStudyStateError, StudyInUseError, IdempotencyKeyReusedError, BusyError
 */
export async function deleteStudy(
  database: Database,
  viewer: Viewer,
  call: Call,
  studyId: string,
): Promise<DeletedStudy> {
  const globalId = encodeGlobalId('Study', studyId);
  const found = await findStudy(database.reader, studyId);
  const study = found !== null && viewer.roles.has(found.workspaceKey) ? found : null;
  if (study !== null) requireRoleAtStart(viewer, study.workspaceKey, 'COLLABORATOR', globalId);
  else if (!(await isRepetition(database.reader, viewer, call))) throw new NotFoundError(globalId);
  return inModelTransaction(database, (transaction) => {
    const authorize = async ({ workspaceKey }: DeletedStudy) => {
      requireRoleAtStart(viewer, workspaceKey, 'COLLABORATOR', globalId);
      await requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', globalId);
    };
    return once(transaction, viewer, call, authorize, async () => {
      if (study === null) throw new NotFoundError(globalId);
      await holdOffErasures(transaction, study.workspaceKey);
      await removeStudy(transaction, viewer, await lockStudy(transaction, viewer, studyId, 'FOR UPDATE'));
      return { studyId, workspaceKey: study.workspaceKey };
    });
  });
}

async function removeStudy(transaction: ModelTransaction, viewer: Viewer, study: LockedStudy): Promise<void> {
  const { key, status, filterSetKey, filterTreeKey } = study;
  if (status !== 'UNPUBLISHED')
    throw new InvalidStudyStateError('Only an UNPUBLISHED study can be deleted.', study);
  const named = await transaction.$queryRaw<object[]>(sql`${treesNaming(key)} LIMIT 1`);
  if (named.length > 0) throw new StudyInUseError(key);
  const told = await tellFilters(transaction, study);
  await recordStudyAudit(transaction, viewer.userId, study, 'STUDY_DELETED', [
    ...changesBetween({ ...ownFieldsOf(study) }, {}),
    ...filterChanges(told, noFilters),
    ...codeChanges(await readStoredCodes(transaction, key), []),
  ]);
  // Its own filters may name it: they let go of it first.
  await transaction.filterNodeStudy.deleteMany({ where: { studyKey: key } });
  await transaction.study.delete({ where: { key } });
  if (filterSetKey === null) await retireTree(transaction, filterTreeKey);
}
