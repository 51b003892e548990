import { builder } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import { readingOf } from '../graphql/look-ahead.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { loadWorkspaces, workspaceTable } from './loaders.ts';
import { WorkspaceRef } from './ref.ts';

const workspaces = batched(loadWorkspaces);

builder.queryField('workspace', (t) =>
  t.field({
    type: WorkspaceRef,
    nullable: true,
    description: 'A workspace by its id.',
    args: { id: t.arg.id({ required: true, description: 'Id of a Workspace.' }) },
    resolve: (_root, { id }, context, info) =>
      workspaces(context, readingOf(info, workspaceTable)).load(idArgument('id', id, 'Workspace')),
  }),
);
