import { builder } from '../graphql/builder.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { ProjectRef } from './ref.ts';

builder.queryField('project', (t) =>
  t.field({
    type: ProjectRef,
    nullable: true,
    description: 'A project by its id.',
    args: { id: t.arg.id({ required: true, description: 'Id of a Project.' }) },
    resolve: (_root, { id }) => idArgument('id', id, 'Project'),
  }),
);
