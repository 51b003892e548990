import { UserRef } from '../access/ref.ts';
import type { MembershipCause } from '../database/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { type Connection, connect, type MaybePromise } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { type FieldInfo, pageReadingOf } from '../graphql/look-ahead.ts';
import type { PageArguments } from '../graphql/page-arguments.ts';
import { type ParticipantRow, participantTable } from '../participant/loaders.ts';
import { ParticipantConnection, ParticipantRef } from '../participant/ref.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { type ChangeRow, changeKey } from './loaders.ts';
import { type ChangeSide, changedOrder, loadChanged } from './member-loaders.ts';
import { MembershipChangeRef } from './ref.ts';

const MembershipCauseEnum = builder.enumType('MembershipCause', {
  description: "Why a group's members changed.",
  values: {
    MANUAL: { description: 'Somebody added or removed participants.' },
    REPLACEMENT: { description: 'Somebody replaced the whole list.' },
    REVERSION: { description: 'Somebody went back to the members of an earlier version.' },
    IMPORT: { description: 'An import.' },
    SET_OPERATION: { description: 'Computed from other groups.' },
    COMPLETION_CODE: { description: 'A completion code that a participant handed in.' },
    ERASURE: { description: 'A person was erased.' },
  } satisfies Record<MembershipCause, { description: string }>,
});

const changed = batched(loadChanged);

function listChanged(
  change: ChangeRow,
  side: ChangeSide['side'],
  args: PageArguments,
  context: Context,
  info: FieldInfo,
): MaybePromise<Connection<ParticipantRow>> {
  const reading = pageReadingOf(info, participantTable, changedOrder.reads);
  return connect<ParticipantRow>(args, {
    field: side === 'joined' ? 'MembershipChange.added' : 'MembershipChange.removed',
    parent: change.id,
    order: changedOrder,
    positionOf: ({ key }) => [key],
    load: (range) =>
      changed(context, { side, range, reading }).load(changeKey(change.groupKey, change.version)),
    totalCount: () => (side === 'joined' ? change.addedCount : change.removedCount),
  });
}

MembershipChangeRef.implement({
  description:
    "One committed edit of one group's members. They are numbered 1, 2, 3 … per group, without gaps.",
  fields: (t) => ({
    participantGroup: t.field({
      type: ParticipantGroupRef,
      description: 'The group.',
      resolve: ({ groupKey }) => groupKey,
    }),
    version: t.exposeInt('version', { description: 'Its number: the version of the group that it made.' }),
    cause: t.field({ type: MembershipCauseEnum, description: 'Why.', resolve: ({ cause }) => cause }),
    note: t.exposeString('note', { nullable: true, description: 'What its author noted.' }),
    actor: t.field({
      type: UserRef,
      nullable: true,
      description: 'Who did it; readable by name after they have left the workspace.',
      resolve: ({ actorId }) => actorId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When: later than the change before it, by at least a millisecond.',
      resolve: ({ occurredAt }) => occurredAt,
    }),
    addedCount: t.exposeInt('addedCount', { description: 'How many came.' }),
    removedCount: t.exposeInt('removedCount', { description: 'How many went.' }),
    participantCount: t.exposeInt('participantCount', {
      description: 'How many members there were after it.',
    }),
    added: t.connection(
      {
        type: ParticipantRef,
        description: 'Who came.',
        resolve: (change, args, context, info) => listChanged(change, 'joined', args, context, info),
      },
      ParticipantConnection,
    ),
    removed: t.connection(
      {
        type: ParticipantRef,
        description: 'Who went.',
        resolve: (change, args, context, info) => listChanged(change, 'left', args, context, info),
      },
      ParticipantConnection,
    ),
  }),
});
