import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadWorkspaces } from './loaders.ts';

export const WorkspaceRef = nodeRef('Workspace', loadWorkspaces);

export const WorkspaceConnection = builder.connectionObject(
  {
    type: WorkspaceRef,
    name: 'WorkspaceConnection',
    description: 'A page of workspaces.',
  },
  { description: 'A workspace in a list.' },
);
