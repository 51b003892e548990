import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import {
  buildSchema,
  execute as executeOfGraphQLJs,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
  getIntrospectionQuery,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { execute } from '../../src/graphql/execution/execute.ts';
import { schema as productSchema } from '../../src/schema.ts';

type Resolve = GraphQLFieldResolver<unknown, unknown>;

const sdl =
  'scalar Slow type Query { self: Query! name: String slow: Slow! names(start: Int = 1, list: [Int]): [String!] }';

function schemaWith(resolve: Resolve): GraphQLSchema {
  const schema = buildSchema(sdl);
  const { self, names } = schema.getQueryType()?.getFields() ?? {};
  if (self) self.resolve = () => ({});
  if (names) names.resolve = resolve;
  return schema;
}

/** What a resolver is told, each time that it is called. */
function recording() {
  const infos: GraphQLResolveInfo[] = [];
  const schema = schemaWith((_source, _args, _context, info) => {
    infos.push(info);
    return [];
  });
  return { infos, schema };
}

describe('a resolver', () => {
  it('is told all that graphql-js tells', async () => {
    const { infos, schema } = recording();
    const document = parse(
      'query ($x: Int = 3) { self { list: names(start: $x) ...F } } fragment F on Query { list: names(start: $x) }',
    );
    const asked = { schema, document, rootValue: { root: true } };
    await executeOfGraphQLJs(asked);
    await execute(asked);
    const [expected, actual] = infos;
    for (const key of Object.keys(expected ?? {}) as (keyof GraphQLResolveInfo)[])
      expect(actual?.[key], key).toEqual(expected?.[key]);
  });

  it('is given the same array of nodes whenever a document is executed', async () => {
    const { infos, schema } = recording();
    const document = parse('{ self { names } }');
    await execute({ schema, document });
    await execute({ schema, document });
    expect(infos[1]?.fieldNodes).toBe(infos[0]?.fieldNodes);
  });

  it("can't change the arguments that the next call is given", async () => {
    const schema = schemaWith((_source, args) => {
      args.start++;
      return [];
    });
    const { errors } = await execute({ schema, document: parse('{ names }') });
    expect(errors?.[0]?.message).toContain('read only');
  });
});

describe('a field without a resolver', () => {
  const schema = buildSchema(sdl);

  it('calls a property that is a function', async () => {
    const rootValue = {
      name: (_args: object, _context: unknown, info: GraphQLResolveInfo) => info.fieldName,
    };
    expect(await execute({ schema, document: parse('{ name }'), rootValue })).toEqual({
      data: { name: 'name' },
    });
  });

  it('waits for a scalar that does', async () => {
    const slow = schema.getType('Slow') as GraphQLScalarType;
    slow.serialize = (value) => (value === 1 ? Promise.resolve('one') : Promise.reject(new Error('none')));
    const document = parse('{ slow }');
    expect(await execute({ schema, document, rootValue: { slow: 1 } })).toEqual({ data: { slow: 'one' } });
    const { errors } = await execute({ schema, document, rootValue: { slow: 2 } });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([['none', ['slow']]]);
  });
});

describe('introspection', () => {
  it("is answered as graphql-js'", async () => {
    const asked = { schema: productSchema, document: parse(getIntrospectionQuery()) };
    expect(JSON.stringify(await execute(asked))).toBe(JSON.stringify(await executeOfGraphQLJs(asked)));
  });
});

describe('a list', () => {
  it('whose items fail, one at once and one later, leaves no failure unheard', async () => {
    const unheard = once(process, 'unhandledRejection', { signal: AbortSignal.timeout(200) });
    const schema = schemaWith(() => [Promise.reject(new Error('later')), new Error('at once')]);
    const { data, errors } = await execute({ schema, document: parse('{ names }') });
    await setImmediate();
    expect({ ...data }).toEqual({ names: null });
    expect(errors?.map(({ message }) => message)).toEqual(['at once']);
    await expect(unheard).rejects.toThrow('aborted');
  });
});
