import type { CompletionActionKind, CompletionCodeType } from '../database/prisma/client.ts';

/** Limits of a study's codes; texts in code points. */
export const mostCodes = 20;
export const mostActions = 20;
export const longestCode = 64;
export const longestReturnReason = 500;

/** How many of each a list is taken to hold where the cost of a query is counted. */
export const usualCounts = { codes: 5, actions: 4 } as const;

/** What is done when a code is handed in, as it is asked for: checked but for what only the database knows. */
export interface GivenAction {
  readonly kind: CompletionActionKind;
  /** UUID, of the kinds that edit a group. */
  readonly groupId: string | null;
  /** Of REQUEST_RETURN. */
  readonly returnReason: string | null;
}

/** A code as it is asked for. */
export interface GivenCode {
  readonly code: string;
  readonly codeType: CompletionCodeType;
  readonly actions: readonly GivenAction[];
}

/** Whether a kind edits a group, and so names one. */
export function editsGroup(kind: CompletionActionKind): boolean {
  return kind === 'ADD_TO_PARTICIPANT_GROUP' || kind === 'REMOVE_FROM_PARTICIPANT_GROUP';
}

/** Whether a kind asks the participant to return the submission, and so says why. */
export function asksForReturn(kind: CompletionActionKind): boolean {
  return kind === 'REQUEST_RETURN';
}

/** What is wrong with one action beside those before it. */
export interface Clash {
  readonly index: number;
  readonly member: 'kind' | 'participantGroupId';
  readonly message: string;
}

/** The actions of one code that do not go with one before them, the later of the two each time. */
export function clashesIn(actions: readonly GivenAction[]): Clash[] {
  return actions.flatMap((action, index) => {
    const clash = clashWith(action, actions.slice(0, index));
    return clash === null ? [] : [{ index, ...clash }];
  });
}

function clashWith(action: GivenAction, before: readonly GivenAction[]): Omit<Clash, 'index'> | null {
  if (editsGroup(action.kind)) return clashOverGroup(action, before);
  const kinds = before.map(({ kind }) => kind);
  if (kinds.includes(action.kind)) return { member: 'kind', message: 'This action is named twice.' };
  const opposite = opposites[action.kind];
  if (opposite === undefined || !kinds.includes(opposite)) return null;
  return { member: 'kind', message: `One code cannot do this and ${opposite}.` };
}

const opposites: Readonly<Partial<Record<CompletionActionKind, CompletionActionKind>>> = {
  AUTOMATICALLY_APPROVE: 'MANUALLY_REVIEW',
  MANUALLY_REVIEW: 'AUTOMATICALLY_APPROVE',
};

/** An id that could not be read, which is '', is told elsewhere. */
function clashOverGroup({ kind, groupId }: GivenAction, before: readonly GivenAction[]) {
  const rival = groupId ? before.find((each) => each.groupId === groupId) : undefined;
  if (rival === undefined) return null;
  const message =
    rival.kind === kind
      ? 'This group is named twice for the same action.'
      : 'One code cannot both add to this group and remove from it.';
  return { member: 'participantGroupId' as const, message };
}

/** Whether two studies' codes are the same; the order of codes and of their actions counts. */
export function areSameCodes(one: readonly GivenCode[], other: readonly GivenCode[]): boolean {
  return JSON.stringify(one.map(plain)) === JSON.stringify(other.map(plain));
}

function plain({ code, codeType, actions }: GivenCode): readonly unknown[] {
  return [code, codeType, actions.map(({ kind, groupId, returnReason }) => [kind, groupId, returnReason])];
}

/** The ids of the groups that codes name, each once. */
export function groupIdsOf(codes: readonly GivenCode[]): string[] {
  const ids = codes.flatMap(({ actions }) =>
    actions.flatMap(({ groupId }) => (groupId === null ? [] : [groupId])),
  );
  return [...new Set(ids)];
}
