import type { CompletionActionKind, CompletionCodeType } from '../database/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { longestCode, longestReturnReason, mostActions } from './rules.ts';

export const CompletionCodeTypeEnum = builder.enumType('CompletionCodeType', {
  description: 'What a completion code stands for. It is a label: what happens is what the actions say.',
  values: {
    COMPLETED: { description: 'The participant did all of it.' },
    FAILED_ATTENTION_CHECK: { description: 'They failed an attention check.' },
    FOLLOW_UP_STUDY: { description: 'They are to take part in a study that follows.' },
    GIVE_BONUS: { description: 'They are to be given a bonus.' },
    INCOMPATIBLE_DEVICE: { description: 'Their device cannot run the study.' },
    NO_CONSENT: { description: 'They did not consent.' },
    SCREENED_IN: { description: 'They were looked at beforehand, and suit the study.' },
    SCREENED_OUT: { description: 'They were looked at beforehand, and do not suit the study.' },
    OTHER: { description: 'Anything else.' },
  } satisfies Record<CompletionCodeType, { description: string }>,
});

export const CompletionActionKindEnum = builder.enumType('CompletionActionKind', {
  description: 'What is done when a completion code is handed in.',
  values: {
    AUTOMATICALLY_APPROVE: { description: 'The submission is approved at once.' },
    MANUALLY_REVIEW: { description: 'The submission waits for review, as it does without any action.' },
    ADD_TO_PARTICIPANT_GROUP: { description: 'The participant joins a group.' },
    REMOVE_FROM_PARTICIPANT_GROUP: { description: 'The participant leaves a group.' },
    REQUEST_RETURN: {
      description:
        'The participant is to be asked to return the submission, with a reason: it is kept in `Submission.returnRequested`, and telling them is yours. One that is approved at once can no longer be returned.',
    },
  } satisfies Record<CompletionActionKind, { description: string }>,
});

const CompletionActionInput = builder.inputType('CompletionActionInput', {
  description: 'One thing that is done when a completion code is handed in.',
  fields: (t) => ({
    kind: t.field({
      type: CompletionActionKindEnum,
      required: true,
      description: 'What is done. Not both AUTOMATICALLY_APPROVE and MANUALLY_REVIEW for one code.',
    }),
    participantGroupId: t.id({
      description:
        'Id of a live ParticipantGroup of the workspace: needed by ADD_TO_PARTICIPANT_GROUP and REMOVE_FROM_PARTICIPANT_GROUP, each group once a code, and by no other kind.',
    }),
    returnReason: t.string({
      description: `Why the participant is asked: needed by REQUEST_RETURN, and by no other kind; 1–${longestReturnReason} characters.`,
    }),
  }),
});

export const CompletionCodeInput = builder.inputType('CompletionCodeInput', {
  description: 'A code that participants hand in at the end of a study, and what is done then.',
  fields: (t) => ({
    code: t.string({
      required: true,
      description: `1–${longestCode} characters, trimmed, no control characters; unique in the study, where case counts.`,
    }),
    codeType: t.field({
      type: CompletionCodeTypeEnum,
      required: true,
      description: 'What it stands for.',
    }),
    actions: t.field({
      type: [CompletionActionInput],
      required: true,
      description: `What is done, each thing once; at most ${mostActions}. Without any, the submission waits for review.`,
    }),
  }),
});
