import { DomainError } from '../errors.ts';

/** The filter set is locked: it takes no edits and is not deleted. */
export class FilterSetLockedError extends DomainError {
  readonly code = 'LOCKED';
  readonly filterSetKey: number;
  constructor(filterSetKey: number) {
    super('This filter set is locked. Unlock it before you edit or delete it.');
    this.filterSetKey = filterSetKey;
  }
}

/** Unpublished studies take their filters from the filter set. */
export class FilterSetInUseError extends DomainError {
  readonly code = 'IN_USE';
  readonly filterSetKey: number;
  constructor(filterSetKey: number) {
    super(
      'Unpublished studies take their filters from this filter set. Give them others before you delete it.',
    );
    this.filterSetKey = filterSetKey;
  }
}
