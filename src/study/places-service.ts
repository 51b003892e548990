import { changesBetween } from '../audit/rules.ts';
import type { Study, StudyStatus } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { requireLiveGroupsOf } from './groups-service.ts';
import { isTaking } from './open.ts';
import { recordStudyAudit } from './trail.ts';

/** How many places of a study are taken: exact as long as its row is locked. */
export async function countTaken(transaction: Transaction, studyKey: number): Promise<number> {
  const [row] = await transaction.$queryRaw<{ taken: number }[]>(sql`
    SELECT count(*)::int AS taken FROM submission WHERE study_key = ${studyKey}::int AND ${isTaking}`);
  return row?.taken ?? 0;
}

/** @throws InvalidInputError for fewer places than submissions have taken. */
export async function requirePlaces(
  transaction: Transaction,
  studyKey: number,
  places: number,
): Promise<void> {
  const taken = await countTaken(transaction, studyKey);
  if (places >= taken) return;
  const message = `Expected at least ${taken}: so many places are taken. Got ${places}.`;
  throw new InvalidInputError([{ path: ['input', 'totalAvailablePlaces'], message }]);
}

/**
 * The status that goes with so many places: a study that was completed by itself is active again when it has more.
 * @throws GroupDeletedError for one of its groups
 */
export async function statusWith(
  transaction: Transaction,
  study: Pick<Study, 'key' | 'status' | 'isFilled' | 'totalAvailablePlaces'>,
  places: number,
): Promise<StudyStatus> {
  if (!study.isFilled || places <= study.totalAvailablePlaces) return study.status;
  await requireLiveGroupsOf(transaction, study.key);
  return 'ACTIVE';
}

type FillingStudy = Pick<Study, 'key' | 'id' | 'workspaceKey' | 'name' | 'status' | 'totalAvailablePlaces'>;

/**
 * Completes an active study, whose row is locked, when approved submissions fill all its places. `actorId` is who did
 * what filled it, or null for a participant.
 */
export async function completeWhenFilled(
  transaction: Transaction,
  actorId: string | null,
  study: FillingStudy,
): Promise<void> {
  if (study.status !== 'ACTIVE') return;
  const approved = await transaction.submission.count({ where: { studyKey: study.key, status: 'APPROVED' } });
  if (approved < study.totalAvailablePlaces) return;
  await transaction.study.update({
    where: { key: study.key },
    data: { status: 'COMPLETED', isFilled: true },
    select: { key: true },
  });
  const changes = changesBetween({ status: study.status }, { status: 'COMPLETED' });
  await recordStudyAudit(transaction, actorId, study, 'STUDY_COMPLETED', changes);
}
