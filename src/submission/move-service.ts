import { requireRole } from '../access/rules.ts';
import { requireRoleNow, requireWriting } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import type { Writing } from '../participant-group/access.ts';
import { requireLiveGroupsOf } from '../study/groups-service.ts';
import { countApproved, countTaken } from '../study/places-service.ts';
import {
  findSubmissions,
  type HeldStudy,
  holdStudies,
  type LockedSubmission,
  lockSubmissions,
  type SeenSubmission,
  withIds,
  writeSubmissions,
} from './access.ts';
import { InvalidSubmissionStateError, StudyFullError } from './errors.ts';
import { moves, type SubmissionMove } from './rules.ts';

/** One move of one submission. */
export interface MoveOfOne {
  readonly submissionId: string;
  readonly move: SubmissionMove;
  /** Why it is rejected; null for every other move. */
  readonly message: string | null;
}

/**
 * Moves a submission on. Unrejecting it takes a place, and needs the groups that the study uses to be live.
 * @throws NotFoundError, ForbiddenError, InvalidSubmissionStateError, BusyError; when unrejecting StudyFullError and
 * GroupDeletedError
 */
export async function moveSubmission(
  { database, queue }: Writing,
  viewer: Viewer,
  call: Call,
  { submissionId, move, message }: MoveOfOne,
): Promise<{ submissionKey: number }> {
  const globalId = encodeGlobalId('Submission', submissionId);
  const [found] = await findSubmissions(database.reader, withIds([submissionId]));
  requireMovable(viewer, found, globalId);
  const { key, studyKey, studyId, workspaceKey } = found;
  return queue.run(studyId, () =>
    inTransaction(database, (transaction) => {
      const authorize = () => requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', globalId);
      return once(transaction, viewer, call, authorize, async () => {
        const [study] = await holdStudies(transaction, [workspaceKey], [studyKey]);
        await authorize();
        const [submission] = await lockSubmissions(transaction, [key]);
        if (study === undefined || submission === undefined) throw new Error(`Submission ${key} is gone`);
        requireMove(submission, move);
        if (move === 'unreject') await requirePlaceAgain(transaction, study);
        await writeMoves(transaction, viewer.userId, [submission], move, message);
        return { submissionKey: key };
      });
    }),
  );
}

/** The first look at whether the viewer may. @throws NotFoundError, ForbiddenError */
export function requireMovable(
  viewer: Viewer,
  found: SeenSubmission | undefined,
  globalId: string,
): asserts found is SeenSubmission {
  if (found === undefined) throw new NotFoundError(globalId);
  requireRole(viewer.roles.get(found.workspaceKey), 'COLLABORATOR', globalId);
  requireWriting(viewer);
}

/** @throws InvalidSubmissionStateError */
export function requireMove({ status }: Pick<LockedSubmission, 'status'>, move: SubmissionMove): void {
  if (moves[move].from.includes(status)) return;
  const { from, done } = moves[move];
  const refusal = `Only a submission that is ${from.join(' or ')} can be ${done}.`;
  throw new InvalidSubmissionStateError(refusal, status);
}

/** @throws StudyFullError, GroupDeletedError */
async function requirePlaceAgain(transaction: Transaction, study: HeldStudy): Promise<void> {
  if ((await countTaken(transaction, study.key)) >= study.totalAvailablePlaces)
    throw new StudyFullError(study.key, study.totalAvailablePlaces);
  await requireLiveGroupsOf(transaction, study.key);
}

/**
 * Writes a move of submissions that are locked, as their studies are. A message stays only as long as they are
 * rejected; approvals are counted, and complete the studies that they fill.
 */
export async function writeMoves(
  transaction: Transaction,
  actorId: string | null,
  submissions: readonly Pick<LockedSubmission, 'key' | 'studyKey'>[],
  move: SubmissionMove,
  message: string | null,
): Promise<void> {
  const keys = submissions.map(({ key }) => key);
  await writeSubmissions(
    transaction,
    sql`UPDATE submission SET status = ${moves[move].to}::submission_status, rejection_message = ${message}
    WHERE key = ANY(${keys}::int[])`,
  );
  if (move !== 'approve') return;
  const approvals = new Map<number, number>();
  for (const { studyKey } of submissions) approvals.set(studyKey, (approvals.get(studyKey) ?? 0) + 1);
  await countApproved(transaction, actorId, approvals);
}
