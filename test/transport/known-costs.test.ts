import { buildSchema, type GraphQLSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { costOf } from '../../src/graphql/limits/known-costs.ts';
import { operationCost } from '../../src/graphql/limits/operation-cost.ts';
import { schema } from './fixtures/schema.ts';

type Variables = Readonly<Record<string, unknown>>;

/** What the same document costs with one set of variables after the other, and what it costs where nothing came before. */
function costs(
  of: GraphQLSchema,
  query: string,
  all: readonly Variables[],
  names: readonly (string | null)[] = [null],
) {
  const document = parse(query);
  const every = names.flatMap((operationName) =>
    all.map((variableValues) => ({ operationName, variableValues })),
  );
  const twice = [...every, ...every];
  return {
    known: twice.map((given) => costOf({ schema: of, document, ...given })),
    walked: twice.map(({ operationName, variableValues }) => {
      const { points, surcharge } = operationCost(of, parse(query), operationName, variableValues);
      return { points, surcharge };
    }),
  };
}

const lists = [[], ['1'], Array.from({ length: 11 }, String), Array.from({ length: 500 }, String)];
const values = ['', '9', 'null', 0, 3, 4, -5, 1e308, Number.POSITIVE_INFINITY, true, false, null, undefined];

it('costs what it would if nothing had come before, whatever a variable is', () => {
  const query =
    'query ($n: Int = 7, $i: [ID!]!) { groups(first: $n) { nodes { id } } nodes(ids: $i) { id ... on Group { parent { id } } } }';
  const given: Variables[] = [{}, { other: 'n' }];
  for (const n of values) for (const i of [...lists, ...values]) given.push({ n, i });
  for (const n of values) given.push({ n }, { i: n });
  const { known, walked } = costs(schema, query, given);
  expect(known).toEqual(walked);
  expect(new Set(known.map(({ points }) => points)).size).toBeGreaterThan(10);
});

it('costs of ids in an input what these are, though the input was another object before', () => {
  const query = 'mutation ($i: AddInput!) { add(input: $i) { id } }';
  const { known, walked } = costs(
    schema,
    query,
    lists.map((participantIds) => ({ i: { participantIds } })),
  );
  expect(known).toEqual(walked);
  expect(known.map(({ points }) => points).slice(0, 4)).toEqual([1, 2, 3, 51]);
});

it('costs of each operation of a document what that does', () => {
  const query = 'query A { group { id } } query B { group { parent { id } } }';
  const { known, walked } = costs(schema, query, [{}], ['A', 'B', '', null]);
  expect(known).toEqual(walked);
  expect(known.map(({ points }) => points).slice(0, 3)).toEqual([1, 2, 0]);
});

it('keeps apart what names of variables look like', () => {
  const query = 'query ($n: Int) { groups(first: $n) { nodes { id } } }';
  const given = [{ n: 5 }, { 'n","5': 'x' }, { n: '5' }, { 'n,5': '' }, { n: 'n' }, { '': 5 }];
  const { known, walked } = costs(schema, query, given);
  expect(known).toEqual(walked);
});

it('asks a field again that tells its rows from the values of its arguments', () => {
  const own = buildSchema(
    'type Query { things(kind: String): [Thing!]! } type Thing { id: ID things: [Thing] }',
  );
  const field = own.getQueryType()?.getFields().things;
  if (field === undefined) throw new Error('There are no things');
  field.extensions = { rows: ({ kind }: { kind?: string }) => kind?.length ?? 1 };
  const query = 'query ($k: String) { things(kind: $k) { things { id } } }';
  const { known, walked } = costs(own, query, [{ k: 'a' }, { k: 'abc' }, {}, { k: 'abcdef' }]);
  expect(known).toEqual(walked);
  expect(known.map(({ points }) => points).slice(0, 4)).toEqual([2, 4, 2, 7]);
});

it('knows a document for one schema only', () => {
  const other = buildSchema('type Query { group(first: Int): Group } type Group { id: ID parent: Group }');
  const document = parse('{ group { parent { id } } }');
  const both = [schema, other, schema].map((each) => costOf({ schema: each, document }).points);
  expect(both).toEqual([2, 21, 2]);
});
