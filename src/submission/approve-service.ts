import { requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { DomainError, NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import type { Writing } from '../participant-group/access.ts';
import { type FoundSubmission, findSubmissions, holdStudies, lockSubmissions, withIds } from './access.ts';
import { InvalidSubmissionsError, type SubmissionIssue } from './errors.ts';
import { requireMovable, requireMove, writeMoves } from './move-service.ts';

/** Submissions that were approved together, in the order that was asked for. */
export interface Approved {
  readonly submissionKeys: readonly number[];
}

/**
 * Approves submissions together, of one study or of several: all of them or none. One that is named twice counts once.
 * @throws InvalidSubmissionsError with everything that is wrong with each, BusyError
 */
export async function approveSubmissions(
  { database, queue }: Writing,
  viewer: Viewer,
  call: Call,
  submissionIds: readonly string[],
): Promise<Approved> {
  const places: Places = new Map([...submissionIds.entries()].reverse().map(([index, id]) => [id, index]));
  const rows = await findSubmissions(database.reader, withIds([...places.keys()]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const look = (id: string, globalId: string) => {
    const submission = byId.get(id);
    requireMovable(viewer, submission, globalId);
    return submission;
  };
  const { results: found, issues } = lookAtEach(places, look);
  // What else is wrong is told as well, as of now: there is nothing to be locked for.
  if (issues.length > 0) requireEach(places, (id, globalId) => requireMove(look(id, globalId), 'approve'));
  const studyIds = new Set(found.map(({ studyId }) => studyId));
  return queue.runAll([...studyIds].sort(), () =>
    inTransaction(database, (transaction) => {
      const authorize = () => requireRoles(transaction, viewer, places, found);
      return once(transaction, viewer, call, authorize, () =>
        approve(transaction, viewer, places, found, authorize),
      );
    }),
  );
}

/** The submissions that are asked for, by UUID, and where in the list each is named first. */
type Places = ReadonlyMap<string, number>;

async function approve(
  transaction: Transaction,
  viewer: Viewer,
  places: Places,
  found: readonly FoundSubmission[],
  authorize: () => Promise<void>,
): Promise<Approved> {
  const workspaceKeys = new Set(found.map(({ workspaceKey }) => workspaceKey));
  const studyKeys = new Set(found.map(({ studyKey }) => studyKey));
  await holdStudies(transaction, [...workspaceKeys], [...studyKeys]);
  await authorize();
  const submissionKeys = found.map(({ key }) => key);
  const locked = await lockSubmissions(transaction, submissionKeys);
  const byId = new Map(locked.map((row) => [row.id, row]));
  requireEach(places, (id) => {
    const submission = byId.get(id);
    if (submission === undefined) throw new Error(`Submission ${id} is gone`);
    requireMove(submission, 'approve');
  });
  await writeMoves(transaction, viewer.userId, locked, 'approve', null);
  return { submissionKeys };
}

/** The role that is committed now, in every workspace of the submissions. @throws InvalidSubmissionsError */
async function requireRoles(
  transaction: Transaction,
  viewer: Viewer,
  places: Places,
  found: readonly FoundSubmission[],
): Promise<void> {
  const refusals = new Map<number, DomainError>();
  for (const workspaceKey of new Set(found.map((each) => each.workspaceKey)))
    await requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', null).catch((error) => {
      if (!(error instanceof DomainError)) throw error;
      refusals.set(workspaceKey, error);
    });
  const workspaces = new Map(found.map(({ id, workspaceKey }) => [id, workspaceKey]));
  requireEach(places, (id, globalId) => {
    const refusal = refusals.get(workspaces.get(id) ?? 0);
    if (refusal !== undefined) throw refusal instanceof NotFoundError ? new NotFoundError(globalId) : refusal;
  });
}

type Look<Result> = (id: string, globalId: string) => Result;

/** Looks at each, and refuses everything that is wrong together. @throws InvalidSubmissionsError */
function requireEach(places: Places, look: Look<void>): void {
  const { issues } = lookAtEach(places, look);
  if (issues.length > 0) throw new InvalidSubmissionsError(issues, places.size);
}

/** Looks at each, in the order of the list. */
function lookAtEach<Result>(places: Places, look: Look<Result>) {
  const results: Result[] = [];
  const issues: SubmissionIssue[] = [];
  for (const [id, index] of [...places].sort(([, a], [, b]) => a - b)) {
    const submissionId = encodeGlobalId('Submission', id);
    try {
      results.push(look(id, submissionId));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      issues.push({ index, submissionId, error });
    }
  }
  return { results, issues };
}
