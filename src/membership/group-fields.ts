import { builder } from '../graphql/builder.ts';
import { type Connection, connect, type PageArguments } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { invalidArgument } from '../graphql/read-errors.ts';
import { isMoment } from '../input.ts';
import { participantIdArgument, participantIdsArgument } from '../participant/arguments.ts';
import { platformKey } from '../participant/loaders.ts';
import { ParticipantRef } from '../participant/ref.ts';
import type { GroupRow } from '../participant-group/loaders.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { type ChangeRow, changeKey, changeOrder, loadChangePages } from './loaders.ts';
import {
  countPastMembers,
  loadIsMember,
  loadMembers,
  loadPastMembers,
  type MemberRow,
  memberOrder,
  pastMemberOrder,
} from './member-loaders.ts';
import { MembershipChangeConnection, MembershipChangeRef } from './ref.ts';

const members = batched(loadMembers);
const pastMembers = batched(loadPastMembers);
const pastCounts = batched(countPastMembers);
const isMember = batched(loadIsMember);
const changes = batched(loadChangePages);

interface MemberArguments extends PageArguments {
  readonly asOf?: Date | null | undefined;
  readonly asOfVersion?: number | null | undefined;
}

const field = 'ParticipantGroup.participants';

function listMembers(
  group: GroupRow,
  args: MemberArguments,
  context: Context,
): Promise<Connection<MemberRow>> {
  const { asOf, asOfVersion } = args;
  if (asOf != null && asOfVersion != null)
    throw invalidArgument('asOfVersion', 'It cannot be combined with "asOf".');
  if (asOf != null || asOfVersion != null) return listPastMembers(group, args, context);
  return connect<MemberRow>(args, {
    field,
    parent: group.key,
    order: memberOrder,
    positionOf: ({ joinedVersion, key }) => [joinedVersion, key],
    load: (range) => members(context, range).load(group.key),
    totalCount: () => group.participantCount,
  });
}

function listPastMembers(
  group: GroupRow,
  args: MemberArguments,
  context: Context,
): Promise<Connection<MemberRow>> {
  const version = args.asOfVersion ?? null;
  const moment = args.asOf?.toISOString() ?? null;
  if (version !== null && (version < 0 || version > group.version)) {
    throw invalidArgument('asOfVersion', `Expected 0 to ${group.version}, but got ${version}.`);
  }
  if (moment !== null && !isMoment(moment)) {
    throw invalidArgument('asOf', 'Expected a moment of the years 1 to 9999 in UTC.');
  }
  let resolved = version;
  return connect<MemberRow>(args, {
    field,
    parent: group.key,
    order: { ...pastMemberOrder, name: `joining as of ${moment ?? version}` },
    positionOf: ({ listVersion, joinedVersion, key }) => [listVersion ?? 0, joinedVersion, key],
    load: async ({ after, before, ...range }) => {
      for (const [argument, cursor] of Object.entries({ after, before })) {
        resolved = versionOfCursor(group, argument, cursor, resolved);
      }
      const bounds = { after: after?.slice(1) ?? null, before: before?.slice(1) ?? null };
      const then = { version: resolved, moment, range: { ...range, ...bounds } };
      const page = await pastMembers(context, then).load(group.key);
      resolved ??= page.rows[0]?.listVersion ?? null;
      return page;
    },
    totalCount: () => pastCounts(context, { version: resolved, moment }).load(group.key),
  });
}

/** The version that a cursor of a past list carries: of this group's past, and the same as is asked for otherwise. */
function versionOfCursor(
  group: GroupRow,
  argument: string,
  cursor: readonly (string | number)[] | null,
  asked: number | null,
): number | null {
  if (cursor === null) return asked;
  const version = Number(cursor[0]);
  if (version >= 0 && version <= group.version && (asked === null || asked === version)) return version;
  throw invalidArgument(argument, 'This is not a cursor of this list.');
}

const MemberEdge = builder.edgeObject({
  type: ParticipantRef,
  name: 'ParticipantGroupParticipantsEdge',
  description: 'A member of a group, and how they came to be in it.',
});

builder.objectFields(MemberEdge, (t) => ({
  joinedAt: t.field({
    type: 'DateTime',
    description: 'When they joined.',
    resolve: async (edge, _args, context) => (await joiningOf(edge, context)).occurredAt,
  }),
  change: t.field({
    type: MembershipChangeRef,
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
      resolve: (group, args, context) => listMembers(group, args, context),
    },
    MemberConnection,
  ),
  hasParticipant: t.boolean({
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
