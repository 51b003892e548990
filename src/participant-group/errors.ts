import { DomainError } from '../errors.ts';

/** Another live group of the workspace has the name. */
export class NameTakenError extends DomainError {
  readonly code = 'CONFLICT';
  readonly groupKey: number;
  constructor(name: string, groupKey: number) {
    super(`The name "${name}" is taken by another group of this workspace.`);
    this.groupKey = groupKey;
  }
}

/** The group is deleted and takes no edits. */
export class GroupDeletedError extends DomainError {
  readonly code = 'INVALID_STATE';
  readonly groupKey: number;
  constructor(groupKey: number) {
    super('This group is deleted and takes no edits. Restore it first.');
    this.groupKey = groupKey;
  }
}

/** The group cannot be deleted while something uses it. */
export class GroupInUseError extends DomainError {
  readonly code = 'IN_USE';
  readonly isUniversalBlocklist: boolean;
  constructor(isUniversalBlocklist: boolean) {
    super('This group is a universal blocklist. Clear its flag before you delete it.');
    this.isUniversalBlocklist = isUniversalBlocklist;
  }
}
