import { DomainError } from '../errors.ts';

/** A workspace keeps at least one admin. */
export class LastAdminError extends DomainError {
  readonly code = 'INVALID_STATE';
  constructor() {
    super('This is the last admin of the workspace. Make somebody else an admin first.');
  }
}
