import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadParticipants } from './loaders.ts';

export const ParticipantRef = nodeRef('Participant', loadParticipants);

export const ParticipantConnection = builder.connectionObject(
  { type: ParticipantRef, name: 'ParticipantConnection', description: 'A page of participants.' },
  { description: 'A participant in a list.' },
);
