import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { foundAlong, lookAhead, readingOf, reads } from '../graphql/look-ahead.ts';
import { pageAhead, pageOf } from '../graphql/page-ahead.ts';
import { WorkspaceRef, workspaceField } from '../workspace/ref.ts';
import { participantIdArgument, participantIdsArgument } from './arguments.ts';
import {
  countParticipants,
  loadByParticipantId,
  loadWorkspaceParticipants,
  type ParticipantRow,
  participantAlong,
  participantOrder,
  participantTable,
  platformKey,
  selectParticipants,
} from './loaders.ts';
import { ParticipantConnection, ParticipantRef } from './ref.ts';
import { readParticipantIds } from './rules.ts';

ParticipantRef.implement({
  description: 'One person as a workspace knows them. Comes into being when first added to a group.',
  fields: (t) => ({
    participantId: t.exposeString('participantId', {
      description:
        'The ID on the recruiting platform; not a global id. Of who was erased a random one, `erased~…`.',
    }),
    workspace: t.field({
      ...workspaceField('participant'),
      description: 'The workspace that knows them.',
    }),
    firstSeenAt: t.field({
      type: 'DateTime',
      extensions: reads('firstSeenAt'),
      description: 'When the workspace first saw the ID.',
      resolve: ({ firstSeenAt }) => firstSeenAt,
    }),
    erasedAt: t.field({
      type: 'DateTime',
      nullable: true,
      extensions: reads('erasedAt'),
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
      extensions: pageAhead({
        table: participantTable,
        parent: 'workspace.key',
        order: () => participantOrder,
        select: selectParticipants,
        all: null,
      }),
      resolve: (workspace, args, context, info) => {
        const { key } = workspace;
        const ahead = pageOf(workspace, info, participantTable, participantOrder);
        return connect<ParticipantRow>(args, {
          field: 'Workspace.participants',
          parent: key,
          order: participantOrder,
          positionOf: (participant) => [participant.key],
          load: (range) => ahead.page ?? pages(context, { range, reading: ahead.reading() }).load(key),
          totalCount: () => counts(context, null).load(key),
        });
      },
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
    extensions: lookAhead((args: { participantId: string }, below) => {
      // Whoever is valid in any format is valid in this one; the workspace's own decides when it is known.
      const [participantId] = readParticipantIds([args.participantId], 'OPAQUE').valid;
      const reading = below.rows(participantTable);
      return {
        columns: ['participantIdFormat'],
        along: participantId === undefined ? null : participantAlong(participantId, reading),
      };
    }),
    resolve: (workspace, args, context, info) => {
      const { key, participantIdFormat } = workspace;
      const participantId = participantIdArgument('participantId', args.participantId, participantIdFormat);
      const found = foundAlong<ParticipantRow | null>(workspace, info);
      if (found !== undefined) return found;
      return byParticipantId(context, readingOf(info, participantTable)).load(
        platformKey(key, participantId),
      );
    },
  }),
  participantsByIds: t.field({
    type: [ParticipantRef],
    nullable: { list: false, items: true },
    description:
      'Many participants by their participant IDs, in the same order; null where the ID was never seen.',
    args: { participantIds: t.arg.stringList({ required: true, description: 'At most 1,000.' }) },
    extensions: reads('participantIdFormat'),
    resolve: ({ key, participantIdFormat }, args, context, info) => {
      const ids = participantIdsArgument('participantIds', args.participantIds, participantIdFormat);
      const loader = byParticipantId(context, readingOf(info, participantTable));
      return ids.map((participantId) => loader.load(platformKey(key, participantId)));
    },
  }),
}));
