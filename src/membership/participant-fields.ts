import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { reads } from '../graphql/look-ahead.ts';
import { pageAhead, pageOf } from '../graphql/page-ahead.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { ParticipantRef } from '../participant/ref.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import {
  allJoinedGroups,
  countJoinedGroups,
  type JoinedGroupRow,
  joinedGroupOrder,
  joinedGroupTable,
  loadJoinedGroups,
  selectJoinedGroups,
} from './joined-loaders.ts';
import { type ChangeRow, changeKey, type Interval, loadHistories } from './loaders.ts';
import { MembershipChangeRef } from './ref.ts';

const joinedGroups = batched(loadJoinedGroups);
const joinedCounts = batched(countJoinedGroups);
const histories = batched(loadHistories);

const JoinedGroupEdge = builder.edgeObject({
  type: ParticipantGroupRef,
  name: 'ParticipantParticipantGroupsEdge',
  description: 'A group that a participant is in, and how they came to be in it.',
});

builder.objectFields(JoinedGroupEdge, (t) => ({
  joinedAt: t.field({
    type: 'DateTime',
    extensions: reads('joinedVersion'),
    description: 'When they joined.',
    resolve: async (edge, _args, context) => (await joiningOf(edge, context)).occurredAt,
  }),
  change: t.field({
    type: MembershipChangeRef,
    extensions: reads('joinedVersion'),
    description: 'The change that they joined by: when, why and by whom.',
    resolve: (edge, _args, context) => joiningOf(edge, context),
  }),
}));

function joiningOf({ node }: { node: unknown }, context: Context): Promise<ChangeRow> {
  const { key, joinedVersion } = node as JoinedGroupRow;
  return MembershipChangeRef.getDataloader(context).load(changeKey(key, joinedVersion));
}

const JoinedGroupConnection = builder.connectionObject(
  {
    type: ParticipantGroupRef,
    name: 'ParticipantParticipantGroupsConnection',
    description: 'A page of the groups that a participant is in.',
  },
  JoinedGroupEdge,
);

const MembershipInterval = builder.objectRef<Interval>('MembershipInterval').implement({
  description: 'One stay of a participant in a group. Leaving and joining again starts another.',
  fields: (t) => ({
    joined: t.field({
      type: MembershipChangeRef,
      description: 'The change that they joined by.',
      resolve: ({ groupKey, joinedVersion }) => changeKey(groupKey, joinedVersion),
    }),
    left: t.field({
      type: MembershipChangeRef,
      nullable: true,
      description: 'The change that they left by; null while they are in.',
      resolve: ({ groupKey, leftVersion }) =>
        leftVersion === null ? null : changeKey(groupKey, leftVersion),
    }),
  }),
});

builder.objectFields(ParticipantRef, (t) => ({
  participantGroups: t.connection(
    {
      type: ParticipantGroupRef,
      description: 'The live groups that they are in, in the order in which the groups were made.',
      extensions: pageAhead({
        table: joinedGroupTable,
        parent: 'participant.key',
        order: () => joinedGroupOrder,
        select: selectJoinedGroups,
        all: () => allJoinedGroups,
      }),
      resolve: (participant, args, context, info) => {
        const { key } = participant;
        const ahead = pageOf(participant, info, joinedGroupTable, joinedGroupOrder);
        return connect<JoinedGroupRow>(args, {
          field: 'Participant.participantGroups',
          parent: key,
          order: joinedGroupOrder,
          positionOf: (group) => [group.key],
          load: (range) => ahead.page ?? joinedGroups(context, { range, reading: ahead.reading() }).load(key),
          totalCount: () => ahead.totalCount ?? joinedCounts(context, null).load(key),
        });
      },
    },
    JoinedGroupConnection,
  ),
  membershipHistory: t.field({
    type: [MembershipInterval],
    extensions: { ...reads('key'), rows: 20 },
    description: 'Their stays in a group, oldest first; empty for a group that they never were in.',
    args: { participantGroupId: t.arg.id({ required: true, description: 'Id of a ParticipantGroup.' }) },
    resolve: ({ key }, { participantGroupId }, context) => {
      const groupId = idArgument('participantGroupId', participantGroupId, 'ParticipantGroup');
      return histories(context, { groupId }).load(key);
    },
  }),
}));
