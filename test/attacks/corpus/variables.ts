import { type Attack, body, document, type Expected, limited, times } from '../fixtures/attack.ts';

const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
const has =
  'query ($group: ID!, $ids: [String!]!) { participantGroup(id: $group) { hasParticipants(participantIds: $ids) } }';
const add =
  'mutation ($input: AddParticipantsToGroupInput!) { addParticipantsToGroup(input: $input) { __typename ... on Error { code } } }';
const create =
  'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename ... on Error { code } } }';
const list = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
const deep = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
/** A value that its type refuses: an error without a code, as the specification has it. */
const coerced: Expected = { status: 400 };
const refused = (mutation: string, __typename = 'InvalidInputError'): Expected => ({
  status: 200,
  data: { [mutation]: { __typename, code: 'INVALID_INPUT' } },
  reads: true,
});
const refusedIds = refused('addParticipantsToGroup', 'InvalidParticipantIdsError');

/** Huge and deep values in variables and literals. */
export const variables: readonly Attack[] = [
  {
    name: '101 ids',
    send: document(nodes, { ids: list(101) }),
    expected: { status: 200, code: 'INVALID_INPUT', path: ['nodes'], data: null },
  },
  {
    name: '10,001 ids',
    send: document(nodes, { ids: list(10_001) }),
    expected: { status: 200, code: 'INVALID_INPUT', path: ['nodes'], data: null },
  },
  { name: '200,000 ids', send: document(nodes, { ids: list(200_000) }), expected: limited('input') },
  {
    name: '400,000 nulls for ids',
    send: document(nodes, { ids: Array(400_000).fill(null) }),
    expected: limited('input'),
  },
  {
    name: '690,000 empty lists for ids',
    send: document(nodes, { ids: Array(690_000).fill([]) }),
    expected: limited('input'),
  },
  {
    name: 'a million numbers for ids',
    send: document(nodes, { ids: Array(1_000_000).fill(1) }),
    expected: limited('input'),
  },
  {
    name: 'a million numbers in a variable nobody declares',
    send: document('{ __typename }', { ids: Array(1_000_000).fill(1) }),
    expected: limited('input'),
  },
  {
    name: '150,000 variables nobody declares',
    send: document('{ __typename }', Object.fromEntries(list(150_000).map((name) => [name, 1]))),
    expected: limited('input'),
  },
  {
    name: '150,000 unknown keys in an input',
    send: document(create, { input: Object.fromEntries(list(150_000).map((name) => [name, 1])) }),
    expected: limited('input'),
  },
  {
    name: '1,001 participant IDs for a read',
    send: document(has, ({ groupId }) => ({ group: groupId, ids: list(1_001) })),
    expected: {
      status: 200,
      code: 'INVALID_INPUT',
      path: ['participantGroup', 'hasParticipants'],
      data: { participantGroup: null },
      reads: true,
    },
  },
  {
    name: '10,001 participant IDs for a write',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: list(10_001) },
    })),
    expected: refused('addParticipantsToGroup'),
  },
  {
    name: '150,000 participant IDs for a write',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: list(150_000) },
    })),
    expected: limited('input'),
  },
  {
    name: '10,000 malformed participant IDs',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: list(10_000).map((id) => `${id} ${id}`) },
    })),
    expected: refusedIds,
  },
  {
    name: '10,000 participant IDs of 200 spaces',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: Array(10_000).fill(' '.repeat(200)) },
    })),
    expected: refusedIds,
  },
  {
    name: 'a participant ID of 2 MB',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: ['x'.repeat(2_000_000)] },
    })),
    expected: refusedIds,
  },
  {
    name: 'a participant ID of 2 MB of spaces',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: ['x', `x${' '.repeat(2_000_000)}x`] },
    })),
    expected: refusedIds,
  },
  {
    name: 'participant IDs that are no text',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: [1, true, {}, [], null] },
    })),
    expected: coerced,
  },
  {
    name: '500,000 participant IDs that are no text',
    send: document(add, ({ groupId }) => ({
      input: { participantGroupId: groupId, participantIds: Array(500_000).fill(1) },
    })),
    expected: limited('input'),
  },
  {
    name: '90,000 empty objects for ids',
    send: document(nodes, { ids: Array(90_000).fill({}) }),
    expected: limited('input'),
  },
  { name: 'lists 40 deep', send: document(nodes, { ids: deep(40) }), expected: coerced },
  { name: 'lists 41 deep', send: document(nodes, { ids: deep(41) }), expected: limited('depth') },
  {
    name: 'lists 5,000 deep',
    send: body(`{"query":"${nodes}","variables":{"ids":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`),
    expected: limited('depth'),
  },
  {
    name: 'lists a million deep',
    send: body(
      `{"query":"{ __typename }","variables":{"ids":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}}`,
    ),
    expected: limited('depth'),
  },
  {
    name: 'objects 200,000 deep',
    send: body(`{"query":"{ __typename }","variables":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`),
    expected: limited('depth'),
  },
  {
    name: 'lists a million deep in extensions',
    send: body(
      `{"query":"{ __typename }","extensions":{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}}`,
    ),
    expected: limited('depth'),
  },
  {
    name: 'lists 1,900 deep as a literal',
    send: document(`{ nodes(ids: ${'['.repeat(1_900)}${']'.repeat(1_900)}) { id } }`),
    expected: limited('depth'),
  },
  {
    name: 'objects 900 deep as a literal',
    send: document(
      `{ workspace(id: 1) { participantGroups(filter: ${'{a:'.repeat(900)}1${'}'.repeat(900)}) { totalCount } } }`,
    ),
    expected: limited('depth'),
  },
  {
    name: '1,200 unknown keys in a literal',
    send: document(
      `mutation { createWorkspace(input: { ${times(1_200, (i) => `a${i}: 1`)} }) { __typename } }`,
    ),
    expected: { status: 400 },
  },
  {
    name: 'one key 1,200 times in a literal',
    send: document(`mutation { createWorkspace(input: { ${'title: "x" '.repeat(1_200)} }) { __typename } }`),
    expected: { status: 400 },
  },
  {
    name: '3,900 numbers in a literal list of ids',
    send: document(`{ nodes(ids: [${'1 '.repeat(3_900)}]) { id } }`),
    expected: { status: 200, code: 'INVALID_INPUT', path: ['nodes'], data: null },
  },
  {
    name: '1,900 wrong values in a literal list',
    send: document(`{ nodes(ids: [${'{} '.repeat(1_900)}]) { id } }`),
    expected: { status: 400 },
  },
  {
    name: 'a default value of 1,900 entries',
    send: document(`query ($ids: [ID!] = [${'{} '.repeat(1_900)}]) { nodes(ids: $ids) { id } }`),
    expected: { status: 400 },
  },
];
