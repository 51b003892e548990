import { type Attack, badRequest, body, limited } from '../fixtures/attack.ts';

const query = '{ __typename }';
const answered = { status: 200, data: { __typename: 'Query' } };
const good = JSON.stringify({ query });
const mutation = 'mutation { createWorkspace(input: { title: "From another site" }) { __typename } }';
const tooLarge = { status: 413, code: 'LIMIT_EXCEEDED', limit: 'body' };

/** Bodies that are no GraphQL request in JSON. */
export const bodies: readonly Attack[] = [
  {
    name: 'an array of operations',
    send: body(JSON.stringify(Array(10).fill({ query }))),
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    name: 'an array of 20,000 operations',
    send: body(JSON.stringify(Array(20_000).fill({}))),
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    name: 'an array of 700,000 operations',
    send: body(JSON.stringify(Array(690_000).fill({}))),
    expected: limited('input'),
  },
  { name: 'an empty array', send: body('[]'), expected: badRequest },
  { name: 'an array in an array', send: body(JSON.stringify([[{ query }]])), expected: badRequest },
  { name: 'no body', send: body(''), expected: badRequest },
  { name: 'null', send: body('null'), expected: badRequest },
  { name: 'a number', send: body('1'), expected: badRequest },
  { name: 'a text', send: body('"{ __typename }"'), expected: badRequest },
  { name: 'an empty object', send: body('{}'), expected: badRequest },
  { name: 'a query that is a number', send: body('{"query":1}'), expected: badRequest },
  { name: 'a query that is a list', send: body('{"query":["{ __typename }"]}'), expected: badRequest },
  { name: 'a query that is an object', send: body('{"query":{"toString":"x"}}'), expected: badRequest },
  {
    name: 'variables that are a text',
    send: body('{"query":"{ __typename }","variables":"{}"}'),
    expected: badRequest,
  },
  {
    name: 'variables that are a list',
    send: body('{"query":"{ __typename }","variables":[1]}'),
    expected: badRequest,
  },
  {
    name: 'extensions that are a list',
    send: body('{"query":"{ __typename }","extensions":[1]}'),
    expected: badRequest,
  },
  {
    name: 'an operation name that is an object',
    send: body('{"query":"query A { __typename }","operationName":{"toString":1}}'),
    expected: { status: 400 },
  },
  {
    name: 'an operation name that is a list',
    send: body('{"query":"query A { __typename }","operationName":["A"]}'),
    expected: { status: 400 },
  },
  {
    name: 'an operation name of 1 MB',
    send: body(`{"query":"query A { __typename }","operationName":"${'A'.repeat(1_000_000)}"}`),
    expected: { status: 400 },
  },
  {
    name: 'an operation name that is empty',
    send: body('{"query":"query A { __typename }","operationName":""}'),
    expected: { status: 400 },
  },
  {
    name: 'keys twice',
    send: body(`{"query":"${mutation.replaceAll('"', '\\"')}","query":"{ __typename }"}`),
    expected: answered,
  },
  {
    name: 'a persisted query',
    send: body(
      '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"}}}',
    ),
    expected: badRequest,
  },
  { name: 'a key nobody knows', send: body('{"query":"{ __typename }","id":"1"}'), expected: badRequest },
  { name: 'garbage after the JSON', send: body(`${good}}`), expected: badRequest },
  { name: 'JSON cut short', send: body(good.slice(0, -2)), expected: badRequest },
  { name: 'JSON with a comment', send: body(`/* */${good}`), expected: badRequest },
  { name: 'NaN', send: body('{"query":"{ __typename }","variables":{"a":NaN}}'), expected: badRequest },
  { name: '2 MB of spaces', send: body(' '.repeat(2_000_000)), expected: badRequest },
  { name: '2 MB of quotes', send: body('"'.repeat(2_000_000)), expected: badRequest },
  {
    name: '2 MB of escaped quotes',
    send: body(`{"query":"${'\\"'.repeat(1_000_000)}"}`),
    expected: limited('characters'),
  },
  { name: '2 MB of brackets', send: body('['.repeat(2_000_000)), expected: limited('depth') },
  { name: '2 MB of braces', send: body('{"":'.repeat(500_000)), expected: limited('depth') },
  { name: '2 MB of commas', send: body(`[${','.repeat(2_000_000)}]`), expected: limited('input') },
  { name: '2 MB of keys', send: body(`{${'"":1,'.repeat(400_000)}"":1}`), expected: limited('input') },
  { name: 'a body a byte too long', send: body(' '.repeat(2_097_153)), expected: tooLarge },
  {
    name: 'a body of 2 MB of plain text',
    send: body('x'.repeat(2_000_000), { 'Content-Type': 'text/plain' }),
    expected: tooLarge,
  },
];
