import { FilterSetVersionRef } from '../filter-set/ref.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { busy } from '../graphql/read-errors.ts';
import { participantIdArgument, participantIdsArgument } from '../participant/arguments.ts';
import { type ParticipantRow, participantOrder } from '../participant/loaders.ts';
import { ParticipantConnection, ParticipantRef } from '../participant/ref.ts';
import type { StudyRow } from '../study/loaders.ts';
import { StudyRef } from '../study/ref.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { countEligible, countEligibleOfTrees, loadEligiblePages } from './list-loaders.ts';
import { loadEligibilities, pairKey } from './loaders.ts';
import { EligibilityRef, pairWise, setWise } from './ref.ts';

const eligibilities = batched(loadEligibilities);
const pages = batched(loadEligiblePages);
const counts = batched(countEligible);
const treeCounts = batched(countEligibleOfTrees);

async function eligibilityOf(study: StudyRow, participantId: string, context: Context) {
  const found = await eligibilities(context, null).load(pairKey(study.key, participantId));
  if (found === null) throw busy('The study was deleted while it was read. Try again.');
  return { ...found, study };
}

async function formatOf(workspaceKey: number, context: Context) {
  return (await WorkspaceRef.getDataloader(context).load(workspaceKey)).participantIdFormat;
}

builder.objectFields(StudyRef, (t) => ({
  eligibility: t.field({
    type: EligibilityRef,
    extensions: pairWise,
    description: 'Whether its filters let a participant in, and if not, why not.',
    args: {
      participantId: t.arg.string({
        required: true,
        description: 'The ID on the recruiting platform, also one that the workspace has never seen.',
      }),
    },
    resolve: async (study, args, context) => {
      const format = await formatOf(study.workspaceKey, context);
      const participantId = participantIdArgument('participantId', args.participantId, format);
      return eligibilityOf(study, participantId, context);
    },
  }),
  eligibilities: t.field({
    type: [EligibilityRef],
    extensions: pairWise,
    description: 'The same for many participants, in the same order.',
    args: { participantIds: t.arg.stringList({ required: true, description: 'At most 1,000.' }) },
    resolve: async (study, args, context) => {
      const format = await formatOf(study.workspaceKey, context);
      const ids = participantIdsArgument('participantIds', args.participantIds, format);
      return Promise.all(ids.map((participantId) => eligibilityOf(study, participantId, context)));
    },
  }),
  eligibleParticipants: t.connection(
    {
      type: ParticipantRef,
      extensions: setWise,
      description:
        'The participants of the workspace whom its filters let in, in the order in which the workspace saw them first.',
      resolve: ({ key }, args, context) =>
        connect<ParticipantRow>(args, {
          field: 'Study.eligibleParticipants',
          parent: key,
          order: participantOrder,
          positionOf: (participant) => [participant.key],
          load: (range) => pages(context, range).load(key),
          totalCount: () => counts(context, null).load(key),
        }),
    },
    ParticipantConnection,
  ),
  eligibleParticipantCount: t.int({
    nullable: true,
    extensions: setWise,
    description:
      'How many participants of the workspace its filters let in: exact; null, with an error, if counting takes too long.',
    resolve: ({ key }, _args, context) => counts(context, null).load(key),
  }),
}));

builder.objectField(FilterSetVersionRef, 'eligibleParticipantCount', (t) =>
  t.int({
    nullable: true,
    extensions: setWise,
    description:
      'How many participants of the workspace these filters let in: exact; null, with an error, if counting takes too long.',
    resolve: ({ filterTreeKey }, _args, context) => treeCounts(context, null).load(filterTreeKey),
  }),
);
