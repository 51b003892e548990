/** What a caller can act on. Each is a member of the unions of the mutations in which it can happen. */

export type ErrorCode =
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'INVALID_INPUT'
  | 'CONFLICT'
  | 'IN_USE'
  | 'LOCKED'
  | 'NOT_ELIGIBLE'
  | 'STUDY_FULL'
  | 'ALREADY_SUBMITTED'
  | 'INVALID_STATE';

export type Role = 'ADMIN' | 'COLLABORATOR' | 'VIEWER';

/** One thing wrong with an input, and where: `path` leads from the argument to the value. */
export interface InputIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
}

/** Nothing like that exists for this viewer; `id` is the global id that was asked for, null where it was none. */
export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly id: string | null;
  constructor(
    id: string | null = null,
    message = id === null ? 'Not found.' : `Nothing with the id "${id}" was found.`,
  ) {
    super(message);
    this.id = id;
  }
}

/** The viewer may see it, but not do this. */
export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';
  readonly requiredRole: Role | null;
  constructor(message: string, requiredRole: Role | null = null) {
    super(message);
    this.requiredRole = requiredRole;
  }
}

/** The input breaks a rule; every break that was found is in `issues`. */
export class InvalidInputError extends DomainError {
  readonly code = 'INVALID_INPUT';
  readonly issues: readonly InputIssue[];
  constructor(issues: readonly InputIssue[]) {
    super(issues.map(sentenceOf).join(' '));
    this.issues = issues;
  }
}

function sentenceOf({ path, message }: InputIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/** The version or revision that the caller expected is not the current one. */
export class VersionConflictError extends DomainError {
  readonly code = 'CONFLICT';
  readonly current: number;
  constructor(what: 'version' | 'revision', expected: number, current: number) {
    super(`Expected ${what} ${expected}, but the current ${what} is ${current}.`);
    this.current = current;
  }
}

/** The idempotency key was used for another input within the last 24 hours. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly code = 'CONFLICT';
  constructor() {
    super('This idempotency key was already used with another input. Use a new key for a new request.');
  }
}

/** What was needed was not to be had in time; nothing was changed, and the call can be tried again. */
export class BusyError extends Error {
  constructor(message = 'Too many requests are waiting for the same data. Nothing was changed; try again.') {
    super(message);
  }
}
