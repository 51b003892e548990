import { type Attack, document, invalid, limited, times } from '../fixtures/attack.ts';

const many = (count: number, write: (index: number) => string) =>
  times(count, (i) => `fragment F${i} on Query { ${write(i)} }`);

/** Fragments that multiply, spread themselves, or make comparing fields expensive. */
export const fragments: readonly Attack[] = [
  {
    name: 'a fragment that spreads itself',
    send: document('{ ...A } fragment A on Query { ...A }'),
    expected: invalid,
  },
  {
    name: 'a circle of 99 fragments',
    send: document(`{ ...F0 } ${many(99, (i) => `...F${(i + 1) % 99}`)}`),
    expected: limited('definitions'),
  },
  {
    name: 'a circle of 400 fragments',
    send: document(`{ ...F0 } ${many(400, (i) => `...F${(i + 1) % 400}`)}`),
    expected: limited('definitions'),
  },
  {
    name: 'a chain of 99 fragments',
    send: document(`{ ...F0 } ${many(98, (i) => `...F${i + 1}`)} fragment F98 on Query { __typename }`),
    expected: limited('definitions'),
  },
  {
    name: '50 fragments that each spread 18 others',
    send: document(`{ ...F0 } ${many(50, (i) => times(18, (j) => `...F${(i + j + 1) % 50}`))}`),
    expected: limited('definitions'),
  },
  {
    name: '95 fragments that each spread the next twelve',
    send: document(
      `{ ...F0 } ${many(95, (i) => times(10, (j) => (i + j + 1 < 95 ? `...F${i + j + 1}` : '__typename')))}`,
    ),
    expected: limited('definitions'),
  },
  {
    name: 'thirty levels of two spreads each',
    send: document(
      `{ ...F0 } ${times(30, (i) => `fragment F${i} on Query { a: node(id: 1) { ... on Node { id } ...G${i} } ...F${i + 1} ... { ...F${i + 1} } }`)} fragment F30 on Query { __typename } ${times(30, (i) => `fragment G${i} on Node { id }`)}`,
    ),
    expected: { status: 400, code: 'LIMIT_EXCEEDED' },
  },
  {
    name: 'a billion laughs',
    send: document(
      `{ ...F0 } ${many(30, (i) => `a: viewer { user { id } } ...F${i + 1} ... { ...F${i + 1} }`)} fragment F30 on Query { __typename }`,
    ),
    expected: limited('aliases'),
  },
  {
    name: '390 tiny fragments',
    send: document(`{ ${times(20, (i) => `...F${i}`)} } ${many(390, () => '__typename')}`),
    expected: limited('definitions'),
  },
  {
    name: '390 tiny fragments, each spread',
    send: document(`{ ${times(390, (i) => `...F${i}`)} } ${many(390, () => '__typename')}`),
    expected: limited('definitions'),
  },
  {
    name: '99 fragments of 16 fields, all spread',
    send: document(
      `{ ${times(99, (i) => `...F${i}`)} } ${many(99, (i) => times(8, (j) => `f${i}x${j}: __typename`))}`,
    ),
    expected: { status: 400, code: 'LIMIT_EXCEEDED' },
  },
  {
    name: '99 fragments with the same 20 fields, all spread',
    send: document(`{ ${times(99, (i) => `...F${i}`)} } ${many(99, () => times(20, (j) => `f${j}`))}`),
    expected: limited('definitions'),
  },
  {
    name: '99 fragments with the same nested fields, all spread',
    send: document(
      `{ ${times(99, (i) => `...F${i}`)} } ${many(99, () => 'viewer { user { id name } email workspaces { nodes { id title } } }')}`,
    ),
    expected: limited('definitions'),
  },
  {
    name: 'fields of one name that conflict, ten times',
    send: document(`{ ${'viewer { a: email a: user { id } } '.repeat(10)} }`),
    expected: invalid,
  },
  {
    name: 'the same fields over and over on three levels',
    send: document(
      `{ ${times(12, () => `viewer { ${times(9, () => `workspaces { ${times(9, () => 'nodes { id }')} }`)} }`)} }`,
    ),
    expected: limited('tokens'),
  },
  {
    name: 'inline fragments in inline fragments, 1,300 deep',
    send: document(`{ ${'... { '.repeat(1_300)} __typename ${'}'.repeat(1_300)} }`),
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    name: 'inline fragments in inline fragments, 300 deep',
    send: document(`{ ${'... on Query { '.repeat(300)} __typename ${'}'.repeat(300)} }`),
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    name: '560 inline fragments side by side',
    send: document(`{ ${times(560, (i) => `... on Query { f${i} }`)} }`),
    expected: invalid,
  },
  {
    name: 'fragments that nobody uses',
    send: document(`{ __typename } ${many(95, () => '__typename')}`),
    expected: limited('definitions'),
  },
  {
    name: 'fragments that are not there',
    send: document(`{ ${times(1_900, (i) => `...F${i}`)} }`),
    expected: limited('definitions'),
  },
  {
    name: 'one fragment spread 1,900 times',
    send: document(`{ ${'...A '.repeat(1_900)} } fragment A on Query { __typename }`),
    expected: limited('fields'),
  },
  {
    name: 'fragments named as an object’s properties',
    send: document(
      '{ ...__proto__ ...constructor ...toString } fragment __proto__ on Query { __typename } fragment constructor on Query { a: __typename } fragment toString on Query { b: __typename }',
    ),
    expected: { status: 200, data: { __typename: 'Query', a: 'Query', b: 'Query' } },
  },
  {
    name: 'a fragment nobody wrote, named __proto__',
    send: document('{ ...__proto__ ...constructor }'),
    expected: invalid,
  },
  {
    name: 'a fragment on a type named __proto__',
    send: document('{ ... on __proto__ { id } ... on constructor { id } }'),
    expected: invalid,
  },
  {
    name: 'a circle of 49 fragments',
    send: document(`{ ...F0 } ${many(49, (i) => `...F${(i + 1) % 49}`)}`),
    expected: invalid,
  },
  {
    name: '49 fragments that each spread the next twelve',
    send: document(
      `{ ...F0 } ${many(49, (i) => times(12, (j) => (i + j + 1 < 49 ? `...F${i + j + 1}` : `... { __typename }`)))}`,
    ),
    expected: { status: 200, data: { __typename: 'Query' } },
  },
  {
    name: '49 fragments with the same 20 fields, all spread',
    send: document(`{ ${times(49, (i) => `...F${i}`)} } ${many(49, () => times(20, (j) => `f${j}`))}`),
    expected: invalid,
  },
  {
    name: '49 fragments with the same nested fields, all spread',
    send: document(
      `{ ${times(49, (i) => `...F${i}`)} } ${many(49, () => 'viewer { user { id name } email workspaces { nodes { id title } } }')}`,
    ),
    expected: { status: 200, says: '"viewer":{"user"', reads: true },
  },
];
