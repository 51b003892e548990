import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { type FieldInfo, foundAlong, rowAhead } from '../graphql/look-ahead.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadWorkspaces, type WorkspaceRow, workspaceTable } from './loaders.ts';

export const WorkspaceRef = nodeRef('Workspace', loadWorkspaces);

/** The field of a row that answers with its workspace; `of` is what the row's table is called in SQL. */
export const workspaceField = (of: string) => ({
  type: WorkspaceRef,
  extensions: rowAhead(workspaceTable, of, 'workspaceKey'),
  resolve: (row: { workspaceKey: number }, _args: object, _context: Context, info: FieldInfo) =>
    foundAlong<WorkspaceRow>(row, info) ?? row.workspaceKey,
});

export const WorkspaceConnection = builder.connectionObject(
  {
    type: WorkspaceRef,
    name: 'WorkspaceConnection',
    description: 'A page of workspaces.',
  },
  { description: 'A workspace in a list.' },
);
