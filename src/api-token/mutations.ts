import { ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck } from '../input.ts';
import { ApiTokenRef } from './ref.ts';
import { createApiToken, type MadeToken, type NewApiToken, revokeApiToken } from './service.ts';

const CreateApiTokenPayload = builder.objectRef<MadeToken>('CreateApiTokenPayload').implement({
  description: 'The token that was made.',
  fields: (t) => ({
    apiToken: t.field({ type: ApiTokenRef, description: 'The token.', resolve: ({ tokenId }) => tokenId }),
    token: t.exposeString('secret', {
      description: 'Its secret, for `Authorization: Bearer …`. It is shown this once and stored nowhere.',
    }),
  }),
});

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  description: 'A new API token. It reaches as far as the token that makes it, at most.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for: 1–200 characters.' }),
    workspaceId: t.id({ description: 'Id of the only Workspace that it acts in; without, all of yours.' }),
    readOnly: t.boolean({ defaultValue: false, description: 'Whether it makes no mutations.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends; without, never by itself.' }),
  }),
});

builder.mutationField('createApiToken', (t) =>
  t.field({
    type: CreateApiTokenPayload,
    nullable: true,
    description:
      'Makes a token for the viewer, who may have 100. A token that is narrowed to a workspace, or that ends, makes only tokens that are and do too; anything wider is forbidden.',
    args: { input: t.arg({ type: CreateApiTokenInput, required: true, description: 'The new token.' }) },
    errors: { types: [InvalidInputError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) =>
        createApiToken(
          database,
          viewer,
          checkInput((check) => checkNewToken(input, check)),
        ),
      ),
  }),
);

function checkNewToken(input: typeof CreateApiTokenInput.$inferInput, check: InputCheck): NewApiToken {
  const { workspaceId, readOnly, expiresAt } = input;
  const [soonest, latest] = [new Date(), new Date('9999-12-31T23:59:59.999Z')];
  if (expiresAt != null && !(expiresAt > soonest && expiresAt <= latest)) {
    check.fail(['input', 'expiresAt'], 'Expected a moment in the future, up to the year 9999.');
  }
  return {
    name: check.name(['input', 'name'], input.name),
    workspaceId: workspaceId == null ? null : check.id(['input', 'workspaceId'], workspaceId, 'Workspace'),
    readOnly: readOnly ?? false,
    expiresAt: expiresAt ?? null,
  };
}

const RevokeApiTokenPayload = builder.objectRef<{ tokenId: string }>('RevokeApiTokenPayload').implement({
  description: 'The token that was revoked.',
  fields: (t) => ({
    revokedApiTokenId: t.id({
      description: 'Its id.',
      resolve: ({ tokenId }) => encodeGlobalId('ApiToken', tokenId),
    }),
  }),
});

const RevokeApiTokenInput = builder.inputType('RevokeApiTokenInput', {
  description: 'Which token to revoke.',
  fields: (t) => ({
    apiTokenId: t.id({ required: true, description: 'Id of an ApiToken.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('revokeApiToken', (t) =>
  t.field({
    type: RevokeApiTokenPayload,
    nullable: true,
    description:
      'Revokes a token, at once and for good: one of your own, also the one that asks, or as an admin one that is narrowed to your workspace. Revoking a revoked one changes nothing.',
    args: { input: t.arg({ type: RevokeApiTokenInput, required: true, description: 'Which token.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, tokenId } = checkInput((check) => ({
          call: callOf('revokeApiToken', input, check),
          tokenId: check.id(['input', 'apiTokenId'], input.apiTokenId, 'ApiToken'),
        }));
        return revokeApiToken(database, viewer, call, tokenId);
      }),
  }),
);
