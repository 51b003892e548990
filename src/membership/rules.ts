import { VersionConflictError } from '../errors.ts';
import type { InputCheck } from '../input.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { type InvalidParticipantId, mostIdsToWrite, type ParticipantIdList } from '../participant/rules.ts';

/** What to do with malformed IDs: refuse the call, or apply the rest and report them. */
export type IfInvalid = 'REJECT' | 'SKIP';

/** What an edit did, in numbers; `version` is the change's, or null where nothing changed. */
export interface EditResult {
  readonly groupKey: number;
  readonly version: number | null;
  readonly addedCount: number;
  readonly removedCount: number;
  /** Those of the list, or of the earlier version, that were members already. */
  readonly keptCount: number;
  /** Those of the list that were not members. */
  readonly absentCount: number;
  readonly skippedCount: number;
  /** The first 100 of the malformed IDs that were skipped. */
  readonly skipped: readonly InvalidParticipantId[];
}

/** Looks at the length of a mutation's list. */
export function checkListLength(check: InputCheck, path: readonly string[], list: readonly string[]): void {
  if (list.length > mostIdsToWrite) {
    check.fail(path, `At most ${mostIdsToWrite} participant IDs are allowed; this has ${list.length}.`);
  }
}

/** The IDs to go on with, and what is skipped. @throws InvalidParticipantIdsError */
export function acceptIds(
  list: ParticipantIdList,
  ifInvalid: IfInvalid,
): { ids: readonly string[]; skippedCount: number; skipped: InvalidParticipantId[] } {
  if (list.invalidCount > 0 && ifInvalid === 'REJECT') {
    throw new InvalidParticipantIdsError(list.invalidCount, list.invalid);
  }
  return { ids: list.valid, skippedCount: list.invalidCount, skipped: [...list.invalid] };
}

/**
 * The same for a replacement: one in which no valid ID is left is refused, since emptying a group takes an explicit
 * empty list. @throws InvalidParticipantIdsError
 */
export function acceptReplacementIds(list: ParticipantIdList, ifInvalid: IfInvalid) {
  return acceptIds(list, list.valid.length === 0 ? 'REJECT' : ifInvalid);
}

/** @throws VersionConflictError when another version is current than the caller expected. */
export function requireVersion(expected: number | null, current: number): void {
  if (expected !== null && expected !== current) throw new VersionConflictError('version', expected, current);
}
