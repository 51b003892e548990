import { builder } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import { readingOf } from '../graphql/look-ahead.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { groupTable, loadGroups } from './loaders.ts';
import { ParticipantGroupRef } from './ref.ts';

const groups = batched(loadGroups);

builder.queryField('participantGroup', (t) =>
  t.field({
    type: ParticipantGroupRef,
    nullable: true,
    description: 'A participant group by its id, deleted ones too.',
    args: { id: t.arg.id({ required: true, description: 'Id of a ParticipantGroup.' }) },
    resolve: (_root, { id }, context, info) =>
      groups(context, readingOf(info, groupTable)).load(idArgument('id', id, 'ParticipantGroup')),
  }),
);
