import { builder } from '../graphql/builder.ts';
import { GroupInUseError } from '../participant-group/errors.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { listStudies } from './listing.ts';
import { StudyConnection, StudyRef } from './ref.ts';

builder.objectFields(ParticipantGroupRef, (t) => ({
  filteringStudies: t.connection(
    {
      type: StudyRef,
      description:
        'The studies whose filters name it, whatever their status, in the order in which they were made.',
      resolve: ({ key }, args, context) =>
        listStudies('ParticipantGroup.filteringStudies', key, { of: 'group' }, args, context),
    },
    StudyConnection,
  ),
  feederStudies: t.connection(
    {
      type: StudyRef,
      description: 'The studies whose completion codes edit it, in the order in which they were made.',
      resolve: ({ key }, args, context) =>
        listStudies('ParticipantGroup.feederStudies', key, { of: 'fed group' }, args, context),
    },
    StudyConnection,
  ),
}));

builder.objectField(GroupInUseError, 'studies', (t) =>
  t.connection(
    {
      type: StudyRef,
      description:
        'The studies that use it: they are not completed, or have submissions that are under way or to be reviewed.',
      resolve: ({ groupKey }, args, context) =>
        listStudies('GroupInUseError.studies', groupKey, { of: 'using group' }, args, context),
    },
    StudyConnection,
  ),
);
