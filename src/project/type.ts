import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { countWorkspaceProjects, loadWorkspaceProjects, type ProjectRow, projectOrder } from './loaders.ts';
import { ProjectConnection, ProjectRef } from './ref.ts';

ProjectRef.implement({
  description: 'A line of work inside one workspace.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The title; not unique.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    workspace: t.field({
      type: WorkspaceRef,
      description: 'The workspace that it belongs to.',
      resolve: ({ workspaceKey }) => workspaceKey,
    }),
    createdAt: t.field({
      type: 'DateTime',
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
      resolve: ({ key }, args, context) =>
        connect<ProjectRow>(args, {
          field: 'Workspace.projects',
          parent: key,
          order: projectOrder,
          positionOf: (project) => [project.key],
          load: (range) => pages(context, range).load(key),
          totalCount: () => counts(context, null).load(key),
        }),
    },
    ProjectConnection,
  ),
);
