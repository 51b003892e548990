import type { SubmissionStatus } from '../database/prisma/client.ts';
import type { Verdict } from '../eligibility/rules.ts';
import { DomainError } from '../errors.ts';
import { allowedFrom } from './rules.ts';

/** The submission's status does not allow this. */
export class InvalidSubmissionStateError extends DomainError {
  readonly code = 'INVALID_STATE';
  readonly current: SubmissionStatus;
  /** Where the submission can go from there. */
  readonly allowed: readonly SubmissionStatus[];
  constructor(refusal: string, current: SubmissionStatus) {
    const allowed = allowedFrom(current);
    const ways = allowed.length === 0 ? 'It stays so.' : `It can become ${allowed.join(' or ')}.`;
    super(`${refusal} This submission is ${current}. ${ways}`);
    this.current = current;
    this.allowed = allowed;
  }
}

/** All places of the study are taken. */
export class StudyFullError extends DomainError {
  readonly code = 'STUDY_FULL';
  readonly studyKey: number;
  constructor(studyKey: number, places: number) {
    super(
      `All places of this study are taken: it has ${places.toLocaleString('en')}. Raise its totalAvailablePlaces to let more people in.`,
    );
    this.studyKey = studyKey;
  }
}

/** The participant has a submission to the study already, whatever has become of it. */
export class AlreadySubmittedError extends DomainError {
  readonly code = 'ALREADY_SUBMITTED';
  readonly submissionKey: number;
  constructor(submissionKey: number) {
    super('This participant has a submission to this study already.');
    this.submissionKey = submissionKey;
  }
}

/** Who is not eligible, for which study and why, as of the refusal. */
export interface Refusal {
  readonly studyKey: number;
  readonly participantId: string;
  /** Null where the workspace has never seen the ID. */
  readonly participantKey: number | null;
  readonly verdict: Verdict;
}

/** The study's filters or a universal blocklist keep the participant out. */
export class NotEligibleError extends DomainError {
  readonly code = 'NOT_ELIGIBLE';
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    const why = refusal.verdict.reasons.map(({ message }) => message);
    super(`This participant is not eligible for this study. ${why.join(' ')}`);
    this.refusal = refusal;
  }
}

/** What is wrong with one of several submissions. */
export interface SubmissionIssue {
  /** Its place in the list that was given. */
  readonly index: number;
  /** As a global id. */
  readonly submissionId: string;
  readonly error: DomainError;
}

/** Some of the submissions cannot be moved, and so none was. */
export class InvalidSubmissionsError extends DomainError {
  readonly code = 'INVALID_STATE';
  readonly issues: readonly SubmissionIssue[];
  constructor(issues: readonly SubmissionIssue[], of: number) {
    super(`${issues.length} of ${of} submissions cannot be approved, and so none was.`);
    this.issues = issues;
  }
}
