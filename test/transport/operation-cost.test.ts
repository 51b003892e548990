import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { operationCost } from '../../src/graphql/limits/operation-cost.ts';
import { schema } from './fixtures/schema.ts';

const cost = (query: string, variables?: Record<string, unknown>, name?: string) =>
  operationCost(schema, parse(query), name, variables).points;
const ids = (count: number) => Array.from({ length: count }, (_, i) => `id${i}`);

describe('the cost of an operation', () => {
  const cases: [string, string, number, Record<string, unknown>?][] = [
    ['a scalar', '{ hello }', 0],
    ['an object', '{ group { name } }', 1],
    ['an object in an object', '{ group { parent { name } } }', 2],
    ['a list without a page', '{ group { tags { group { id } } } }', 3],
    ['a page of a given size', '{ groups(first: 7) { nodes { id } } }', 1 + 7],
    ['the last of a list', '{ groups(last: 3) { nodes { id } } }', 1 + 3],
    ['a page of the default size', '{ groups { nodes { id } } }', 1 + 20],
    ['a page asked for with null', '{ groups(first: null) { nodes { id } } }', 1 + 20],
    ['a page by the schema’s default', '{ group { people { nodes { id } } } }', 1 + 1 + 20],
    [
      'pages in pages',
      '{ groups(first: 10) { nodes { people(first: 5) { nodes { id } } } } }',
      1 + 10 * (1 + 1 + 5),
    ],
    ['a negative page', '{ groups(first: -5) { nodes { id } } }', 1],
    ['a page larger than any is', '{ groups(first: 5000) { nodes { id } } }', 1 + 5000],
    ['a variable page', 'query ($n: Int) { groups(first: $n) { nodes { id } } }', 1 + 4, { n: 4 }],
    ['a variable’s default', 'query ($n: Int = 6) { groups(first: $n) { nodes { id } } }', 1 + 6],
    [
      'a variable of a wrong type',
      'query ($n: Int) { groups(first: $n) { nodes { id } } }',
      1 + 20,
      { n: '9' },
    ],
    ['nodes by ids', '{ nodes(ids: ["1", "2", "3"]) { ... on Group { parent { id } } } }', 1 + 1 + 3],
    [
      'nodes by a variable',
      'query ($i: [ID!]!) { nodes(ids: $i) { ... on Group { parent { id } } } }',
      3 + 1 + 25,
      { i: ids(25) },
    ],
    [
      'any list by ids',
      'query ($i: [String!]!) { byIds(participantIds: $i) { group { id } } }',
      1 + 1 + 10,
      { i: ids(10) },
    ],
    ['ids of a scalar field', 'query ($i: [String!]!) { hasAll(participantIds: $i) }', 100, { i: ids(1000) }],
    [
      'ids in an input',
      'mutation ($i: AddInput!) { add(input: $i) { id } }',
      3 + 1,
      { i: { participantIds: ids(21) } },
    ],
    [
      'ids deep in inputs',
      'query ($f: [FilterInput!]!) { preview(filters: $f) { id } }',
      2 + 1 + 1,
      { f: [{ all: [{ participantIds: ids(11) }] }, { participantIds: ids(2) }] },
    ],
    [
      'a variable in a literal',
      'query ($i: [String!]!) { preview(filters: [{ participantIds: $i }]) { id } }',
      3 + 1,
      { i: ids(30) },
    ],
    [
      'introspection',
      '{ __schema { types { fields { type { name } } } } __type(name: "Group") { fields { name } } __typename }',
      3 * 3_000 + 4 + 2,
    ],
    ['GraphiQL’s introspection query', getIntrospectionQuery(), 9 * 3_000 + 71],
    ['what is skipped', '{ group @skip(if: true) { id } }', 1],
    [
      'fragments of each type',
      '{ group { filters { ... on AllFilters { filters { __typename } } ... on GroupFilter { group { id } } } } }',
      4,
    ],
    ['a mutation', 'mutation { add(input: { participantIds: [] }) { parent { id } } }', 2],
    ['a subscription', 'subscription { ticks { parent { id } } }', 2],
    ['a field that doesn’t exist', '{ nope { nope } group { nope { id } } }', 1],
  ];
  it.each(cases)('counts %s', (_, query, expected, variables) => {
    expect(cost(query, variables)).toBe(expected);
  });

  it('counts the operation that is named', () => {
    const query = 'query A { group { id } } query B { group { parent { id } } }';
    expect([cost(query, {}, 'A'), cost(query, {}, 'B'), cost(query, {})]).toEqual([1, 2, 0]);
  });

  it('looks at every fragment once, and is capped at the largest safe integer', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Group { a: parent { ...F${i + 1} } b: parent { ...F${i + 1} } }`,
    );
    const bomb = (from: number) =>
      `{ group { ...F${from} } } ${doubling.join(' ')} fragment F60 on Group { id }`;
    expect(cost(bomb(30))).toBe(1 + 2 ** 31 - 2);
    expect(cost(bomb(0))).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is capped where pages of pages multiply past every number', () => {
    const page =
      'groups(first: 1000000000) { nodes { people(first: 1000000000) { nodes { group { id } } } } }';
    expect(cost(`{ ${page} }`)).toBe(Number.MAX_SAFE_INTEGER);
    expect(cost('query ($n: Int) { groups(first: $n) { nodes { id } } }', { n: 1e308 })).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });

  it('ends at fragments that spread each other', () => {
    expect(
      cost('{ group { ...A } } fragment A on Group { parent { ...B } } fragment B on Group { ...A }'),
    ).toBe(2);
  });

  it('survives variables that nest a hundred thousand levels deep', () => {
    const filter = JSON.parse(`${'[{"all":'.repeat(50_000)}[]${'}]'.repeat(50_000)}`);
    expect(cost('query ($f: [FilterInput!]!) { preview(filters: $f) { id } }', { f: filter })).toBe(1);
  });
});
