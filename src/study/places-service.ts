import { changesBetween } from '../audit/rules.ts';
import { recordAudits } from '../audit/service.ts';
import type { Study, StudyStatus } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { requireLiveGroupsOf } from './groups-service.ts';
import { isPending } from './open.ts';

/** How many places of a study are taken: exact as long as its row is locked. */
export async function countTaken(transaction: Transaction, studyKey: number): Promise<number> {
  const [row] = await transaction.$queryRaw<{ taken: number }[]>(sql`
    SELECT study.approved_count + (SELECT count(*)::int FROM submission
      WHERE submission.study_key = study.key AND ${isPending}) AS taken
    FROM study WHERE key = ${studyKey}::int`);
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

interface FilledStudy {
  readonly id: string;
  readonly workspaceKey: number;
  readonly name: string;
}

/**
 * Counts so many more submissions of each study, whose row is locked, as approved, and completes the active ones of
 * which approved submissions fill all places: a few statements, however many studies. `actorId` is who did it, or null
 * for a participant.
 */
export async function countApproved(
  transaction: Transaction,
  actorId: string | null,
  approvals: ReadonlyMap<number, number>,
): Promise<void> {
  const filled = sql`(study.status = 'ACTIVE' AND study.approved_count + more.approved >= study.total_available_places)`;
  const completed = await transaction.$queryRaw<FilledStudy[]>(sql`
    WITH counted AS (
      UPDATE study SET approved_count = approved_count + more.approved, is_filled = study.is_filled OR ${filled},
        status = CASE WHEN ${filled} THEN 'COMPLETED' ELSE study.status END
      FROM unnest(${[...approvals.keys()]}::int[], ${[...approvals.values()]}::int[]) AS more(key, approved)
      WHERE study.key = more.key AND (more.approved > 0 OR ${filled})
      RETURNING study.id, workspace_key AS "workspaceKey", name, is_filled)
    SELECT id, "workspaceKey", name FROM counted WHERE is_filled ORDER BY id`);
  const changes = changesBetween({ status: 'ACTIVE' }, { status: 'COMPLETED' });
  for (const workspaceKey of new Set(completed.map((study) => study.workspaceKey))) {
    const own = completed.filter((study) => study.workspaceKey === workspaceKey);
    const about = own.map(({ id, name }) => ({ subject: { type: 'Study', id, name }, changes }));
    await recordAudits(transaction, { workspaceKey, action: 'STUDY_COMPLETED', actorId }, about);
  }
}

/** Completes an active study whose places are filled by submissions that were approved before. */
export function completeIfFilled(
  transaction: Transaction,
  actorId: string | null,
  studyKey: number,
): Promise<void> {
  return countApproved(transaction, actorId, new Map([[studyKey, 0]]));
}
