import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { reads } from '../graphql/look-ahead.ts';
import { pageAhead } from '../graphql/page-ahead.ts';
import { participantIdArgument, participantIdsArgument } from '../participant/arguments.ts';
import { platformKey } from '../participant/loaders.ts';
import { ParticipantRef } from '../participant/ref.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { listMembers, type MemberArguments } from './listing.ts';
import { type ChangeRow, changeKey, changeOrder, loadChangePages } from './loaders.ts';
import { loadIsMember, type MemberRow, memberOrder, memberTable, selectMembers } from './member-loaders.ts';
import { MembershipChangeConnection, MembershipChangeRef } from './ref.ts';

const isMember = batched(loadIsMember);
const changes = batched(loadChangePages);

const MemberEdge = builder.edgeObject({
  type: ParticipantRef,
  name: 'ParticipantGroupParticipantsEdge',
  description: 'A member of a group, and how they came to be in it.',
});

const joiningColumns = reads('groupKey', 'joinedVersion');

builder.objectFields(MemberEdge, (t) => ({
  joinedAt: t.field({
    type: 'DateTime',
    extensions: joiningColumns,
    description: 'When they joined.',
    resolve: async (edge, _args, context) => (await joiningOf(edge, context)).occurredAt,
  }),
  change: t.field({
    type: MembershipChangeRef,
    extensions: joiningColumns,
    description: 'The change that they joined by: when, why and by whom.',
    resolve: (edge, _args, context) => joiningOf(edge, context),
  }),
}));

function joiningOf({ node }: { node: unknown }, context: Context): Promise<ChangeRow> {
  const { groupKey, joinedVersion } = node as MemberRow;
  return MembershipChangeRef.getDataloader(context).load(changeKey(groupKey, joinedVersion));
}

const MemberConnection = builder.connectionObject(
  {
    type: ParticipantRef,
    name: 'ParticipantGroupParticipantsConnection',
    description: "A page of a group's members.",
  },
  MemberEdge,
);

builder.objectFields(ParticipantGroupRef, (t) => ({
  participants: t.connection(
    {
      type: ParticipantRef,
      description: 'Its members in order of joining: now, as of a past moment, or as of a version.',
      args: {
        asOf: t.arg({ type: 'DateTime', description: 'The members at this moment.' }),
        asOfVersion: t.arg.int({ description: 'The members at this version; 0 is before the first change.' }),
      },
      extensions: pageAhead({
        table: memberTable,
        parent: 'participant_group.key',
        order: ({ asOf, asOfVersion }: MemberArguments) =>
          asOf == null && asOfVersion == null ? memberOrder : null,
        select: selectMembers,
        all: null,
        // What a past list needs, and what a count is.
        reads: ['participantCount', 'version'],
      }),
      resolve: listMembers,
    },
    MemberConnection,
  ),
  hasParticipant: t.boolean({
    extensions: reads('workspaceKey'),
    description: 'Whether the participant with this participant ID is a member.',
    args: {
      participantId: t.arg.string({ required: true, description: 'The ID on the recruiting platform.' }),
    },
    resolve: async ({ key, workspaceKey }, args, context) => {
      const { participantIdFormat } = await WorkspaceRef.getDataloader(context).load(workspaceKey);
      const participantId = participantIdArgument('participantId', args.participantId, participantIdFormat);
      return isMember(context, null).load(platformKey(key, participantId));
    },
  }),
  hasParticipants: t.booleanList({
    extensions: reads('workspaceKey'),
    description: 'Whether each of these is a member, in the same order.',
    args: { participantIds: t.arg.stringList({ required: true, description: 'At most 1,000.' }) },
    resolve: async ({ key, workspaceKey }, args, context) => {
      const { participantIdFormat } = await WorkspaceRef.getDataloader(context).load(workspaceKey);
      const ids = participantIdsArgument('participantIds', args.participantIds, participantIdFormat);
      return Promise.all(ids.map((id) => isMember(context, null).load(platformKey(key, id))));
    },
  }),
  changes: t.connection(
    {
      type: MembershipChangeRef,
      extensions: reads('version'),
      description: 'Its change log, oldest first.',
      resolve: ({ key, version }, args, context) =>
        connect<ChangeRow>(args, {
          field: 'ParticipantGroup.changes',
          parent: key,
          order: changeOrder,
          positionOf: (change) => [change.version],
          load: (range) => changes(context, range).load(key),
          totalCount: () => version,
        }),
    },
    MembershipChangeConnection,
  ),
}));
