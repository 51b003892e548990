import { randomBytes } from 'node:crypto';

/** The ID that a person has once they are erased: random, and by its `~` none that a format accepts. */
export function newErasedId(): string {
  return `erased~${randomBytes(12).toString('hex')}`;
}

/**
 * A pattern, as PostgreSQL reads them, for a participant ID as a whole word: no ASCII letter, digit or underscore on
 * either side. Other scripts write without spaces, so their letters are no part of a word that is an ID.
 */
export function wholeWord(participantId: string): string {
  const literal = participantId.replace(/[^A-Za-z0-9_]/g, '\\$&');
  return `(?<![A-Za-z0-9_])${literal}(?![A-Za-z0-9_])`;
}
