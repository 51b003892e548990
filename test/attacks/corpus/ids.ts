import { encodeGlobalId } from '../../../src/global-id.ts';
import { type Attack, document, type World } from '../fixtures/attack.ts';

const list =
  'query ($id: ID!, $after: String, $before: String) { workspace(id: $id) { participantGroups(first: 1, after: $after, before: $before, orderBy: { field: NAME }) { totalCount } } }';
const members =
  'query ($id: ID!, $asOf: DateTime, $asOfVersion: Int, $after: String) { participantGroup(id: $id) { participants(first: 1, asOf: $asOf, asOfVersion: $asOfVersion, after: $after) { totalCount } } }';
const revert =
  'mutation ($input: RevertParticipantGroupInput!) { revertParticipantGroup(input: $input) { __typename ... on Error { code } } }';
const uuid = '019a0000-0000-7000-8000-000000000001';
const base64 = (text: string) => Buffer.from(text).toString('base64url');

const notAnId = { status: 200, code: 'INVALID_INPUT', path: ['node'], data: { node: null } } as const;
const nothing = { status: 200, data: { node: null }, reads: true } as const;
const notACursor = {
  status: 200,
  code: 'INVALID_INPUT',
  path: ['workspace', 'participantGroups'],
  data: { workspace: null },
  reads: true,
} as const;
const notAMoment = { status: 400 } as const;

const node = (
  name: string,
  id: string | ((world: World) => string),
  expected: Attack['expected'] = notAnId,
): Attack => ({
  name,
  send: document('query ($id: ID!) { node(id: $id) { id } }', (aim) => ({
    id: typeof id === 'string' ? id : id(aim),
  })),
  expected,
});

/** A cursor with the mark of its list and a place of our own making, given as `after` and as `before`. */
const cursor = (name: string, make: (good: string) => string): Attack => ({
  name,
  send: document(list, (aim) => ({ id: aim.workspaceId, after: make(aim.cursor), before: make(aim.cursor) })),
  expected: notACursor,
});
const forged = (name: string, place: string | Buffer): Attack =>
  cursor(name, (good) =>
    Buffer.concat([Buffer.from(good, 'base64url').subarray(0, 8), Buffer.from(place)]).toString('base64url'),
  );

const past = (name: string, variables: object, expected: Attack['expected']): Attack => ({
  name,
  send: document(members, ({ groupId }) => ({ id: groupId, ...variables })),
  expected,
});
const refusedPast = {
  status: 200,
  code: 'INVALID_INPUT',
  path: ['participantGroup', 'participants'],
  data: { participantGroup: null },
  reads: true,
} as const;

/** Ids and cursors made by hand, moments and versions out of range. */
export const ids: readonly Attack[] = [
  node('an id of 100,000 characters', 'A'.repeat(100_000)),
  node('an id of base64 of garbage', Buffer.from([0, 255, 1, 254]).toString('base64url')),
  node('an id with a NUL', base64(`Workspace:${uuid}\0`)),
  node('an id of a type __proto__', base64(`__proto__:${uuid}`)),
  node('an id of a type constructor', base64(`constructor:${uuid}`)),
  node('an id with SQL behind it', base64(`Workspace:${uuid}' OR '1'='1`)),
  node('an id of a type that has none', base64(`Query:${uuid}`)),
  node('an id of an internal key', base64('Workspace:1')),
  node('an id that is padded', `${base64(`Workspace:${uuid}`)}==`),
  node('an id twice encoded', base64(base64(`Workspace:${uuid}`))),
  node('an id of nothing', encodeGlobalId('Workspace', uuid), nothing),
  node('an id of nothing in a type', encodeGlobalId('Participant', uuid), nothing),
  node('a change of no version', encodeGlobalId('MembershipChange', uuid)),
  node('a change of version 0', ({ groupId }) => change(groupId, '0')),
  node('a change of a version past those there are', ({ groupId }) => change(groupId, '2147483647'), nothing),
  node('a change of a version past 32 bits', ({ groupId }) => change(groupId, '2147483648')),
  node('a change of a version past all', ({ groupId }) => change(groupId, '9'.repeat(40))),
  node('a change of a negative version', ({ groupId }) => change(groupId, '-1')),
  node('a change of a version and a half', ({ groupId }) => change(groupId, '1.5')),
  ...(['groupId', 'projectId', 'participantId'] as const).map(
    (key): Attack => ({
      name: `the ${key} where a workspace's id belongs`,
      send: document('query ($id: ID!) { workspace(id: $id) { id } }', (aim) => ({ id: aim[key] })),
      expected: { status: 200, code: 'INVALID_INPUT', path: ['workspace'], data: { workspace: null } },
    }),
  ),
  cursor('a cursor of garbage', () => 'AAAA'),
  cursor('a cursor of another alphabet', () => '💣'.repeat(100)),
  cursor('a cursor of 2 MB', () => 'A'.repeat(900_000)),
  cursor('a cursor that is an id', () => encodeGlobalId('Workspace', uuid)),
  cursor('a good cursor twice', (good) => good + good),
  forged('a forged cursor of nothing', ''),
  forged('a forged cursor of an object', '{}'),
  forged('a forged cursor of null', 'null'),
  forged('a forged cursor of no values', '[]'),
  forged('a forged cursor of wrong types', '[1,"x"]'),
  forged('a forged cursor of nulls', '[null,null]'),
  forged('a forged cursor of a fraction', '["x",1.5]'),
  forged('a forged cursor past 32 bits', '["x",2147483648]'),
  forged('a forged cursor past all numbers', '["x",1e999]'),
  forged('a forged cursor of too many values', '["x",1,1]'),
  forged('a forged cursor with a NUL', '["\\u0000",1]'),
  forged('a forged cursor with half of a pair', '["\\ud800",1]'),
  forged('a forged cursor with SQL for a number', '["x","1; DROP TABLE app_user"]'),
  forged('a forged cursor of 2,900 brackets', '['.repeat(2_900)),
  forged('a forged cursor that is no UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x2c, 0x31])),
  forged('a forged cursor of a __proto__', '{"__proto__":["x",1],"length":2}'),
  past('a cursor of another list', { after: 'AAAAAAAA' }, refusedPast),
  past('version -1', { asOfVersion: -1 }, refusedPast),
  past('version 2', { asOfVersion: 2 }, refusedPast),
  past('the largest version', { asOfVersion: 2_147_483_647 }, refusedPast),
  past('a version past 32 bits', { asOfVersion: 2_147_483_648 }, { status: 400 }),
  past('a version and a moment', { asOfVersion: 1, asOf: '2026-01-01T00:00:00.000Z' }, refusedPast),
  past('the year 0', { asOf: '0000-01-01T00:00:00.000Z' }, refusedPast),
  past('a negative year', { asOf: '-000001-01-01T00:00:00.000Z' }, { status: 400 }),
  past('a year of six digits', { asOf: '+275760-09-13T00:00:00.000Z' }, { status: 400 }),
  past(
    'the last moment of the year 9999, in another zone',
    { asOf: '9999-12-31T23:59:59.999-23:59' },
    refusedPast,
  ),
  past('a leap second', { asOf: '2016-12-31T23:59:60.000Z' }, notAMoment),
  past('a day that never was', { asOf: '2026-02-30T00:00:00.000Z' }, notAMoment),
  past('infinity', { asOf: 'infinity' }, { status: 400 }),
  past(
    'a moment of 100,000 digits',
    { asOf: `2026-01-01T00:00:00.${'0'.repeat(100_000)}Z` },
    { status: 200, data: { participantGroup: { participants: { totalCount: 0 } } }, reads: true },
  ),
  past('a moment that is a number', { asOf: 1e300 }, { status: 400 }),
  ...[-1, 2, 2_147_483_647].map(
    (toVersion): Attack => ({
      name: `back to version ${toVersion}`,
      send: document(revert, ({ groupId }) => ({ input: { participantGroupId: groupId, toVersion } })),
      expected: {
        status: 200,
        data: { revertParticipantGroup: { __typename: 'InvalidInputError', code: 'INVALID_INPUT' } },
        reads: true,
      },
    }),
  ),
];

function change(groupId: string, version: string): string {
  const [, key = ''] = Buffer.from(groupId, 'base64url').toString().split(':');
  return base64(`MembershipChange:${key}.${version}`);
}
