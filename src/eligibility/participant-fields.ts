import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { platformKey } from '../participant/loaders.ts';
import { ParticipantRef } from '../participant/ref.ts';
import type { StudyRow } from '../study/loaders.ts';
import { StudyConnection, StudyRef } from '../study/ref.ts';
import { loadEligibilities, pairKey } from './loaders.ts';
import { EligibilityRef, pairWise, studyWise } from './ref.ts';
import { countEligibleStudies, eligibleStudyOrder, loadEligibleStudies } from './study-loaders.ts';

const eligibilities = batched(loadEligibilities);
const studies = batched(loadEligibleStudies);
const studyCounts = batched(countEligibleStudies);

builder.objectFields(ParticipantRef, (t) => ({
  eligibility: t.field({
    type: EligibilityRef,
    nullable: true,
    extensions: pairWise,
    description: 'Whether a study’s filters let them in, and if not, why not; null for an id of no study.',
    args: { studyId: t.arg.id({ required: true, description: 'Id of a Study of the workspace.' }) },
    resolve: async ({ workspaceKey, participantId }, args, context) => {
      const id = idArgument('studyId', args.studyId, 'Study');
      const study: StudyRow | null = await StudyRef.getDataloader(context).load(id);
      if (study?.workspaceKey !== workspaceKey) return null;
      const found = await eligibilities(context, null).load(pairKey(study.key, participantId));
      return found && { ...found, study };
    },
  }),
  eligibleStudies: t.connection(
    {
      type: StudyRef,
      extensions: studyWise,
      description: 'The active studies whose filters let them in, in the order in which they were made.',
      resolve: ({ key, workspaceKey, participantId }, args, context) => {
        const participant = platformKey(workspaceKey, participantId);
        return connect<StudyRow>(args, {
          field: 'Participant.eligibleStudies',
          parent: key,
          order: eligibleStudyOrder,
          positionOf: (study) => [study.key],
          load: (range) => studies(context, range).load(participant),
          totalCount: () => studyCounts(context, null).load(participant),
        });
      },
    },
    StudyConnection,
  ),
}));
