import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { currentRequestId } from './request-id.ts';

export interface MaskingOptions {
  /** Is told of every error that the caller doesn't get to see. */
  readonly logError: (error: unknown, details: UnexpectedError) => void;
  /** What an error that isn't a GraphQLError means to the caller; undefined for a bug. */
  readonly translate?: (error: Error) => GraphQLError | undefined;
}

export interface UnexpectedError {
  /** Also in the caller's answer: what connects the two. */
  readonly requestId: string;
  /** The response field that failed; undefined if no field had been reached. */
  readonly path: readonly (string | number)[] | undefined;
}

export interface ErrorMasking {
  readonly errorMessage: string;
  readonly maskError: (error: unknown) => GraphQLError;
}

/**
 * Yoga's `maskedErrors` option. GraphQLErrors thrown on purpose pass as they are, errors that `translate` knows are
 * translated, and all others become "Internal server error" with code `INTERNAL` and the request id, and are logged.
 * Yoga would log what changes here too, domain errors included: switch it off with `logging: false`.
 */
export function maskedErrors({ logError, translate }: MaskingOptions): ErrorMasking {
  return {
    errorMessage: 'Internal server error',
    maskError: (error) => {
      const cause = rootCause(error);
      if (cause instanceof GraphQLError) return error instanceof GraphQLError ? error : cause;
      const translated = cause instanceof Error ? translate?.(cause) : undefined;
      if (translated) return inPlaceOf(error, translated.message, { ...translated.extensions });
      const path = error instanceof GraphQLError ? error.path : undefined;
      const requestId = currentRequestId() ?? randomUUID();
      if (!isAbort(cause)) logError(loggable(cause), { requestId, path });
      // Yoga answers 500 for an `unexpected` error without data, and keeps the mark to itself.
      const extensions = { code: 'INTERNAL', requestId, unexpected: true };
      return inPlaceOf(error, 'Internal server error', extensions);
    },
  };
}

/**
 * An error as it may be logged, with its name, message, stack, code and cause alone: PostgreSQL adds the row that it refused, in
 * which participant IDs, codes and secrets stand, and its driver the whole connection with its key.
 */
export function loggable(error: unknown, depth = 5): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  const told = Object.assign(new Error(message), { name, stack });
  if ('code' in error) Object.assign(told, { code: error.code });
  // The adapter's own causes are objects with all of PostgreSQL's details.
  if (error.cause instanceof Error && depth > 0)
    Object.assign(told, { cause: loggable(error.cause, depth - 1) });
  return told;
}

/** What was thrown in the first place: execution wraps it in a GraphQLError for each place that it passes. */
function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function inPlaceOf(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
  const { nodes, path } = error;
  // Where a stream ended is for its client to go on from, whatever ended it.
  const { cursor } = error.extensions;
  const told = { ...extensions, ...(cursor === undefined ? {} : { cursor }) };
  return new GraphQLError(message, { nodes: nodes ?? null, path: path ?? null, extensions: told });
}

// A caller who hangs up in the middle is no bug of ours.
function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}
