import { builder } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import { readingOf } from '../graphql/look-ahead.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { loadProjects, projectTable } from './loaders.ts';
import { ProjectRef } from './ref.ts';

const projects = batched(loadProjects);

builder.queryField('project', (t) =>
  t.field({
    type: ProjectRef,
    nullable: true,
    description: 'A project by its id.',
    args: { id: t.arg.id({ required: true, description: 'Id of a Project.' }) },
    resolve: (_root, { id }, context, info) =>
      projects(context, readingOf(info, projectTable)).load(idArgument('id', id, 'Project')),
  }),
);
