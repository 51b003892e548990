import { GraphQLError } from 'graphql';
import type { InvalidInputError, Role } from '../errors.ts';

/** Top-level UNAUTHENTICATED, with HTTP 401. */
export function unauthenticated(): GraphQLError {
  return new GraphQLError('This needs a valid token, as "Authorization: Bearer …".', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } } },
  });
}

/** Top-level INVALID_INPUT of a read, naming the argument and, in a list, the indices. */
export function invalidArgument(
  argument: string,
  message: string,
  indices?: readonly number[],
): GraphQLError {
  return new GraphQLError(`Argument "${argument}": ${message}`, {
    extensions: { code: 'INVALID_INPUT', argument, ...(indices ? { indices } : {}) },
  });
}

/** Top-level NOT_FOUND of a subscription: the viewer may not see these, or not any more. */
export function notFound(ids: readonly string[]): GraphQLError {
  const which = ids.length === 1 ? `the id "${ids[0]}"` : `${ids.length} of the ids`;
  return new GraphQLError(`Nothing with ${which} was found.`, { extensions: { code: 'NOT_FOUND', ids } });
}

/** Why a cursor of changes cannot be gone on from. */
export type CursorProblem = 'MALFORMED' | 'OTHER_GROUPS' | 'OTHER_DATABASE' | 'AHEAD_OF_LOG';

/** Top-level INVALID_INPUT of a subscription whose `after` names no place in the log; `reason` is for programs. */
export function unusableCursor(reason: CursorProblem, message: string): GraphQLError {
  return new GraphQLError(`Argument "after": ${message}`, {
    extensions: { code: 'INVALID_INPUT', argument: 'after', reason },
  });
}

const mostIssues = 100;

/** Top-level INVALID_INPUT of a read whose argument breaks rules: names the first place, and the first 100 in `issues`. */
export function invalidInput({ issues }: InvalidInputError): GraphQLError {
  const [first] = issues;
  const argument = first?.path.join('.') ?? '';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new GraphQLError(`Argument "${argument}": ${first?.message}${more}`, {
    extensions: {
      code: 'INVALID_INPUT',
      argument,
      issues: issues.slice(0, mostIssues).map(({ path, message }) => ({ path: path.map(String), message })),
    },
  });
}

/** Top-level FORBIDDEN of a read: the viewer sees the workspace, but this takes a higher role. */
export function forbidden(requiredRole: Role): GraphQLError {
  return new GraphQLError(`This needs the role ${requiredRole} in the workspace.`, {
    extensions: { code: 'FORBIDDEN', requiredRole },
  });
}

/** Top-level BUSY: nothing was changed, and the call can be tried again. */
export function busy(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BUSY' } });
}

/** BUSY for a request of which nothing could be answered, with HTTP 503. */
export function unavailable(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'BUSY', http: { status: 503, headers: { 'Retry-After': '5' } } },
  });
}
