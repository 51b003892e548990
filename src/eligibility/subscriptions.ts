import { encodeGlobalId } from '../global-id.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { type LiveEvent, liveEvents } from '../graphql/live-stream.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { notFound } from '../graphql/read-errors.ts';
import { ParticipantRef } from '../participant/ref.ts';
import type { StudyRow } from '../study/loaders.ts';
import { StudyRef } from '../study/ref.ts';
import { mostNamed } from './difference-rules.ts';
import { type EligibilityEvent, EligibilitySource } from './eligibility-source.ts';
import { setWise } from './ref.ts';

const EligibilityChangeEvent = builder
  .objectRef<LiveEvent<EligibilityEvent>>('EligibilityChangeEvent')
  .implement({
    description: 'How a study’s eligibility stands, and what that differs by from the event before.',
    fields: (t) => ({
      study: t.field({
        type: StudyRef,
        description: 'The study.',
        resolve: ({ root }, _args, context) => studyOf(root, context),
      }),
      eligibleParticipantCount: t.int({
        nullable: true,
        description:
          'How many participants of the workspace its filters let in; null in a first event if counting takes too long. It is counted again after a while, and differences begin with the first count.',
        resolve: ({ root }) => root.count,
      }),
      becameEligibleCount: t.int({
        description: 'How many have become eligible since the event before.',
        resolve: ({ root }) => root.cameCount,
      }),
      becameIneligibleCount: t.int({
        description: 'How many have become ineligible since the event before.',
        resolve: ({ root }) => root.leftCount,
      }),
      becameEligible: t.field({
        type: [ParticipantRef],
        extensions: { rows: mostNamed },
        description:
          'The first 100 who have become eligible, in the order in which the workspace saw them first.',
        resolve: ({ root }) => [...root.came],
      }),
      becameIneligible: t.field({
        type: [ParticipantRef],
        extensions: { rows: mostNamed },
        description: 'The first 100 who have become ineligible, in the same order.',
        resolve: ({ root }) => [...root.left],
      }),
    }),
  });

builder.subscriptionField('eligibilityChanges', (t) =>
  t.field({
    type: EligibilityChangeEvent,
    extensions: setWise,
    description:
      'How a study’s eligibility stands: the first event at once, then one whenever it has changed, at most one a second; the differences are to the event before, and counts and differences always add up. What a window of days lets pass is looked at once a minute. After a reconnect, refetch. Ends with NOT_FOUND once the study may not be seen or is deleted.',
    args: { studyId: t.arg.id({ required: true, description: 'Id of a Study.' }) },
    subscribe: (_root, { studyId }, context) => {
      const id = idArgument('studyId', studyId, 'Study');
      return liveEvents(context, () => openEligibility(context, id));
    },
    resolve: (event) => event,
  }),
);

/** @throws GraphQLError NOT_FOUND where a draft was deleted since */
async function studyOf({ studyKey, studyId }: EligibilityEvent, context: Context): Promise<StudyRow> {
  const study: StudyRow | null = await StudyRef.getDataloader(context).load(studyKey);
  if (study === null) throw notFound([encodeGlobalId('Study', studyId)]);
  return study;
}

/** @throws GraphQLError NOT_FOUND for a study that the viewer may not see */
async function openEligibility(context: Context, id: string): Promise<EligibilitySource> {
  const study: StudyRow | null = await StudyRef.getDataloader(context).load(id);
  if (study === null) throw notFound([encodeGlobalId('Study', id)]);
  return new EligibilitySource(context.live, study);
}
