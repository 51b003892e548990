import { isDeepStrictEqual } from 'node:util';
import { decodeGlobalId } from '../../src/global-id.ts';

const moment = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/;

/**
 * What an answer says, however it is shaped: global ids become UUIDs, moments are of one spelling, cursors are each
 * one's own, and whatever only wraps one thing is that thing.
 */
export function meaningOf(value: unknown): unknown {
  if (typeof value === 'string') {
    if (moment.test(value)) return new Date(value).toISOString();
    return decodeGlobalId(value)?.key ?? value;
  }
  if (Array.isArray(value)) return value.map(meaningOf);
  if (!(value instanceof Object)) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'endCursor');
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) return meaningOf(only[1]);
  return Object.fromEntries(fields.map(([name, field]) => [name, meaningOf(field)]));
}

/** Stops the bench where two do not say the same, or say nothing. */
export function requireSame(about: string, answers: ReadonlyMap<string, unknown>): void {
  const [[first, expected] = ['nobody', null], ...rest] = [...answers].map(
    ([name, answer]) => [name, flat(meaningOf(answer))] as const,
  );
  if (expected === null || isDeepStrictEqual(expected, {}) || isDeepStrictEqual(expected, []))
    throw new Error(`${about}: ${first} says nothing`);
  for (const [name, meaning] of rest) {
    if (isDeepStrictEqual(meaning, expected)) continue;
    const [one, other] = [expected, meaning].map((each) => JSON.stringify(each).slice(0, 600));
    throw new Error(`${about}: ${first} and ${name} do not say the same\n${one}\n${other}`);
  }
}

/** A list of one is the one: PostGraphile finds a participant of a workspace as a list. */
function flat(meaning: unknown): unknown {
  return Array.isArray(meaning) && meaning.length === 1 ? meaning[0] : meaning;
}
