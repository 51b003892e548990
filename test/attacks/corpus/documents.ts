import { type Attack, document, invalid, limited, times } from '../fixtures/attack.ts';

const typename = { status: 200, data: { __typename: 'Query' } };

/** Documents that are too large, too deep or too repetitive. */
export const documents: readonly Attack[] = [
  {
    name: '980 aliases of an expensive field',
    send: document(
      ({ groupId }) =>
        `{ participantGroup(id: "${groupId}") { ${times(980, (i) => `a${i}: participants { totalCount }`)} } }`,
    ),
    expected: limited('tokens'),
  },
  {
    name: '600 aliases of an expensive field',
    send: document(
      ({ groupId }) =>
        `{ participantGroup(id: "${groupId}") { ${times(600, (i) => `a${i}: participants { totalCount }`)} } }`,
    ),
    expected: limited('aliases'),
  },
  {
    name: '50 aliases of the most expensive field',
    send: document(
      ({ groupId }) =>
        `{ ${times(50, (i) => `a${i}: participantGroup(id: "${groupId}") { participants(first: 100) { nodes { participantGroups(first: 100) { nodes { id } } } } }`)} }`,
    ),
    expected: limited('cost'),
  },
  {
    name: 'a field 3,900 times',
    send: document(`{ ${'__typename '.repeat(3_900)} }`),
    expected: limited('fields'),
  },
  {
    name: 'a field 3,900 times, each in an inline fragment',
    send: document(`{ ${'... { __typename } '.repeat(990)} }`),
    expected: limited('fields'),
  },
  {
    name: 'a field 21 times',
    send: document(`{ ${'viewer { email } '.repeat(21)} }`),
    expected: limited('fields'),
  },
  { name: '__typename 20 times', send: document(`{ ${'__typename '.repeat(20)} }`), expected: typename },
  {
    name: 'a hundred thousand tokens',
    send: document(`{ ${'a '.repeat(100_000)} }`),
    expected: limited('characters'),
  },
  {
    name: 'a million opening braces',
    send: document('{'.repeat(1_000_000)),
    expected: limited('characters'),
  },
  {
    name: '2,000 fields in each other',
    send: document(`${'{a'.repeat(1_900)}${'}'.repeat(1_900)}`),
    expected: limited('tokens'),
  },
  {
    name: '1,300 fields in each other',
    send: document(`${'{a'.repeat(1_300)}${'}'.repeat(1_300)}`),
    expected: limited('depth'),
  },
  {
    name: '21 fields in each other',
    send: document(`${'{ viewer '.repeat(20)}{ __typename }${'}'.repeat(20)}`),
    expected: limited('depth'),
  },
  {
    name: '900 operations',
    send: document(
      times(900, (i) => `query Q${i} { __typename }`),
      undefined,
      { operationName: 'Q1' },
    ),
    expected: limited('tokens'),
  },
  {
    name: '700 operations',
    send: document(
      times(700, (i) => `query Q${i} { __typename }`),
      undefined,
      { operationName: 'Q1' },
    ),
    expected: limited('definitions'),
  },
  {
    name: '700 operations of one name',
    send: document('query Q { __typename } '.repeat(700), undefined, { operationName: 'Q' }),
    expected: limited('definitions'),
  },
  {
    name: '700 operations without a name',
    send: document('{ __typename } '.repeat(700)),
    expected: { status: 400, code: 'OPERATION_RESOLUTION_FAILURE' },
  },
  {
    name: 'operations without a name beside one with',
    send: document('query Q { __typename } { __typename }', undefined, { operationName: 'Q' }),
    expected: invalid,
  },
  {
    name: '790 variables that nobody uses',
    send: document(`query (${times(790, (i) => `$v${i}: Int`)}) { __typename }`),
    expected: invalid,
  },
  {
    name: '790 variables of unknown types',
    send: document(`query (${times(790, (i) => `$v${i}: T${i}`)}) { __typename }`),
    expected: invalid,
  },
  {
    name: '790 variables of one name',
    send: document(`query (${times(790, () => '$v: Int')}) { __typename }`),
    expected: invalid,
  },
  {
    name: '780 variables that are not there',
    send: document(
      ({ workspaceId }) =>
        `{ workspace(id: "${workspaceId}") { participantGroups(${times(780, (i) => `a${i}: $v${i}`)}) { totalCount } } }`,
    ),
    expected: invalid,
  },
  {
    name: '1,300 arguments nobody knows',
    send: document(`{ viewer(${times(1_300, (i) => `a${i}: 1`)}) { email } }`),
    expected: invalid,
  },
  {
    name: '1,300 times the same argument',
    send: document(`{ node(${'id: 1 '.repeat(1_300)}) { id } }`),
    expected: invalid,
  },
  { name: '3,900 unknown fields', send: document(`{ ${times(3_900, (i) => `f${i}`)} }`), expected: invalid },
  {
    name: '3,900 unknown fields of 500 letters',
    send: document(`{ ${times(3_900, (i) => `f${i}${'x'.repeat(500)}`)} }`),
    expected: limited('characters'),
  },
  {
    name: 'fields that are almost known',
    send: document(`{ ${times(3_900, (i) => `participantGrou${i}`)} }`),
    expected: invalid,
    port: 'introspection',
  },
  {
    name: 'a name of 2 MB',
    send: document(`{ ${'x'.repeat(2_000_000)} }`),
    expected: limited('characters'),
    port: 'introspection',
  },
  {
    name: 'a type name of 2 MB',
    send: document(`{ ... on ${'x'.repeat(2_000_000)} { id } }`),
    expected: limited('characters'),
    port: 'introspection',
  },
  {
    name: '650 types nobody knows',
    send: document(`{ ${times(650, (i) => `... on Participan${i} { id }`)} }`),
    expected: limited('fields'),
    port: 'introspection',
  },
];
