import { builder } from '../graphql/builder.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { ParticipantGroupRef } from './ref.ts';

builder.queryField('participantGroup', (t) =>
  t.field({
    type: ParticipantGroupRef,
    nullable: true,
    description: 'A participant group by its id, deleted ones too.',
    args: { id: t.arg.id({ required: true, description: 'Id of a ParticipantGroup.' }) },
    resolve: (_root, { id }) => idArgument('id', id, 'ParticipantGroup'),
  }),
);
