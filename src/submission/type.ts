import { hasRole } from '../access/rules.ts';
import { builder } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import { MembershipChangeRef } from '../membership/ref.ts';
import { ParticipantRef } from '../participant/ref.ts';
import { StudyRef } from '../study/ref.ts';
import { SubmissionStatusEnum } from '../study-filter/arguments.ts';
import { loadChangesOfSubmissions } from './change-loaders.ts';
import { SubmissionRef } from './ref.ts';
import { usualChanges } from './rules.ts';

const changesOf = batched(loadChangesOfSubmissions);

SubmissionRef.implement({
  description: "One participant's one go at one study.",
  fields: (t) => ({
    study: t.field({
      type: StudyRef,
      description: 'The study.',
      resolve: ({ studyKey }) => studyKey,
    }),
    participant: t.field({
      type: ParticipantRef,
      description: 'Who takes part.',
      resolve: ({ participantKey }) => participantKey,
    }),
    status: t.field({
      type: SubmissionStatusEnum,
      description: 'Where it stands by now: whose time has run out is TIMED_OUT at that moment.',
      resolve: ({ status }) => status,
    }),
    enteredCode: t.string({
      nullable: true,
      description:
        'The code that was handed in; null before, and for viewers below COLLABORATOR. One that came too late, or is none of the study’s, is kept as well, as far as its 64th character.',
      resolve: ({ workspaceKey, enteredCode }, _args, { viewer }) =>
        hasRole(viewer?.roles, workspaceKey, 'COLLABORATOR') ? enteredCode : null,
    }),
    codeMatched: t.boolean({
      nullable: true,
      description: 'Whether the code that was handed in is one of the study’s; null before.',
      resolve: ({ enteredCode, codeKey }) => (enteredCode === null ? null : codeKey !== null),
    }),
    returnRequested: t.exposeString('returnRequested', {
      nullable: true,
      description: 'The reason for which the participant was asked to return it; null if they were not.',
    }),
    rejectionMessage: t.exposeString('rejectionMessage', {
      nullable: true,
      description: 'Why it is rejected; null while it is not.',
    }),
    completionUrl: t.string({
      nullable: true,
      description:
        'The link that completes it without a token, for the end of a survey: append `&cc=` and the code. Null for viewers below COLLABORATOR and for read-only tokens.',
      resolve: ({ workspaceKey, completionKey }, _args, { viewer, publicUrl }) =>
        hasRole(viewer?.roles, workspaceKey, 'COLLABORATOR') && viewer?.isReadOnly === false
          ? `${publicUrl}/submissions/complete?key=${completionKey}`
          : null,
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it was started.',
      resolve: ({ startedAt }) => startedAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the time to hand a code in runs out, or ran out; null for no end.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a code was first handed in, in time; null before.',
      resolve: ({ completedAt }) => completedAt,
    }),
    membershipChanges: t.field({
      type: [MembershipChangeRef],
      extensions: { rows: usualChanges },
      description: 'What its code did to groups: one change for each group in which it made a difference.',
      resolve: ({ key }, _args, context) => changesOf(context, null).load(key),
    }),
  }),
});

builder.objectField(MembershipChangeRef, 'submission', (t) =>
  t.field({
    type: SubmissionRef,
    nullable: true,
    description: 'The submission whose completion code did it; null for every other cause.',
    resolve: ({ submissionKey }) => submissionKey,
  }),
);
