import type { GraphQLError } from 'graphql';
import { limitError } from './limit-error.ts';

export interface JsonLimits {
  /** Entries of all lists and objects in a request's JSON. */
  readonly maxInputValues: number;
  /** Keys of all objects in it. */
  readonly maxInputKeys: number;
}

/** More than any limit on input depth leaves for the variables of a request. */
const deepest = 2_000;

const [quote, backslash, comma, colon, openList, closeList, openObject, closeObject] =
  Buffer.from('"\\,:[]{}');

/**
 * Looks at the shape of JSON before it is parsed: parsing a million brackets takes seconds of CPU, counting them takes
 * milliseconds. Returns the refusal, or undefined; whether it is JSON at all is for the parser to say.
 */
export function jsonShapeError(bytes: Buffer, limits: JsonLimits): GraphQLError | undefined {
  const { values, keys, depth } = measure(bytes);
  if (depth > deepest)
    return limitError(
      'depth',
      `The request nests ${depth} lists and objects; at most ${deepest} are allowed.`,
    );
  if (keys > limits.maxInputKeys) {
    return limitError('input', `The request has ${keys} keys; at most ${limits.maxInputKeys} are allowed.`);
  }
  if (values <= limits.maxInputValues) return undefined;
  return limitError(
    'input',
    `The request has ${values} values; at most ${limits.maxInputValues} are allowed.`,
  );
}

function measure(bytes: Buffer): { values: number; keys: number; depth: number } {
  let [values, keys, level, depth] = [1, 0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) at = endOfText(bytes, at);
    else if (byte === comma) values += 1;
    else if (byte === colon) keys += 1;
    else if (byte === openList || byte === openObject) depth = Math.max(depth, ++level);
    else if (byte === closeList || byte === closeObject) level -= 1;
  }
  return { values, keys, depth };
}

/** Where a text ends that begins at `start`. Byte by byte: a search for each of a million escaped quotes takes longer. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === quote) return at;
    if (bytes[at] === backslash) at += 1;
  }
  return bytes.length;
}
