import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { Context } from './context.ts';
import { unauthenticated } from './read-errors.ts';

interface BuilderTypes {
  Context: Context;
  DefaultFieldNullability: false;
  AuthScopes: { viewer: boolean };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
  };
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Connection: { totalCount: () => number | Promise<number> };
}

/** The schema builder. Types, fields and mutations are in their domains' folders. */
export const builder = new SchemaBuilder<BuilderTypes>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, DataloaderPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: (context) => ({ viewer: context.caller !== null }),
    unauthorizedError: unauthenticated,
  },
  errors: {
    directResult: true,
    defaultUnionOptions: {
      description: 'The payload, or what the caller can act on.',
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
    },
  },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodeTypeOptions: { description: 'Something with a global id, readable again through `node`.' },
    idFieldOptions: { description: 'Global id.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follows this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether something comes before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first edge; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last edge; null on an empty page.' },
    pageInfoFieldOptions: { description: 'Where this page stands in the list.' },
    edgesFieldOptions: {
      description: 'The items of this page, each with its cursor.',
      nullable: { list: false, items: false },
    },
    nodesOnConnection: { description: 'The items of this page, without their cursors.' },
    nodeFieldOptions: { description: 'The item.', nullable: false },
    cursorFieldOptions: {
      description: 'The place in the list; good for `after` and `before` of this field, parent and order.',
    },
    firstArgOptions: {
      description: 'How many items from the start, or after `after`: 1–100. Without `first` and `last`, 20.',
    },
    lastArgOptions: {
      description: 'How many items from the end, or before `before`: 1–100. Not together with `first`.',
    },
    afterArgOptions: { description: 'Only items after the one with this cursor.' },
    beforeArgOptions: { description: 'Only items before the one with this cursor.' },
  },
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: 'How many items the whole list has; counted only when it is asked for.',
    resolve: (connection) => connection.totalCount(),
  }),
);

builder.queryType({
  description: 'What can be read. Every field needs a token.',
  authScopes: { viewer: true },
});
builder.mutationType({
  description:
    'What can be changed. Every mutation answers with its payload, or with one of the errors that its union names.',
  authScopes: { viewer: true },
});
builder.subscriptionType({
  description:
    'What can be watched, over WebSocket (graphql-transport-ws) or server-sent events. Rights are looked at again for each event and at least every ten seconds.',
  authScopes: { viewer: true },
});
