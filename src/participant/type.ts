import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { participantIdArgument, participantIdsArgument } from './arguments.ts';
import {
  countParticipants,
  loadByParticipantId,
  loadWorkspaceParticipants,
  type ParticipantRow,
  participantOrder,
  platformKey,
} from './loaders.ts';
import { ParticipantConnection, ParticipantRef } from './ref.ts';

ParticipantRef.implement({
  description: 'One person as a workspace knows them. Comes into being when first added to a group.',
  fields: (t) => ({
    participantId: t.exposeString('participantId', {
      description:
        'The ID on the recruiting platform; not a global id. Of who was erased a random one, `erased~…`.',
    }),
    workspace: t.field({
      type: WorkspaceRef,
      description: 'The workspace that knows them.',
      resolve: ({ workspaceKey }) => workspaceKey,
    }),
    firstSeenAt: t.field({
      type: 'DateTime',
      description: 'When the workspace first saw the ID.',
      resolve: ({ firstSeenAt }) => firstSeenAt,
    }),
    erasedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the person was erased, if they were: since then they are in history alone.',
      resolve: ({ erasedAt }) => erasedAt,
    }),
  }),
});

const pages = batched(loadWorkspaceParticipants);
const counts = batched(countParticipants);
const byParticipantId = batched(loadByParticipantId);

builder.objectField(WorkspaceRef, 'participants', (t) =>
  t.connection(
    {
      type: ParticipantRef,
      description:
        'Everyone whom the workspace knows, in the order in which it saw them first; nobody who was erased.',
      resolve: ({ key }, args, context) =>
        connect<ParticipantRow>(args, {
          field: 'Workspace.participants',
          parent: key,
          order: participantOrder,
          positionOf: (participant) => [participant.key],
          load: (range) => pages(context, range).load(key),
          totalCount: () => counts(context, null).load(key),
        }),
    },
    ParticipantConnection,
  ),
);

builder.objectFields(WorkspaceRef, (t) => ({
  participant: t.field({
    type: ParticipantRef,
    nullable: true,
    description: 'A participant by their participant ID; null where the workspace has never seen it.',
    args: {
      participantId: t.arg.string({ required: true, description: 'The ID on the recruiting platform.' }),
    },
    resolve: ({ key, participantIdFormat }, args, context) => {
      const participantId = participantIdArgument('participantId', args.participantId, participantIdFormat);
      return byParticipantId(context, null).load(platformKey(key, participantId));
    },
  }),
  participantsByIds: t.field({
    type: [ParticipantRef],
    nullable: { list: false, items: true },
    description:
      'Many participants by their participant IDs, in the same order; null where the ID was never seen.',
    args: { participantIds: t.arg.stringList({ required: true, description: 'At most 1,000.' }) },
    resolve: ({ key, participantIdFormat }, args, context) =>
      participantIdsArgument('participantIds', args.participantIds, participantIdFormat).map(
        (participantId) => byParticipantId(context, null).load(platformKey(key, participantId)),
      ),
  }),
}));
