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

const flagged = 'This group is a universal blocklist. Clear its flag before you delete it.';
const named =
  'Studies that are not completed, or have submissions to be reviewed, use this group. Take it out of their filters and completion codes, or complete the studies and review what was submitted, before you delete it.';

/** The group cannot be deleted while something uses it. */
export class GroupInUseError extends DomainError {
  readonly code = 'IN_USE';
  readonly groupKey: number;
  readonly isUniversalBlocklist: boolean;
  constructor(groupKey: number, isUniversalBlocklist: boolean) {
    super(isUniversalBlocklist ? flagged : named);
    this.groupKey = groupKey;
    this.isUniversalBlocklist = isUniversalBlocklist;
  }
}
