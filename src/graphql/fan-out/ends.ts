import { type ExecutionResult, GraphQLError } from 'graphql';
import { isBusy } from '../patience.ts';

/** The error that a stream ends with, with the cursor to go on from; what it is, is for masking to say. */
export function withCursor(error: unknown, cursor: string | undefined): GraphQLError {
  const original = error instanceof Error ? error : new Error(String(error));
  const extensions = error instanceof GraphQLError ? error.extensions : {};
  return new GraphQLError(original.message, {
    ...(error instanceof GraphQLError ? {} : { originalError: original }),
    extensions: { ...extensions, ...(cursor === undefined ? {} : { cursor }) },
  });
}

/** Whether something of an event could not be read for now: told as it is, it would be lost. */
export function isUnreadable({ errors }: ExecutionResult): boolean {
  return errors?.some(isBusy) ?? false;
}

/** The end of a stream whose next event could not be read. */
export function unread({ errors }: ExecutionResult): GraphQLError {
  return new GraphQLError(errors?.[0]?.message ?? '', { extensions: { code: 'BUSY' } });
}
