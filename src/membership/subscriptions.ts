import type { Viewer } from '../access/viewer.ts';
import { encodeGlobalId } from '../global-id.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { type LiveEvent, liveEvents } from '../graphql/live-stream.ts';
import { idsArgument } from '../graphql/read-arguments.ts';
import { notFound, unusableCursor } from '../graphql/read-errors.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { type ChangeEvent, ChangesSource, placeOf } from './changes-source.ts';
import { type Place, proofOf, readChangesCursor, writeChangesCursor } from './cursor-rules.ts';
import { type FollowedGroup, loadFollowed, loadMomentsOf } from './feed-loaders.ts';
import { MembershipChangeRef } from './ref.ts';

const mostGroups = 100;

const MembershipChangeEvent = builder.objectRef<LiveEvent<ChangeEvent>>('MembershipChangeEvent').implement({
  description: 'A membership change as it happened, or a checkpoint.',
  fields: (t) => ({
    cursor: t.string({
      description:
        'Where to go on from, opaque, good on every node: subscribe again with it as `after`. Over server-sent events it is the `id` of the event as well.',
      resolve: ({ root }) => root.cursor,
    }),
    change: t.field({
      type: MembershipChangeRef,
      nullable: true,
      description: 'The change; null in a checkpoint.',
      resolve: ({ root }) => root.change,
    }),
  }),
});

builder.subscriptionField('membershipChanges', (t) =>
  t.field({
    type: MembershipChangeEvent,
    description:
      'Every membership change of the groups (at most 100) after `after`, in order and exactly once, then the live ones. The first event comes at once, with no change: a checkpoint. Order is kept within each group. Ends with NOT_FOUND or UNAUTHENTICATED once the right to see a group ends; `extensions.cursor` says where to go on. `extensions.reason` says why a cursor is refused.',
    args: {
      participantGroupIds: t.arg.idList({ required: true, description: 'Ids of ParticipantGroups: 1–100.' }),
      after: t.arg.string({
        description:
          'The `cursor` of the last event seen, or the `changesCursor` of each group, joined by dots; without it, only changes from now on. A `Last-Event-ID` header wins over it.',
      }),
    },
    subscribe: (_root, { participantGroupIds, after }, context) => {
      const ids = idsArgument('participantGroupIds', participantGroupIds, 'ParticipantGroup', mostGroups);
      return liveEvents(context, (viewer) =>
        openChanges(context, viewer, ids, context.lastEventId || (after ?? null)),
      );
    },
    resolve: (event) => event,
  }),
);

/** @throws GraphQLError NOT_FOUND for groups that the viewer may not see, INVALID_INPUT for a cursor that is none of these groups' log */
async function openChanges(
  { live }: Context,
  viewer: Viewer,
  ids: readonly string[],
  after: string | null,
): Promise<ChangesSource> {
  const found = await loadFollowed(live.reader, ids, [...viewer.roles.keys()]);
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) throw notFound(missing.map((id) => encodeGlobalId('ParticipantGroup', id)));
  const places = after === null ? found.map(placeOf) : await placesAfter(live.reader, found, after);
  return new ChangesSource(live, found, places);
}

/** Where a cursor is in the groups' logs, each proven. @throws GraphQLError INVALID_INPUT */
async function placesAfter(
  reader: Context['live']['reader'],
  groups: readonly FollowedGroup[],
  after: string,
): Promise<Place[]> {
  const cursor = readChangesCursor(after);
  if (cursor === null) throw unusableCursor('MALFORMED', 'This is not a cursor of membership changes.');
  const places = groups.map((group) => {
    const place = cursor.get(group.key);
    if (place !== undefined) return place;
    const id = encodeGlobalId('ParticipantGroup', group.id);
    throw unusableCursor(
      'OTHER_GROUPS',
      `This cursor does not cover the group "${id}". Join its changesCursor to it with a dot.`,
    );
  });
  const moments = await loadMomentsOf(reader, places);
  const byKey = new Map(groups.map((group) => [group.key, group]));
  for (const place of places)
    requireInLog(place, byKey.get(place.groupKey), moments.get(place.groupKey) ?? null);
  return places;
}

/** @throws GraphQLError INVALID_INPUT for a place that is not in the log of its group */
function requireInLog(
  { version, proof }: Place,
  group: FollowedGroup | undefined,
  occurredAt: Date | null,
): void {
  if (group !== undefined && version > group.version)
    throw unusableCursor(
      'AHEAD_OF_LOG',
      `This cursor is at version ${version} of a group that is at ${group.version}. Read the group anew.`,
    );
  if (group === undefined || proof !== proofOf({ groupId: group.id, version, occurredAt }))
    throw unusableCursor(
      'OTHER_DATABASE',
      'This cursor is of another database, or of another history of this one. Read the group anew.',
    );
}

builder.objectField(ParticipantGroupRef, 'changesCursor', (t) =>
  t.string({
    description:
      'Where its change log ends as of this read: subscribe to `membershipChanges` with it as `after`, and nothing since is missed.',
    resolve: (group) => writeChangesCursor([placeOf(group)]),
  }),
);
