import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadInvitations } from './loaders.ts';

export const InvitationRef = nodeRef('Invitation', loadInvitations);

export const InvitationConnection = builder.connectionObject(
  { type: InvitationRef, name: 'InvitationConnection', description: 'A page of invitations.' },
  { description: 'An invitation in a list.' },
);
