import { matchCode } from '../completion-code/match-service.ts';
import { longestCode } from '../completion-code/rules.ts';
import { sql } from '../database/sql.ts';
import { isUuid } from '../input.ts';
import type { Writing } from '../participant-group/access.ts';
import { findSubmissions } from './access.ts';
import { handInCode, inTurn } from './complete-service.ts';
import { InvalidSubmissionStateError } from './errors.ts';

/**
 * What a participant is told who follows the link: they are done, whatever the code, the first time and every other; it
 * was too late; it was returned before; or there is no such link.
 */
export type LinkOutcome = 'DONE' | 'TIMED_OUT' | 'RETURNED' | 'UNKNOWN';

/**
 * Hands a participant's code in, on no more authority than the submission's key. The first code is final: a later one,
 * the same or another, does nothing. @throws BusyError
 */
export async function completeByLink(writing: Writing, key: string, code: string): Promise<LinkOutcome> {
  if (!isUuid(key)) return 'UNKNOWN';
  const { reader } = writing.database;
  const [found] = await findSubmissions(reader, sql`submission.completion_key = ${key}::uuid`);
  if (found === undefined) return 'UNKNOWN';
  const entered = readableCode(code);
  // What had to be made readable is none of a study's codes.
  const matched = entered === code.trim() ? await matchCode(reader, found.studyKey, entered) : null;
  // What is too long is no study's code, and is kept as far as a code can go.
  const handIn = { found, code: [...entered].slice(0, longestCode).join(''), matched, actorId: null };
  try {
    await inTurn(writing, handIn, (transaction) => handInCode(transaction, handIn, async () => undefined));
    return 'DONE';
  } catch (error) {
    if (!(error instanceof InvalidSubmissionStateError)) throw error;
    return error.current === 'TIMED_OUT' ? 'TIMED_OUT' : 'RETURNED';
  }
}

/** The code as it can be stored: PostgreSQL's texts take no NUL, and no half of a surrogate pair. Empty where nothing is left. */
export function readableCode(code: string): string {
  return code
    .replace(/\p{Cc}/gu, '')
    .toWellFormed()
    .trim();
}
