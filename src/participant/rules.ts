import type { ParticipantIdFormat } from '../database/prisma/client.ts';

/** A malformed participant ID of a list. */
export interface InvalidParticipantId {
  readonly index: number;
  readonly participantId: string;
  readonly message: string;
}

/** What a list of participant IDs holds: each valid ID once, the number of malformed ones, and the first 100 of them. */
export interface ParticipantIdList {
  readonly valid: readonly string[];
  readonly invalidCount: number;
  readonly invalid: readonly InvalidParticipantId[];
}

/** Most IDs in a mutation's list, and in a read's. */
export const mostIdsToWrite = 10_000;
export const mostIdsToRead = 1_000;

const reported = 100;
const longestEcho = 100;

const formats: Record<ParticipantIdFormat, { shape: RegExp; expected: string }> = {
  PROLIFIC: { shape: /^[0-9a-f]{24}$/, expected: '24 lower-case hexadecimal digits' },
  OPAQUE: { shape: /^[A-Za-z0-9._:-]{1,64}$/, expected: '1 to 64 characters out of A–Z a–z 0–9 . _ : -' },
};

const globalIdText = /^[A-Z][A-Za-z]+:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** What is wrong with a participant ID (trimmed) in this format, or null. */
export function participantIdProblem(participantId: string, format: ParticipantIdFormat): string | null {
  if (participantId === '') return 'A participant ID must not be empty.';
  if (isGlobalId(participantId)) {
    return 'This is a global id of this API. A participant ID is the one of the recruiting platform.';
  }
  const { shape, expected } = formats[format];
  return shape.test(participantId) ? null : `Expected ${expected}.`;
}

function isGlobalId(text: string): boolean {
  return text.length <= 120 && globalIdText.test(Buffer.from(text, 'base64').toString('latin1'));
}

/** Reads a list: white space around IDs is trimmed, an ID that is named twice counts once. */
export function readParticipantIds(list: readonly string[], format: ParticipantIdFormat): ParticipantIdList {
  const valid = new Set<string>();
  const invalid: InvalidParticipantId[] = [];
  let invalidCount = 0;
  for (const [index, given] of list.entries()) {
    const participantId = given.trim();
    const problem = participantIdProblem(participantId, format);
    if (problem === null) valid.add(participantId);
    else if (invalidCount++ < reported) invalid.push({ index, participantId: echo(given), message: problem });
  }
  return { valid: [...valid], invalidCount, invalid };
}

/** What can be told back, and be stored with an idempotency key: PostgreSQL's JSON takes no NUL and no half of a pair. */
function echo(given: string): string {
  const text = given.length <= longestEcho ? given : `${given.slice(0, longestEcho)}…`;
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
