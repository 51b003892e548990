import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import type { Database } from '../database/client.ts';
import type { AuditAction } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Call } from '../idempotency/service.ts';
import { type LockedStudy, lockStudy, writeStudy } from './access.ts';
import { InvalidStudyStateError } from './errors.ts';
import { requireLiveGroupsOf } from './groups-service.ts';
import { completeIfFilled } from './places-service.ts';
import { moves, type StudyMove } from './rules.ts';
import { recordStudyAudit } from './trail.ts';

const actions: Readonly<Record<StudyMove, AuditAction>> = {
  publish: 'STUDY_PUBLISHED',
  pause: 'STUDY_PAUSED',
  start: 'STUDY_STARTED',
  stop: 'STUDY_STOPPED',
};

/**
 * Moves a study on; a repeated move is refused as any other that is not allowed. Publishing keeps the filters and the
 * completion codes as they are then: the groups that they name are live, and a filter set's version is pinned.
 * @throws NotFoundError, ForbiddenError, InvalidStudyStateError, GroupDeletedError when publishing, BusyError
 */
export async function moveStudy(
  database: Database,
  viewer: Viewer,
  call: Call,
  move: StudyMove,
  studyId: string,
): Promise<{ studyKey: number }> {
  return writeStudy(database, viewer, call, studyId, ({ key }) => async (transaction) => {
    if (move === 'publish') await holdSetOf(transaction, key);
    const study = await lockStudy(transaction, viewer, studyId);
    if (!moves[move].from.includes(study.status))
      throw new InvalidStudyStateError(`It is not possible to ${move} this study now.`, study);
    if (move === 'publish') {
      // Most often the same set again. Another one comes out of turn: a deadlock is tried again.
      await holdSetOf(transaction, key);
      await requireLiveGroupsOf(transaction, key);
    }
    await writeMove(transaction, viewer, study, move);
    return { studyKey: key };
  });
}

/** Holds the filter set that a study follows, if it follows one, against new versions. */
async function holdSetOf(transaction: Transaction, studyKey: number): Promise<void> {
  await transaction.$queryRaw(sql`SELECT 1 FROM filter_set
    WHERE key = (SELECT filter_set_key FROM study WHERE study.key = ${studyKey}::int) FOR SHARE`);
}

async function writeMove(
  transaction: Transaction,
  viewer: Viewer,
  study: LockedStudy,
  move: StudyMove,
): Promise<void> {
  const { to } = moves[move];
  await transaction.$executeRaw(sql`UPDATE study SET status = ${to}::study_status,
      published_at = coalesce(published_at, date_trunc('milliseconds', clock_timestamp()))
    WHERE key = ${study.key}::int`);
  const changes = changesBetween({ status: study.status }, { status: to });
  await recordStudyAudit(transaction, viewer.userId, study, actions[move], changes);
  // Approvals may have filled it while it was paused.
  if (move === 'start') await completeIfFilled(transaction, viewer.userId, study.key);
}
