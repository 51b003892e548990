import { ViewerRef } from '../access/ref.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { WorkspaceRoleEnum } from '../graphql/errors.ts';
import { pageReadingOf, reads } from '../graphql/look-ahead.ts';
import { loadViewerWorkspaces, type WorkspaceRow, workspaceOrder, workspaceTable } from './loaders.ts';
import { WorkspaceConnection, WorkspaceRef } from './ref.ts';

export const ParticipantIdFormatEnum = builder.enumType('ParticipantIdFormat', {
  description: "How a workspace's participant IDs look.",
  values: {
    PROLIFIC: { description: '24 lower-case hexadecimal digits, as Prolific gives them.' },
    OPAQUE: { description: '1–64 characters out of A–Z a–z 0–9 . _ : -' },
  } satisfies Record<ParticipantIdFormat, { description: string }>,
});

WorkspaceRef.implement({
  description: 'The tenant: it owns projects, participants and groups, and nothing crosses it.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The title; not unique.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    participantIdFormat: t.field({
      type: ParticipantIdFormatEnum,
      extensions: reads('participantIdFormat'),
      description: 'How its participant IDs look; chosen when it is made.',
      resolve: (workspace) => workspace.participantIdFormat,
    }),
    createdAt: t.field({
      type: 'DateTime',
      extensions: reads('createdAt'),
      description: 'When it was made.',
      resolve: (workspace) => workspace.createdAt,
    }),
    viewerRole: t.field({
      type: WorkspaceRoleEnum,
      extensions: reads(),
      description: 'What the viewer may do here.',
      resolve: (workspace, _args, { viewer }) => {
        const role = viewer?.roles.get(workspace.key);
        if (role === undefined) throw new Error(`Workspace ${workspace.id} was read without a role`);
        return role;
      },
    }),
  }),
});

builder.objectField(ViewerRef, 'workspaces', (t) =>
  t.connection(
    {
      type: WorkspaceRef,
      description: "The viewer's workspaces, in the order in which they were made.",
      resolve: (viewer, args, { scope }, info) =>
        connect<WorkspaceRow>(args, {
          field: 'Viewer.workspaces',
          parent: viewer.userId,
          order: workspaceOrder,
          positionOf: ({ key }) => [key],
          load: (range) =>
            loadViewerWorkspaces(scope, range, pageReadingOf(info, workspaceTable, workspaceOrder.reads)),
          totalCount: () => scope.workspaceKeys.length,
        }),
    },
    WorkspaceConnection,
  ),
);
