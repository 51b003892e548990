import { type Attack, body, document, type Expected } from '../fixtures/attack.ts';

const create =
  'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename ... on Error { code } } }';
/** A value that its type refuses: an error without a code, as the specification has it. */
const coerced: Expected = { status: 400 };

/** Names of what every JavaScript object has, wherever a caller may choose a name. */
export const names: readonly Attack[] = [
  {
    name: 'keys of prototypes as variables',
    send: body(
      '{"query":"query ($__proto__: ID = 1, $constructor: ID = 2, $toString: ID = 3) { a: node(id: $__proto__) { id } b: node(id: $constructor) { id } c: node(id: $toString) { id } }","variables":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}',
    ),
    expected: coerced,
  },
  {
    name: 'variables left out that are named as an object’s properties',
    send: document(
      'query ($constructor: ID!, $toString: ID!, $hasOwnProperty: ID!) { a: node(id: $constructor) { id } b: node(id: $toString) { id } c: node(id: $hasOwnProperty) { id } }',
      {},
    ),
    expected: coerced,
  },
  {
    name: 'keys of prototypes in an input',
    send: body(
      `{"query":"${create}","variables":{"input":{"title":"","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"prototype":1}}}`,
    ),
    expected: coerced,
  },
  {
    name: '__proto__ instead of an input’s keys',
    send: body(`{"query":"${create}","variables":{"input":{"__proto__":{"title":"x"}}}}`),
    expected: coerced,
  },
  {
    name: 'keys of prototypes in a literal',
    send: document(
      'mutation { createWorkspace(input: { title: "x", __proto__: { title: "y" }, constructor: 1 }) { __typename } }',
    ),
    expected: { status: 400 },
  },
  {
    name: 'keys of prototypes beside the query',
    send: body('{"query":"{ __typename }","__proto__":{"query":"x"},"constructor":null}'),
    expected: { status: 400 },
  },
  {
    name: 'keys of prototypes in extensions',
    send: body(
      '{"query":"{ __typename }","extensions":{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}}',
    ),
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    name: 'an operation named __proto__',
    send: document('query __proto__ { __typename }', undefined, { operationName: '__proto__' }),
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    name: 'an operation nobody wrote, named constructor',
    send: document('query A { __typename }', undefined, { operationName: 'constructor' }),
    expected: { status: 400 },
  },
  {
    name: 'aliases named as an object’s properties',
    send: document(
      '{ __proto__: __typename constructor: __typename toString: __typename hasOwnProperty: __typename valueOf: __typename then: __typename toJSON: __typename }',
    ),
    expected: { status: 200, says: '{"__proto__":"Query","constructor":"Query","toString":' },
  },
  {
    name: 'an alias __proto__ of an object',
    send: document('{ __proto__: viewer { __proto__: email constructor: user { then: id toJSON: name } } }'),
    expected: { status: 200, says: '{"__proto__":{"__proto__":"', reads: true },
  },
  {
    name: 'aliases of a mutation’s answer named then and toJSON',
    send: document(
      'mutation { then: createWorkspace(input: { title: "" }) { __typename then: __typename toJSON: __typename __proto__: __typename } }',
    ),
    expected: { status: 200, says: '"then":"InvalidInputError","toJSON":', reads: true },
  },
  {
    name: 'arguments named as an object’s properties',
    send: document('{ node(id: 1, __proto__: 1, constructor: 2, hasOwnProperty: 3) { id } }'),
    expected: { status: 400 },
  },
  {
    name: 'fields named as an object’s properties',
    send: document('{ constructor toString __proto__ hasOwnProperty viewer { constructor __proto__ } }'),
    expected: { status: 400 },
  },
];
