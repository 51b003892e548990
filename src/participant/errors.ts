import { DomainError } from '../errors.ts';
import type { InvalidParticipantId } from './rules.ts';

/** Some participant IDs of the list are malformed; nothing was changed. */
export class InvalidParticipantIdsError extends DomainError {
  readonly code = 'INVALID_INPUT';
  readonly invalidCount: number;
  readonly invalid: readonly InvalidParticipantId[];
  constructor(invalidCount: number, invalid: readonly InvalidParticipantId[]) {
    super(
      `${invalidCount} of the participant IDs ${invalidCount === 1 ? 'is' : 'are'} malformed; nothing was changed. First: "${invalid[0]?.participantId}" at index ${invalid[0]?.index}. ${invalid[0]?.message}`,
    );
    this.invalidCount = invalidCount;
    this.invalid = invalid;
  }
}
