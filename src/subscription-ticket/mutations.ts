import { ForbiddenError, InvalidInputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { perform } from '../graphql/mutation.ts';
import { createSubscriptionTicket, type MadeTicket } from './service.ts';

const CreateSubscriptionTicketPayload = builder
  .objectRef<MadeTicket>('CreateSubscriptionTicketPayload')
  .implement({
    description: 'The ticket that was made.',
    fields: (t) => ({
      ticket: t.exposeString('ticket', {
        description: 'The ticket. It is shown this once and stored nowhere.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When it ends, unless it is used before.',
      }),
    }),
  });

builder.mutationField('createSubscriptionTicket', (t) =>
  t.field({
    type: CreateSubscriptionTicketPayload,
    nullable: true,
    description:
      "Makes a ticket for the browser's EventSource, which can send no token: `GET /graphql?query=…&variables=…&ticket=…`. It opens one subscription within 60 seconds, as whoever made it, and does nothing else. A user may have 100 that are unused. Not with a token for reading only.",
    errors: { types: [InvalidInputError, ForbiddenError] },
    resolve: (_root, _args, context) =>
      perform(context, ({ database }, viewer) => createSubscriptionTicket(database, viewer)),
  }),
);
