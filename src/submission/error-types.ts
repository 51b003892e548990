import { EligibilityRef } from '../eligibility/ref.ts';
import { builder } from '../graphql/builder.ts';
import { ErrorInterface, told } from '../graphql/errors.ts';
import { StudyRef } from '../study/ref.ts';
import { SubmissionStatusEnum } from '../study-filter/arguments.ts';
import {
  AlreadySubmittedError,
  InvalidSubmissionStateError,
  InvalidSubmissionsError,
  NotEligibleError,
  StudyFullError,
  type SubmissionIssue,
} from './errors.ts';
import { SubmissionRef } from './ref.ts';

builder.objectType(InvalidSubmissionStateError, {
  name: 'InvalidSubmissionStateError',
  description: "The submission's status does not allow this; nothing was changed.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    current: t.field({
      type: SubmissionStatusEnum,
      description: 'Where it stands.',
      resolve: (error) => error.current,
    }),
    allowed: t.field({
      type: [SubmissionStatusEnum],
      description: 'Where it can go from there.',
      resolve: ({ allowed }) => [...allowed],
    }),
  }),
});

builder.objectType(StudyFullError, {
  name: 'StudyFullError',
  description: 'All places of the study are taken.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    study: t.field({
      type: StudyRef,
      description: 'The study.',
      resolve: ({ studyKey }) => studyKey,
    }),
  }),
});

builder.objectType(AlreadySubmittedError, {
  name: 'AlreadySubmittedError',
  description: 'The participant has a submission to the study already, whatever has become of it.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    submission: t.field({
      type: SubmissionRef,
      description: 'Their submission.',
      resolve: ({ submissionKey }) => submissionKey,
    }),
  }),
});

builder.objectType(NotEligibleError, {
  name: 'NotEligibleError',
  description: "The study's filters, or a universal blocklist, keep the participant out.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    eligibility: t.field({
      type: EligibilityRef,
      description: 'Why, as of the refusal.',
      resolve: async ({ refusal: { studyKey, verdict, ...who } }, _args, context) => {
        const study = await StudyRef.getDataloader(context).load(studyKey);
        return { ...who, study, isEligible: false, explain: () => verdict };
      },
    }),
  }),
});

const SubmissionIssueType = builder.objectRef<SubmissionIssue>('SubmissionIssue').implement({
  description: 'What is wrong with one of several submissions.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its place in the list, from 0.' }),
    submissionId: t.exposeID('submissionId', { description: 'Its id, as it was given.' }),
    error: t.field({
      type: ErrorInterface,
      description: 'What is wrong: what the mutation of this one alone would have answered.',
      resolve: ({ error }) => told(error),
    }),
  }),
});

builder.objectType(InvalidSubmissionsError, {
  name: 'InvalidSubmissionsError',
  description:
    'Some of the submissions cannot be approved, and so none was. Each issue says what is wrong with its own code; whichever it is, even that they are not there or not yours to approve, the code of the whole is INVALID_STATE.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [SubmissionIssueType],
      extensions: { rows: 1 },
      description: 'One for each of these, in the order of the list.',
      resolve: ({ issues }) => [...issues],
    }),
  }),
});
