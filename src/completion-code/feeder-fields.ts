import { builder } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import type { ListedStudy } from '../study/list-loaders.ts';
import { StudyEdge } from '../study/ref.ts';
import { CompletionActionKindEnum, CompletionCodeTypeEnum } from './arguments.ts';
import { type FeederCode, feederKey, loadFeederCodes } from './loaders.ts';

const FeederCompletionCode = builder.objectRef<FeederCode>('FeederCompletionCode').implement({
  description: 'A completion code of a study that edits a group, and how. It does not tell the code.',
  fields: (t) => ({
    codeType: t.field({
      type: CompletionCodeTypeEnum,
      description: 'What the code stands for.',
      resolve: ({ codeType }) => codeType,
    }),
    actionKind: t.field({
      type: CompletionActionKindEnum,
      description: 'Whether the participant joins the group or leaves it.',
      resolve: ({ actionKind }) => actionKind,
    }),
  }),
});

const feederCodes = batched(loadFeederCodes);

/** Connections put whole rows of studies into their edges. */
const studyOf = ({ node }: { node: unknown }) => node as ListedStudy;

builder.objectField(StudyEdge, 'completionCodes', (t) =>
  t.field({
    type: [FeederCompletionCode],
    nullable: true,
    description:
      "The study's completion codes that edit the group, where the list is a group's `feederStudies`; null in every other list.",
    resolve: (edge, _args, context) => {
      const { key, fedGroupKey } = studyOf(edge);
      return fedGroupKey === undefined ? null : feederCodes(context, null).load(feederKey(key, fedGroupKey));
    },
  }),
);
