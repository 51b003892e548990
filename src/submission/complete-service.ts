import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { type MatchedCode, matchCode } from '../completion-code/match-service.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import type { Writing } from '../participant-group/access.ts';
import { effectiveStatus } from '../study/open.ts';
import { countApproved } from '../study/places-service.ts';
import {
  type FoundSubmission,
  findSubmissions,
  type HeldStudy,
  holdStudies,
  type LockedSubmission,
  lockSubmissions,
  withIds,
  writeSubmissions,
} from './access.ts';
import { editGroups, holdGroups } from './actions-service.ts';
import { InvalidSubmissionStateError } from './errors.ts';
import { type HandedIn, outcomeOf } from './rules.ts';

/** One code that is handed in for one submission. */
export interface HandIn {
  readonly found: FoundSubmission;
  readonly code: string;
  /** Which of the study's codes it is; null for none. */
  readonly matched: MatchedCode | null;
  /** Who hands it in; null for the participant. */
  readonly actorId: string | null;
}

/**
 * Hands a code in. The actions of the study's own code run in the same transaction: all of it or none.
 * @throws NotFoundError, ForbiddenError, InvalidSubmissionStateError, BusyError
 */
export async function completeSubmission(
  writing: Writing,
  viewer: Viewer,
  call: Call,
  { submissionId, code }: { readonly submissionId: string; readonly code: string },
): Promise<{ submissionKey: number }> {
  const { database } = writing;
  const globalId = encodeGlobalId('Submission', submissionId);
  const [found] = await findSubmissions(database.reader, withIds([submissionId]));
  if (found === undefined) throw new NotFoundError(globalId);
  requireRoleAtStart(viewer, found.workspaceKey, 'COLLABORATOR', globalId);
  const matched = await matchCode(database.reader, found.studyKey, code);
  const handIn = { found, code, matched, actorId: viewer.userId };
  return inTurn(writing, handIn, (transaction) => {
    const authorize = () => requireRoleNow(transaction, viewer, found.workspaceKey, 'COLLABORATOR', globalId);
    return once(transaction, viewer, call, authorize, () => handInCode(transaction, handIn, authorize));
  });
}

/** Waits for the submission's study and for the code's groups, and records a late code though `work` is undone. */
export async function inTurn<Result>(
  { database, queue }: Writing,
  handIn: HandIn,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const groupIds = (handIn.matched?.actions ?? []).flatMap(({ groupId }) => groupId ?? []);
  const keys = [handIn.found.studyId, ...groupIds.toSorted()];
  try {
    return await queue.runAll(keys, () => inTransaction(database, work));
  } catch (error) {
    if (error instanceof InvalidSubmissionStateError && error.current === 'TIMED_OUT')
      await inTransaction(database, (transaction) => recordLateCode(transaction, handIn));
    throw error;
  }
}

/** @throws InvalidSubmissionStateError, and what `authorize` throws once all is locked that it looks at */
export async function handInCode(
  transaction: Transaction,
  handIn: HandIn,
  authorize: () => Promise<unknown>,
): Promise<{ submissionKey: number }> {
  const { found, code, matched, actorId } = handIn;
  const [study] = await holdStudies(transaction, [found.workspaceKey], [found.studyKey]);
  await authorize();
  const [submission] = await lockSubmissions(transaction, [found.key]);
  if (study === undefined || submission === undefined) throw new Error(`Submission ${found.key} is gone`);
  const entered = { code, codeKey: matched?.key ?? null };
  const outcome = outcomeOf(submission, entered, actorId === null ? 'participant' : 'collaborator');
  if (outcome === 'refused') throw refusalOf(submission);
  if (outcome === 'counts') await complete(transaction, study, submission, handIn);
  return { submissionKey: found.key };
}

function refusalOf({ status, completedAt }: Pick<HandedIn, 'status' | 'completedAt'>) {
  const late = 'The time ran out before a code was handed in.';
  const early = 'It ended before a code was handed in, and takes none any more.';
  const other = 'A code was handed in already, and no other can take its place.';
  const refusal = status === 'TIMED_OUT' ? late : completedAt === null ? early : other;
  return new InvalidSubmissionStateError(refusal, status);
}

/** What is kept of a code: of somebody who is erased, nothing that they may have written of themselves. */
function keptCode({ code, matched }: HandIn, isErased: boolean): string {
  return isErased && matched === null ? '(erased)' : code;
}

async function complete(
  transaction: Transaction,
  study: HeldStudy,
  submission: LockedSubmission,
  handIn: HandIn,
): Promise<void> {
  const { matched, actorId } = handIn;
  const actions = matched?.actions ?? [];
  const groups = await holdGroups(transaction, actions, study.workspaceKey);
  const isApproved = actions.some(({ kind }) => kind === 'AUTOMATICALLY_APPROVE');
  const returnReason = actions.find(({ kind }) => kind === 'REQUEST_RETURN')?.returnReason ?? null;
  // The time is looked at again now that the groups are held: once it has run out they may be deleted.
  const inTime = await writeSubmissions(
    transaction,
    sql`UPDATE submission
    SET status = ${isApproved ? 'APPROVED' : 'AWAITING_REVIEW'}::submission_status,
      entered_code = ${keptCode(handIn, submission.isErased)},
      code_key = ${matched?.key ?? null}::int, return_requested = ${returnReason},
      completed_at = coalesce(completed_at, date_trunc('milliseconds', clock_timestamp()))
    WHERE key = ${submission.key}::int AND ${effectiveStatus} <> 'TIMED_OUT'`,
  );
  if (inTime.length === 0) throw refusalOf({ ...submission, status: 'TIMED_OUT' });
  // Whoever is erased is never added again.
  if (!submission.isErased) await editGroups(transaction, { actions, groups, submission, actorId });
  if (isApproved) await countApproved(transaction, actorId, new Map([[study.key, 1]]));
}

/** Keeps the first code that came too late. It does nothing. */
async function recordLateCode(transaction: Transaction, handIn: HandIn): Promise<void> {
  const { found, matched } = handIn;
  await holdStudies(transaction, [found.workspaceKey], [found.studyKey]);
  const [submission] = await lockSubmissions(transaction, [found.key]);
  await writeSubmissions(
    transaction,
    sql`UPDATE submission
    SET status = 'TIMED_OUT', entered_code = ${keptCode(handIn, submission?.isErased ?? false)}, code_key = ${matched?.key ?? null}::int
    WHERE key = ${found.key}::int AND entered_code IS NULL AND status IN ('ACTIVE', 'TIMED_OUT')
      AND expires_at <= clock_timestamp()`,
  );
}
