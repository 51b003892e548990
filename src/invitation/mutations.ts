import { ViewerRef } from '../access/ref.ts';
import { ApiTokenRef } from '../api-token/ref.ts';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { builder } from '../graphql/builder.ts';
import { WorkspaceRoleEnum } from '../graphql/errors.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform, performAsAnybody } from '../graphql/mutation.ts';
import { checkInput } from '../input.ts';
import { type Redeemed, redeemInvitation } from './redeem-service.ts';
import { InvitationRef } from './ref.ts';
import { checkEmail } from './rules.ts';
import { addWorkspaceMember, revokeInvitation } from './service.ts';

const AddWorkspaceMemberPayload = builder
  .objectRef<{ invitationId: string; secret: string }>('AddWorkspaceMemberPayload')
  .implement({
    description: 'The invitation that was made.',
    fields: (t) => ({
      invitation: t.field({
        type: InvitationRef,
        description: 'The invitation.',
        resolve: ({ invitationId }) => invitationId,
      }),
      invitationSecret: t.exposeString('secret', {
        description: 'What `redeemInvitation` takes. It is shown this once and stored nowhere: hand it on.',
      }),
    }),
  });

const AddWorkspaceMemberInput = builder.inputType('AddWorkspaceMemberInput', {
  description: 'Whom to invite, and to what.',
  fields: (t) => ({
    workspaceId: t.id({ required: true, description: 'Id of a Workspace.' }),
    email: t.string({ required: true, description: 'An e-mail address; nothing is sent to it.' }),
    role: t.field({ type: WorkspaceRoleEnum, required: true, description: 'What the invitation gives.' }),
  }),
});

builder.mutationField('addWorkspaceMember', (t) =>
  t.field({
    type: AddWorkspaceMemberPayload,
    nullable: true,
    description:
      'Invites somebody to a workspace: makes a secret that is good once, for 7 days, and revokes an older one for the same address. The answer is the same whether or not anybody has the address. Needs ADMIN.',
    args: { input: t.arg({ type: AddWorkspaceMemberInput, required: true, description: 'Whom.' }) },
    errors: { types: [InvalidInputError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const invitation = checkInput((check) => ({
          workspaceId: check.id(['input', 'workspaceId'], input.workspaceId, 'Workspace'),
          email: checkEmail(check, ['input', 'email'], input.email),
          role: input.role,
        }));
        return addWorkspaceMember(database, viewer, invitation);
      }),
  }),
);

const RevokeInvitationPayload = builder
  .objectRef<{ invitationId: string }>('RevokeInvitationPayload')
  .implement({
    description: 'The invitation that was revoked.',
    fields: (t) => ({
      revokedInvitationId: t.id({
        description: 'Its id.',
        resolve: ({ invitationId }) => encodeGlobalId('Invitation', invitationId),
      }),
    }),
  });

const RevokeInvitationInput = builder.inputType('RevokeInvitationInput', {
  description: 'Which invitation to revoke.',
  fields: (t) => ({
    invitationId: t.id({ required: true, description: 'Id of an Invitation.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('revokeInvitation', (t) =>
  t.field({
    type: RevokeInvitationPayload,
    nullable: true,
    description:
      'Takes an open invitation back; one that is not open stays as it is. Needs ADMIN: for everyone else there is no such invitation.',
    args: { input: t.arg({ type: RevokeInvitationInput, required: true, description: 'Which one.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, id } = checkInput((check) => ({
          call: callOf('revokeInvitation', input, check),
          id: check.id(['input', 'invitationId'], input.invitationId, 'Invitation'),
        }));
        return revokeInvitation(database, viewer, call, id);
      }),
  }),
);

const RedeemInvitationPayload = builder.objectRef<Redeemed>('RedeemInvitationPayload').implement({
  description: 'Who has the role now.',
  fields: (t) => ({
    viewer: t.field({
      type: ViewerRef,
      description: 'The user who got the role: the one who asked, or the new one.',
      resolve: ({ viewer }) => viewer,
    }),
    token: t.string({
      nullable: true,
      description:
        "The new user's secret, for `Authorization: Bearer …`, shown this once; null when called with a token.",
      resolve: ({ token }) => token?.secret ?? null,
    }),
    apiToken: t.field({
      type: ApiTokenRef,
      nullable: true,
      description: "The new user's token, narrowed to the workspace; null when called with a token.",
      resolve: ({ token }) => token?.tokenId ?? null,
    }),
  }),
});

const RedeemInvitationInput = builder.inputType('RedeemInvitationInput', {
  description: 'An invitation, and who redeems it.',
  fields: (t) => ({
    invitationSecret: t.string({ required: true, description: 'The secret of the invitation.' }),
    name: t.string({
      required: true,
      description: "A new user's name, 1–200 characters; whoever calls with a token keeps their own.",
    }),
  }),
});

builder.mutationField('redeemInvitation', (t) =>
  t.field({
    type: RedeemInvitationPayload,
    nullable: true,
    skipTypeScopes: true,
    // It makes users for whoever comes without a token.
    extensions: { surcharge: 10 },
    description:
      'Redeems an invitation. With a token its user gets the role (a role that includes it stays). Without any, a new user is made, whatever users the address already has, with a token narrowed to the workspace.',
    args: { input: t.arg({ type: RedeemInvitationInput, required: true, description: 'Which, and who.' }) },
    errors: { types: [InvalidInputError, ForbiddenError] },
    resolve: (_root, { input }, context) =>
      performAsAnybody(context, async ({ database }, viewer) => {
        const { secret, name } = checkInput((check) => ({
          secret: input.invitationSecret.trim(),
          name: check.name(['input', 'name'], input.name),
        }));
        return redeemInvitation(database, viewer, { secret, name });
      }),
  }),
);
