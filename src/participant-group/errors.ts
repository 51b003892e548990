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

/** The group is deleted: it takes no edits, and nothing new can name it. */
export class GroupDeletedError extends DomainError {
  readonly code = 'INVALID_STATE';
  readonly groupKey: number;
  /** `name` is that of a group that something else needs; without it, the group itself was to be edited. */
  constructor(groupKey: number, name?: string) {
    super(
      name === undefined
        ? 'This group is deleted and takes no edits. Restore it first.'
        : `The group "${name}", which is needed for this, is deleted. Restore it first.`,
    );
    this.groupKey = groupKey;
  }
}

const flagged = 'This group is a universal blocklist. Clear its flag before you delete it.';
const named =
  'Studies that are not completed, or have submissions under way or to be reviewed, use this group. Take it out of the filters and completion codes of drafts; stop the others, and let what is under way end and be reviewed, before you delete it.';

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
