import { UserRef, ViewerRef } from '../access/ref.ts';
import { requireAdmin } from '../graphql/admin-only.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import {
  type ApiTokenRow,
  apiTokenOrder,
  countWorkspaceApiTokens,
  loadOwnApiTokens,
  loadWorkspaceApiTokens,
} from './loaders.ts';
import { ApiTokenConnection, ApiTokenRef } from './ref.ts';
import { mostTokens } from './rules.ts';

ApiTokenRef.implement({
  description:
    'What a program shows to act for a user. Its secret is told once, when it is made. One that was revoked or has expired is not there any more.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for.' }),
    prefix: t.exposeString('prefix', {
      description: 'The first characters of the secret, to recognise it by.',
    }),
    user: t.field({ type: UserRef, description: 'Whom it acts for.', resolve: ({ userId }) => userId }),
    workspace: t.field({
      type: WorkspaceRef,
      nullable: true,
      description: "The only workspace that it acts in; null for all of the user's.",
      resolve: ({ workspaceKey }) => workspaceKey,
    }),
    readOnly: t.exposeBoolean('readOnly', { description: 'Whether it makes no mutations.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ createdAt }) => createdAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to about a minute; null where it never was.',
      resolve: ({ lastUsedAt }) => lastUsedAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ends; null where it ends only by being revoked.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
  }),
});

builder.objectField(ViewerRef, 'apiTokens', (t) =>
  t.field({
    type: [ApiTokenRef],
    extensions: { rows: mostTokens },
    description:
      "The user's tokens, in the order in which they were made. A token that is narrowed to a workspace sees only those narrowed to it.",
    resolve: (_viewer, _args, { scope }) => loadOwnApiTokens(scope),
  }),
);

const pages = batched(loadWorkspaceApiTokens);
const counts = batched(countWorkspaceApiTokens);

builder.objectField(WorkspaceRef, 'apiTokens', (t) =>
  t.connection(
    {
      type: ApiTokenRef,
      nullable: true,
      description:
        'The tokens that are narrowed to it, whoever they act for, in the order in which they were made. For admins; for others null, with a FORBIDDEN error.',
      resolve: ({ key }, args, context) => {
        requireAdmin(context, key);
        return connect<ApiTokenRow>(args, {
          field: 'Workspace.apiTokens',
          parent: key,
          order: apiTokenOrder,
          positionOf: ({ id }) => [id],
          load: (range) => pages(context, range).load(key),
          totalCount: () => counts(context, null).load(key),
        });
      },
    },
    ApiTokenConnection,
  ),
);
