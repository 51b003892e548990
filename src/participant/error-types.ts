import { builder } from '../graphql/builder.ts';
import { ErrorInterface } from '../graphql/errors.ts';
import { InvalidParticipantIdsError } from './errors.ts';
import type { InvalidParticipantId } from './rules.ts';

export const InvalidParticipantIdType = builder
  .objectRef<InvalidParticipantId>('InvalidParticipantId')
  .implement({
    description: 'A malformed participant ID of a list.',
    fields: (t) => ({
      index: t.exposeInt('index', { description: 'Its position in the list, from 0.' }),
      participantId: t.exposeString('participantId', {
        description: 'The ID as it was given; a long one is cut short.',
      }),
      message: t.exposeString('message', { description: 'What is wrong with it, and what would be right.' }),
    }),
  });

builder.objectType(InvalidParticipantIdsError, {
  name: 'InvalidParticipantIdsError',
  description: 'Some participant IDs of the list are malformed; nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    invalidCount: t.exposeInt('invalidCount', { description: 'How many are malformed.' }),
    invalid: t.field({
      type: [InvalidParticipantIdType],
      description: 'The first 100 of them.',
      resolve: ({ invalid }) => [...invalid],
    }),
  }),
});
