import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { reads } from '../graphql/look-ahead.ts';
import { pageAhead, pageOf } from '../graphql/page-ahead.ts';
import { WorkspaceRef, workspaceField } from '../workspace/ref.ts';
import {
  allProjects,
  countWorkspaceProjects,
  loadWorkspaceProjects,
  type ProjectRow,
  projectOrder,
  projectTable,
  selectProjects,
} from './loaders.ts';
import { ProjectConnection, ProjectRef } from './ref.ts';

ProjectRef.implement({
  description: 'A line of work inside one workspace.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The title; not unique.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    workspace: t.field({
      ...workspaceField('project'),
      description: 'The workspace that it belongs to.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      extensions: reads('createdAt'),
      description: 'When it was made.',
      resolve: (project) => project.createdAt,
    }),
  }),
});

const pages = batched(loadWorkspaceProjects);
const counts = batched(countWorkspaceProjects);

builder.objectField(WorkspaceRef, 'projects', (t) =>
  t.connection(
    {
      type: ProjectRef,
      description: 'Its projects, in the order in which they were made.',
      extensions: pageAhead({
        table: projectTable,
        parent: 'workspace.key',
        order: () => projectOrder,
        select: selectProjects,
        all: () => allProjects,
      }),
      resolve: (workspace, args, context, info) => {
        const { key } = workspace;
        const ahead = pageOf(workspace, info, projectTable, projectOrder);
        return connect<ProjectRow>(args, {
          field: 'Workspace.projects',
          parent: key,
          order: projectOrder,
          positionOf: (project) => [project.key],
          load: (range) => ahead.page ?? pages(context, { range, reading: ahead.reading() }).load(key),
          totalCount: () => ahead.totalCount ?? counts(context, null).load(key),
        });
      },
    },
    ProjectConnection,
  ),
);
