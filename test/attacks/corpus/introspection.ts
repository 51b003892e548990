import { getIntrospectionQuery } from 'graphql';
import { type Attack, document, invalid, limited, times } from '../fixtures/attack.ts';

const nested = (levels: number) =>
  `{ __schema { types { fields { type { ${'fields { type { '.repeat(levels)} name ${'} }'.repeat(levels)} } } } } }`;
const open = 'introspection';

/** Introspection of introspection, where it is on and where it is off. */
export const introspection: readonly Attack[] = [
  {
    name: 'the introspection query where it is off',
    send: document(getIntrospectionQuery()),
    expected: invalid,
  },
  { name: '__type where it is off', send: document('{ __type(name: "Query") { name } }'), expected: invalid },
  {
    name: '__schema in a fragment that is never reached',
    send: document(
      '{ __typename @skip(if: true) ...A @skip(if: true) } fragment A on Query { __schema { types { name } } }',
    ),
    expected: invalid,
  },
  { name: 'fields of types of fields, where it is off', send: document(nested(3)), expected: invalid },
  {
    name: 'fields of types of fields, twice',
    send: document(nested(1)),
    expected: { status: 200, says: 'fields' },
    port: open,
  },
  { name: 'fields of types of fields, four times', send: document(nested(4)), expected: invalid, port: open },
  {
    name: 'possible types of interfaces of possible types',
    send: document(
      '{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { possibleTypes { name } } } } } } } }',
    ),
    expected: invalid,
    port: open,
  },
  {
    name: 'the types through 20 spreads',
    send: document(
      `{ ${times(20, (i) => `s${i}: __schema { ...A }`)} } fragment A on __Schema { types { name fields { name args { name type { name ofType { name ofType { name } } } } } inputFields { name } enumValues { name } } }`,
    ),
    expected: limited('cost'),
    port: open,
  },
  {
    name: 'the introspection query 20 times',
    send: document(
      `${getIntrospectionQuery().replace('{', `{ ${times(20, (i) => `s${i}: __schema { types { ...FullType } }`)}`)}`,
    ),
    expected: limited('cost'),
    port: open,
  },
  {
    name: 'the types 50 times',
    send: document(
      `{ __schema { ${times(50, (i) => `a${i}: types { description fields { description name } }`)} } }`,
    ),
    expected: limited('cost'),
    port: open,
  },
  {
    name: '__type 50 times',
    send: document(
      `{ ${times(50, (i) => `t${i}: __type(name: "Query") { fields { name description args { name description } } }`)} }`,
    ),
    expected: limited('cost'),
    port: open,
  },
  {
    name: '__type of a name of 100,000 letters',
    send: document(`{ __type(name: "${'x'.repeat(100_000)}") { name } }`),
    expected: { status: 200, data: { __type: null } },
    port: open,
  },
  {
    name: '__type of __proto__',
    send: document('{ __type(name: "__proto__") { name } a: __type(name: "constructor") { name } }'),
    expected: { status: 200, data: { __type: null, a: null } },
    port: open,
  },
];
