import { UserRef } from '../access/ref.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { WorkspaceRoleEnum } from '../graphql/errors.ts';
import { batched } from '../graphql/loader.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { countMembers, loadMembers, type MemberRow, memberOrder } from './loaders.ts';

const WorkspaceMemberEdge = builder.edgeObject({
  type: UserRef,
  name: 'WorkspaceMemberEdge',
  description: 'A member of a workspace, and what they may do in it.',
});

/** Its connection puts whole rows of members into its edges. */
const memberOf = ({ node }: { node: unknown }) => node as MemberRow;

builder.objectFields(WorkspaceMemberEdge, (t) => ({
  role: t.field({
    type: WorkspaceRoleEnum,
    description: 'What they may do.',
    resolve: (edge) => memberOf(edge).role,
  }),
  email: t.string({
    nullable: true,
    description: 'Their e-mail address, for admins; null for everyone else.',
    resolve: (edge, _args, { viewer }) => {
      const { workspaceKey, email } = memberOf(edge);
      return viewer?.roles.get(workspaceKey) === 'ADMIN' ? email : null;
    },
  }),
  joinedAt: t.field({
    type: 'DateTime',
    description: 'Since when they are a member.',
    resolve: (edge) => memberOf(edge).joinedAt,
  }),
}));

const WorkspaceMemberConnection = builder.connectionObject(
  { type: UserRef, name: 'WorkspaceMemberConnection', description: "A page of a workspace's members." },
  WorkspaceMemberEdge,
);

const pages = batched(loadMembers);
const counts = batched(countMembers);

builder.objectField(WorkspaceRef, 'members', (t) =>
  t.connection(
    {
      type: UserRef,
      description: 'Who belongs to it, in the order in which they joined.',
      resolve: ({ key }, args, context) =>
        connect<MemberRow>(args, {
          field: 'Workspace.members',
          parent: key,
          order: memberOrder,
          positionOf: ({ joinedAt, id }) => [joinedAt.toISOString(), id],
          load: (range) => pages(context, range).load(key),
          totalCount: () => counts(context, null).load(key),
        }),
    },
    WorkspaceMemberConnection,
  ),
);
