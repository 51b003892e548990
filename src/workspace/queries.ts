import { builder } from '../graphql/builder.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { WorkspaceRef } from './ref.ts';

builder.queryField('workspace', (t) =>
  t.field({
    type: WorkspaceRef,
    nullable: true,
    description: 'A workspace by its id.',
    args: { id: t.arg.id({ required: true, description: 'Id of a Workspace.' }) },
    resolve: (_root, { id }) => idArgument('id', id, 'Workspace'),
  }),
);
