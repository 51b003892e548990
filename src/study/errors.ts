import type { Study, StudyStatus } from '../database/prisma/client.ts';
import { DomainError } from '../errors.ts';
import { allowedFrom } from './rules.ts';

/** The study's status does not allow this. */
export class InvalidStudyStateError extends DomainError {
  readonly code = 'INVALID_STATE';
  readonly current: StudyStatus;
  /** Where the study can go from there. */
  readonly allowed: readonly StudyStatus[];
  constructor(refusal: string, { status: current, isFilled }: Pick<Study, 'status' | 'isFilled'>) {
    const allowed = allowedFrom(current);
    const end = isFilled
      ? 'Its places are filled: more totalAvailablePlaces make it ACTIVE again.'
      : 'It stays so.';
    const ways = allowed.length === 0 ? end : `It can become ${allowed.join(' or ')}.`;
    super(`${refusal} This study is ${current}. ${ways}`);
    this.current = current;
    this.allowed = allowed;
  }
}

/** The study cannot be deleted while another study's filter or a filter set's version names it. */
export class StudyInUseError extends DomainError {
  readonly code = 'IN_USE';
  readonly studyKey: number;
  constructor(studyKey: number) {
    super('Filters of other studies or of filter sets name this study. Take it out of them first.');
    this.studyKey = studyKey;
  }
}
