import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadGroups } from './loaders.ts';

export const ParticipantGroupRef = nodeRef('ParticipantGroup', loadGroups);

export const ParticipantGroupConnection = builder.connectionObject(
  {
    type: ParticipantGroupRef,
    name: 'ParticipantGroupConnection',
    description: 'A page of participant groups.',
  },
  { description: 'A participant group in a list.' },
);
