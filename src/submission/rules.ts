import type { SubmissionStatus } from '../database/prisma/client.ts';

/** Most submissions that can be approved at once. */
export const mostAtOnce = 1_000;
/** How many changes of groups a code is taken to make where the cost of a query is counted. */
export const usualChanges = 5;
/** Longest rejection message, in code points. */
export const longestMessage = 500;

/** What is done to a submission by hand, once a code was handed in. */
export type SubmissionMove = 'approve' | 'reject' | 'unreject' | 'return';

interface Move {
  readonly from: readonly SubmissionStatus[];
  readonly to: SubmissionStatus;
  /** As messages say that it was made. */
  readonly done: string;
}

/** The moves. A repeated one is none. */
export const moves: Readonly<Record<SubmissionMove, Move>> = {
  approve: { from: ['AWAITING_REVIEW'], to: 'APPROVED', done: 'approved' },
  reject: { from: ['AWAITING_REVIEW'], to: 'REJECTED', done: 'rejected' },
  unreject: { from: ['REJECTED'], to: 'AWAITING_REVIEW', done: 'unrejected' },
  return: { from: ['ACTIVE', 'AWAITING_REVIEW'], to: 'RETURNED', done: 'returned' },
};

/** Where a submission can go from a status, each status once; running out of time is nobody's move. */
export function allowedFrom(status: SubmissionStatus): SubmissionStatus[] {
  const completed: SubmissionStatus[] = status === 'ACTIVE' ? ['AWAITING_REVIEW', 'APPROVED'] : [];
  const moved = Object.values(moves).flatMap(({ from, to }) => (from.includes(status) ? [to] : []));
  return [...completed, ...moved];
}

/** What is kept of a submission's codes; `status` is the effective one. */
export interface HandedIn {
  readonly status: SubmissionStatus;
  readonly completedAt: Date | null;
  readonly enteredCode: string | null;
  readonly codeKey: number | null;
}

/** Who hands a code in: the participant by their link, where the first one is final, or somebody of the workspace. */
export type HandedInBy = 'participant' | 'collaborator';

/**
 * What a code does that is handed in now: it is the first, or a collaborator's after a wrong one, and counts; or it does
 * nothing, as the first one stands; or it is refused.
 */
export function outcomeOf(
  { status, completedAt, enteredCode, codeKey }: HandedIn,
  entered: { readonly code: string; readonly codeKey: number | null },
  by: HandedInBy,
): 'counts' | 'stands' | 'refused' {
  if (status === 'ACTIVE') return 'counts';
  if (completedAt === null) return 'refused';
  if (by === 'participant') return status === 'RETURNED' ? 'refused' : 'stands';
  // By the code that it was and not by its text: a wrong one is kept as far as it can be, an erased ID in it is not.
  if (codeKey !== null) return codeKey === entered.codeKey ? 'stands' : 'refused';
  if (entered.codeKey === null && enteredCode === entered.code) return 'stands';
  return status === 'AWAITING_REVIEW' ? 'counts' : 'refused';
}
