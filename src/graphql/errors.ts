import { brandWithType } from '@pothos/core';
import {
  type DomainError,
  type ErrorCode,
  ForbiddenError,
  IdempotencyKeyReusedError,
  type InputIssue,
  InvalidInputError,
  NotFoundError,
  type Role,
  VersionConflictError,
} from '../errors.ts';
import { builder } from './builder.ts';

const codes: Record<ErrorCode, string> = {
  NOT_FOUND: 'Nothing with that id exists for this viewer.',
  FORBIDDEN: 'The viewer may see it, but not do this.',
  INVALID_INPUT: 'The input breaks a rule.',
  CONFLICT: 'It collides with what is there.',
  IN_USE: 'It is used by something else.',
  LOCKED: 'It is locked against edits.',
  NOT_ELIGIBLE: 'The participant is not eligible.',
  STUDY_FULL: 'All places of the study are taken.',
  ALREADY_SUBMITTED: 'The participant has a submission already.',
  INVALID_STATE: 'Its status does not allow this.',
};

const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'What kind of error it is, for programs.',
  values: Object.fromEntries(Object.entries(codes).map(([code, description]) => [code, { description }])) as {
    [Code in ErrorCode]: { description: string };
  },
});

export const WorkspaceRoleEnum = builder.enumType('WorkspaceRole', {
  description: 'What a user may do in a workspace; each role includes the ones below it.',
  values: {
    ADMIN: { description: 'Members, settings, universal blocklists, erasure, and everything below.' },
    COLLABORATOR: { description: 'Projects, groups, studies and submissions, and everything below.' },
    VIEWER: { description: 'Reads.' },
  } satisfies Record<Role, { description: string }>,
});

export const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  description: 'An error that a caller can act on.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    code: t.field({
      type: ErrorCodeEnum,
      description: 'The kind, for programs.',
      resolve: (error) => error.code,
    }),
  }),
});

/** An error as the value of a field: an instance of Error would be taken for the field's failure. */
export function told(error: DomainError): DomainError {
  const value: DomainError = { ...error, name: error.name, message: error.message };
  brandWithType(value, error.constructor.name as never);
  return value;
}

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'Nothing with that id exists for this viewer.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The id that was asked for; null where it was no global id.',
      nullable: true,
    }),
  }),
});

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The viewer may see it, but not do this.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    requiredRole: t.field({
      type: WorkspaceRoleEnum,
      nullable: true,
      description: 'The role that it takes; null where it is the token that does not allow it.',
      resolve: (error) => error.requiredRole,
    }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing wrong with an input.',
  fields: (t) => ({
    path: t.stringList({
      description: 'Where it is, from the argument to the value; positions in lists count from 0.',
      resolve: ({ path }) => path.map(String),
    }),
    message: t.exposeString('message', { description: 'What is wrong, and what would be right.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input breaks a rule; nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      description: 'Everything that is wrong with it.',
      resolve: (error) => [...error.issues],
    }),
  }),
});

builder.objectType(VersionConflictError, {
  name: 'VersionConflictError',
  description: 'The expected version or revision is not the current one; nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ current: t.exposeInt('current', { description: 'The current version or revision.' }) }),
});

builder.objectType(IdempotencyKeyReusedError, {
  name: 'IdempotencyKeyReusedError',
  description:
    'The idempotency key was used for another input within the last 24 hours; nothing was changed.',
  interfaces: [ErrorInterface],
});
