import { type Attack, body, document, type Expected } from '../fixtures/attack.ts';

const create =
  'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename ... on Error { code } } }';
const filter =
  'query ($id: ID!, $filter: ParticipantGroupFilter) { workspace(id: $id) { participantGroups(filter: $filter) { totalCount } } }';
/** A value that its type refuses: an error without a code, as the specification has it. */
const coerced: Expected = { status: 400 };
const refused = (mutation: string): Expected => ({
  status: 200,
  data: { [mutation]: { __typename: 'InvalidInputError', code: 'INVALID_INPUT' } },
  reads: true,
});

/** Numbers out of range, values of wrong types, long texts. */
export const values: readonly Attack[] = [
  {
    name: '9007199254740993 for an Int',
    send: body(
      ({ workspaceId }) =>
        `{"query":"query ($n: Int) { workspace(id: \\"${workspaceId}\\") { participantGroups(first: $n) { totalCount } } }","variables":{"n":9007199254740993}}`,
    ),
    expected: coerced,
  },
  {
    name: '1e400 for an Int',
    send: body(
      ({ workspaceId }) =>
        `{"query":"query ($n: Int) { workspace(id: \\"${workspaceId}\\") { participantGroups(first: $n) { totalCount } } }","variables":{"n":1e400}}`,
    ),
    expected: coerced,
  },
  {
    name: '1e400 as a literal',
    send: document(
      ({ workspaceId }) =>
        `{ workspace(id: "${workspaceId}") { participantGroups(first: 1e400) { totalCount } } }`,
    ),
    expected: { status: 400 },
  },
  {
    name: 'an Int of 100,000 digits as a literal',
    send: document(
      ({ workspaceId }) =>
        `{ workspace(id: "${workspaceId}") { participantGroups(first: ${'9'.repeat(100_000)}) { totalCount } } }`,
    ),
    expected: { status: 400 },
  },
  {
    name: 'an id of 100,000 digits as a literal',
    send: document(`{ node(id: ${'9'.repeat(100_000)}) { id } }`),
    expected: { status: 200, code: 'INVALID_INPUT', path: ['node'], data: { node: null } },
  },
  ...[0, -1, 101, 2_147_483_647, -2_147_483_648].map(
    (first): Attack => ({
      name: `first: ${first}`,
      send: document(
        ({ workspaceId }) =>
          `{ workspace(id: "${workspaceId}") { participantGroups(first: ${first}) { totalCount } } }`,
      ),
      expected: {
        status: 200,
        code: 'INVALID_INPUT',
        path: ['workspace', 'participantGroups'],
        data: { workspace: null },
        reads: true,
      },
    }),
  ),
  ...[2_147_483_648, 1.5, '1', true, [1], {}, null].map(
    (first): Attack => ({
      name: `first: ${JSON.stringify(first)} in a variable`,
      send: document(
        'query ($id: ID!, $first: Int!) { workspace(id: $id) { participantGroups(first: $first) { totalCount } } }',
        ({ workspaceId }) => ({ id: workspaceId, first }),
      ),
      expected: coerced,
    }),
  ),
  {
    name: 'a search of 2 MB',
    send: document(filter, ({ workspaceId }) => ({
      id: workspaceId,
      filter: { search: '%'.repeat(2_000_000) },
    })),
    expected: { status: 200, code: 'INVALID_INPUT', data: { workspace: null }, reads: true },
  },
  {
    name: 'an idempotency key of 2 MB',
    send: document(create, { input: { title: 'x', idempotencyKey: 'k'.repeat(2_000_000) } }),
    expected: refused('createWorkspace'),
  },
  {
    name: 'a title of 2 MB',
    send: document(create, { input: { title: 'x'.repeat(2_000_000) } }),
    expected: refused('createWorkspace'),
  },
  {
    name: 'a title of 2 MB of emoji',
    send: document(create, { input: { title: '🐴'.repeat(500_000) } }),
    expected: refused('createWorkspace'),
  },
  {
    name: 'a title of 2 MB of spaces',
    send: document(create, { input: { title: ' '.repeat(2_000_000) } }),
    expected: refused('createWorkspace'),
  },
  {
    name: 'a description of 2 MB',
    send: document(create, { input: { title: 'x', description: '\t'.repeat(900_000) } }),
    expected: refused('createWorkspace'),
  },
];
