import { type Connection, connect, type MaybePromise, settled } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { type FieldInfo, pageReadingOf } from '../graphql/look-ahead.ts';
import { pageOf } from '../graphql/page-ahead.ts';
import type { PageArguments } from '../graphql/page-arguments.ts';
import { invalidArgument } from '../graphql/read-errors.ts';
import { isMoment } from '../input.ts';
import type { GroupRow } from '../participant-group/loaders.ts';
import {
  countPastMembers,
  loadMembers,
  loadPastMembers,
  type MemberRow,
  memberOrder,
  memberTable,
  pastMemberOrder,
  pastMemberTable,
} from './member-loaders.ts';
import { loadParticipants, withParticipants } from './participant-loaders.ts';

const members = batched(loadMembers);
const participants = batched(loadParticipants);
const pastMembers = batched(loadPastMembers);
const pastCounts = batched(countPastMembers);

/** What a list of members is asked by. */
export interface MemberArguments extends PageArguments {
  readonly asOf?: Date | null | undefined;
  readonly asOfVersion?: number | null | undefined;
}

const field = 'ParticipantGroup.participants';

/** A page of a group's members: now, as of a moment, or as of a version. @throws GraphQLError INVALID_INPUT */
export function listMembers(
  group: GroupRow,
  args: MemberArguments,
  context: Context,
  info: FieldInfo,
): MaybePromise<Connection<MemberRow>> {
  const { asOf, asOfVersion } = args;
  if (asOf != null && asOfVersion != null)
    throw invalidArgument('asOfVersion', 'It cannot be combined with "asOf".');
  if (asOf != null || asOfVersion != null) {
    return listPastMembers(group, args, context, info);
  }
  const ahead = pageOf(group, info, memberTable, memberOrder);
  return connect<MemberRow>(args, {
    field,
    parent: group.key,
    order: memberOrder,
    positionOf: ({ joinedVersion, key }) => [joinedVersion, key],
    load: (range) =>
      settled(ahead.page ?? members(context, { range, reading: ahead.reading() }).load(group.key), (page) =>
        withParticipants(page, context.scope, (key) => participants(context, null).load(key)),
      ),
    totalCount: () => group.participantCount,
  });
}

function listPastMembers(
  group: GroupRow,
  args: MemberArguments,
  context: Context,
  info: FieldInfo,
): MaybePromise<Connection<MemberRow>> {
  const version = args.asOfVersion ?? null;
  const moment = args.asOf?.toISOString() ?? null;
  if (version !== null && (version < 0 || version > group.version)) {
    throw invalidArgument('asOfVersion', `Expected 0 to ${group.version}, but got ${version}.`);
  }
  if (moment !== null && !isMoment(moment)) {
    throw invalidArgument('asOf', 'Expected a moment of the years 1 to 9999 in UTC.');
  }
  const reading = pageReadingOf(info, pastMemberTable, memberOrder.reads);
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
      const then = { version: resolved, moment, range: { ...range, ...bounds }, reading };
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
