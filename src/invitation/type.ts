import { UserRef } from '../access/ref.ts';
import { requireAdmin } from '../graphql/admin-only.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { WorkspaceRoleEnum } from '../graphql/errors.ts';
import { batched } from '../graphql/loader.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { countOpenInvitations, type InvitationRow, invitationOrder, loadOpenInvitations } from './loaders.ts';
import { InvitationConnection, InvitationRef } from './ref.ts';

InvitationRef.implement({
  description:
    'A role that waits for whoever holds the secret. Good for 7 days, once, and until its maker is no admin any more. For admins.',
  fields: (t) => ({
    workspace: t.field({
      type: WorkspaceRef,
      description: 'What it invites to.',
      resolve: ({ workspaceKey }) => workspaceKey,
    }),
    email: t.exposeString('email', {
      description: 'Whom it is meant for. It proves nothing: the secret is what counts.',
    }),
    role: t.field({ type: WorkspaceRoleEnum, description: 'What it gives.', resolve: ({ role }) => role }),
    isOpen: t.exposeBoolean('isOpen', { description: 'Whether it can be redeemed now.' }),
    invitedBy: t.field({
      type: UserRef,
      description: 'Who made it.',
      resolve: ({ invitedById }) => invitedById,
    }),
    redeemedBy: t.field({
      type: UserRef,
      nullable: true,
      description: 'Who has redeemed it.',
      resolve: ({ redeemedById }) => redeemedById,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ createdAt }) => createdAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Until when it is good.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
  }),
});

const pages = batched(loadOpenInvitations);
const counts = batched(countOpenInvitations);

builder.objectField(WorkspaceRef, 'invitations', (t) =>
  t.connection(
    {
      type: InvitationRef,
      nullable: true,
      description:
        'Its open invitations, in the order in which they were made. For admins; for others null, with a FORBIDDEN error.',
      resolve: ({ key }, args, context) => {
        requireAdmin(context, key);
        return connect<InvitationRow>(args, {
          field: 'Workspace.invitations',
          parent: key,
          order: invitationOrder,
          positionOf: (invitation) => [invitation.key],
          load: (range) => pages(context, range).load(key),
          totalCount: () => counts(context, null).load(key),
        });
      },
    },
    InvitationConnection,
  ),
);
