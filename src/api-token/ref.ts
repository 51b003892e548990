import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadApiTokens } from './loaders.ts';

export const ApiTokenRef = nodeRef('ApiToken', loadApiTokens);

export const ApiTokenConnection = builder.connectionObject(
  { type: ApiTokenRef, name: 'ApiTokenConnection', description: 'A page of API tokens.' },
  { description: 'An API token in a list.' },
);
