import type { CompletionActionKind, CompletionCodeType } from '../database/prisma/client.ts';
import type { InputCheck } from '../input.ts';
import {
  asksForReturn,
  clashesIn,
  editsGroup,
  type GivenAction,
  type GivenCode,
  longestCode,
  longestReturnReason,
  mostActions,
  mostCodes,
} from './rules.ts';

type Path = readonly (string | number)[];

/** The input as GraphQL hands it over. */
export interface CompletionCodeInputShape {
  readonly code: string;
  readonly codeType: CompletionCodeType;
  readonly actions: readonly CompletionActionInputShape[];
}

export interface CompletionActionInputShape {
  readonly kind: CompletionActionKind;
  readonly participantGroupId?: string | null | undefined;
  readonly returnReason?: string | null | undefined;
}

/** Reads the codes of an input: everything that is wrong is told with its path. */
export function readCodes(
  check: InputCheck,
  path: Path,
  codes: readonly CompletionCodeInputShape[],
): GivenCode[] {
  if (codes.length > mostCodes)
    check.fail(path, `At most ${mostCodes} codes are allowed; this has ${codes.length}.`);
  const given = codes.map((code, index) => readCode(check, [...path, index], code));
  refuseDoubles(check, path, given);
  return given;
}

function readCode(check: InputCheck, path: Path, input: CompletionCodeInputShape): GivenCode {
  const code = check.name([...path, 'code'], input.code, longestCode);
  return { code, codeType: input.codeType, actions: readActions(check, [...path, 'actions'], input.actions) };
}

function refuseDoubles(check: InputCheck, path: Path, codes: readonly GivenCode[]): void {
  const seen = new Set<string>();
  for (const [index, { code }] of codes.entries()) {
    if (code !== '' && seen.has(code))
      check.fail([...path, index, 'code'], 'This code is used above; each must be unique in its study.');
    seen.add(code);
  }
}

function readActions(
  check: InputCheck,
  path: Path,
  actions: readonly CompletionActionInputShape[],
): GivenAction[] {
  if (actions.length > mostActions)
    check.fail(path, `At most ${mostActions} actions are allowed; this has ${actions.length}.`);
  const given = actions.map((action, index) => readAction(check, [...path, index], action));
  // Each is compared with all before it: of far too many, that they are too many says enough.
  if (actions.length > mostActions) return given;
  for (const { index, member, message } of clashesIn(given)) check.fail([...path, index, member], message);
  return given;
}

function readAction(check: InputCheck, path: Path, action: CompletionActionInputShape): GivenAction {
  return {
    kind: action.kind,
    groupId: readGroupId(check, [...path, 'participantGroupId'], action),
    returnReason: readReason(check, [...path, 'returnReason'], action),
  };
}

function readGroupId(
  check: InputCheck,
  path: Path,
  { kind, participantGroupId }: CompletionActionInputShape,
): string | null {
  const needsGroup = editsGroup(kind);
  if (participantGroupId == null) {
    if (needsGroup) check.fail(path, `${kind} needs a group.`);
    return null;
  }
  if (!needsGroup) check.fail(path, `${kind} takes no group.`);
  return check.id(path, participantGroupId, 'ParticipantGroup');
}

function readReason(
  check: InputCheck,
  path: Path,
  { kind, returnReason }: CompletionActionInputShape,
): string | null {
  const needsReason = asksForReturn(kind);
  if (returnReason == null) {
    if (needsReason) check.fail(path, `${kind} needs a reason.`);
    return null;
  }
  if (!needsReason) check.fail(path, `${kind} takes no reason.`);
  if (returnReason.trim() === '') check.fail(path, 'This must not be empty.');
  return check.text(path, returnReason, longestReturnReason);
}
