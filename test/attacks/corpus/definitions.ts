import { type Attack, document, invalid, limited, times } from '../fixtures/attack.ts';

/** Directives, subscriptions and definitions that are not ours. */
export const definitions: readonly Attack[] = [
  {
    name: '50 directives on one field',
    send: document(`{ __typename ${'@skip(if: false) '.repeat(50)} }`),
    expected: limited('directives'),
  },
  {
    name: '1,900 unknown directives',
    send: document(`{ __typename ${'@a '.repeat(1_900)} }`),
    expected: limited('directives'),
  },
  {
    name: '51 directives in all',
    send: document(`{ ${times(51, (i) => `a${i}: __typename @include(if: true)`)} }`),
    expected: { status: 400, code: 'LIMIT_EXCEEDED' },
  },
  {
    name: 'the same directive twice',
    send: document('{ __typename @skip(if: false) @skip(if: false) }'),
    expected: invalid,
  },
  { name: 'an unknown directive', send: document('{ __typename @constructor }'), expected: invalid },
  { name: '@defer', send: document('{ viewer { ... @defer { email } } }'), expected: invalid },
  {
    name: '@stream',
    send: document('{ viewer { workspaces { nodes @stream(initialCount: 0) { id } } } }'),
    expected: invalid,
  },
  {
    name: 'a subscription that is not there',
    send: document('subscription { __typename }'),
    expected: invalid,
  },
  {
    name: 'type definitions',
    send: document('type Query { a: Int }'),
    expected: { status: 400, code: 'OPERATION_RESOLUTION_FAILURE' },
  },
  {
    name: 'type definitions beside an operation',
    send: document(`{ __typename } ${times(400, (i) => `type T${i} { a: Int }`)}`),
    expected: limited('definitions'),
  },
  {
    name: '400 type extensions beside an operation',
    send: document(`{ __typename } ${times(400, (i) => `extend type T${i} { a: Int }`)}`),
    expected: limited('definitions'),
  },
];
