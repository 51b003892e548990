import { hasRole } from '../access/rules.ts';
import { builder } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { StudyRef } from '../study/ref.ts';
import { CompletionActionKindEnum, CompletionCodeTypeEnum } from './arguments.ts';
import { type ActionRow, type CodeRow, loadCodes } from './loaders.ts';
import { usualCounts } from './rules.ts';

const CompletionAction = builder.objectRef<ActionRow>('CompletionAction').implement({
  description: 'One thing that is done when a completion code is handed in.',
  fields: (t) => ({
    kind: t.field({
      type: CompletionActionKindEnum,
      description: 'What is done.',
      resolve: (action) => action.kind,
    }),
    participantGroup: t.field({
      type: ParticipantGroupRef,
      nullable: true,
      description:
        'The group that the participant joins or leaves; of a completed study it may be deleted. Null for other kinds.',
      resolve: ({ groupKey }) => groupKey,
    }),
    returnReason: t.exposeString('returnReason', {
      nullable: true,
      description: 'Why the participant is asked to return the submission; null for other kinds.',
    }),
  }),
});

const CompletionCode = builder.objectRef<CodeRow>('CompletionCode').implement({
  description: 'A code that participants hand in at the end of a study, and what is done then.',
  fields: (t) => ({
    code: t.string({
      nullable: true,
      description: 'The code; null below COLLABORATOR. Unique in its study; case counts.',
      resolve: ({ workspaceKey, code }, _args, { viewer }) =>
        hasRole(viewer?.roles, workspaceKey, 'COLLABORATOR') ? code : null,
    }),
    codeType: t.field({
      type: CompletionCodeTypeEnum,
      description: 'What it stands for.',
      resolve: ({ codeType }) => codeType,
    }),
    actions: t.field({
      type: [CompletionAction],
      extensions: { rows: usualCounts.actions },
      description:
        'What is done, in the order in which it was given; without any, the submission waits for review.',
      resolve: ({ actions }) => [...actions],
    }),
  }),
});

const codesOf = batched(loadCodes);

builder.objectField(StudyRef, 'completionCodes', (t) =>
  t.field({
    type: [CompletionCode],
    extensions: { rows: usualCounts.codes },
    description: 'The codes that participants hand in at its end, in the order in which they were given.',
    resolve: ({ key }, _args, context) => codesOf(context, null).load(key),
  }),
);
