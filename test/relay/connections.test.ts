import { getNamedType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';
import { startApp } from '../support/app.ts';
import { readBackward, readForward } from '../support/paging.ts';
import { listFields } from '../support/schema-walk.ts';
import { askList, createWorld, listLength } from './fixtures/world.ts';

const app = await startApp();
const world = await createWorld(app);

const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const nodes = 'nodes { id }';
const quoted = (text: string | null | undefined) => JSON.stringify(text ?? null);

it('every connection of the schema has a parent to be tested with', () => {
  expect(listFields.map(({ name }) => name).sort()).toEqual(Object.keys(world.parents).sort());
});

describe.each(listFields)('$name', (list) => {
  const { id } = world.parents[list.name] ?? { id: '' };
  const ask = (args: string, selection: string) => askList(app, world, list, id, args, selection);
  const read = async () =>
    (await ask('first: 100', `edges { cursor node { id } } ${nodes} ${pageInfo} totalCount`)).list;

  it('has edges, nodes, pageInfo, totalCount and four arguments, and no more than may be null', () => {
    const parent = schema.getType(list.type);
    const field = isObjectType(parent) ? parent.getFields()[list.field] : undefined;
    const connection = getNamedType(field?.type);
    const fields = isObjectType(connection) ? connection.getFields() : {};
    const node = /^\[(\w+)Edge!\]!$/.exec(String(fields.edges?.type))?.[1];
    expect(node).toBeDefined();
    expect(String(fields.nodes?.type)).toMatch(/^\[\w+!\]!$/);
    expect([String(fields.pageInfo?.type), String(fields.totalCount?.type)]).toEqual(['PageInfo!', 'Int!']);
    const args = Object.fromEntries((field?.args ?? []).map(({ name, type }) => [name, String(type)]));
    expect(args).toMatchObject({ first: 'Int', after: 'String', last: 'Int', before: 'String' });
    // What only admins may read is null for the others, and the rest of their answer stays.
    const isForAdmins = ['apiTokens', 'invitations', 'auditLog'].includes(list.field);
    expect(String(field?.type)).toBe(isForAdmins ? `${connection}` : `${connection}!`);
  });

  it('answers with everything at once, as edges and as nodes', async () => {
    const { edges, nodes, pageInfo, totalCount } = await read();
    expect(edges).toHaveLength(listLength);
    expect(nodes).toEqual(edges.map((edge: { node: unknown }) => edge.node));
    expect(new Set(nodes.map((node: { id: string }) => node.id)).size).toBe(listLength);
    expect(totalCount).toBe(listLength);
    expect(pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: edges[0].cursor,
      endCursor: edges.at(-1).cursor,
    });
  });

  it.each([1, 2, 3, 7, 100])('is read completely in pages of %i, forward and backward', async (size) => {
    const all = (await read()).nodes;
    const page = async (args: string) => (await ask(args, `${nodes} ${pageInfo}`)).list;
    const forward = await readForward(size, ({ after }) => page(`first: ${size}, after: ${quoted(after)}`));
    const backward = await readBackward(size, ({ before }) =>
      page(`last: ${size}, before: ${quoted(before)}`),
    );
    expect([forward, backward]).toEqual([all, all]);
  });

  it('takes after with last, and before with first, and both', async () => {
    const { edges, nodes: all } = await read();
    const [second, sixth] = [quoted(edges[1].cursor), quoted(edges[5].cursor)];
    const page = async (args: string) => (await ask(args, nodes)).list.nodes;
    expect(await page(`last: 2, after: ${second}`)).toEqual(all.slice(5));
    expect(await page(`last: 100, after: ${second}`)).toEqual(all.slice(2));
    expect(await page(`first: 2, before: ${sixth}`)).toEqual(all.slice(0, 2));
    expect(await page(`first: 100, before: ${sixth}`)).toEqual(all.slice(0, 5));
    expect(await page(`first: 2, after: ${second}, before: ${sixth}`)).toEqual(all.slice(2, 4));
    expect(await page(`last: 2, after: ${second}, before: ${sixth}`)).toEqual(all.slice(3, 5));
    expect(await page(`after: ${second}, before: ${sixth}`)).toEqual(all.slice(2, 5));
    expect(await page(`after: ${sixth}, before: ${second}`)).toEqual([]);
  });

  it('says where an empty page stands', async () => {
    const { edges } = await read();
    const { list } = await ask(`first: 1, after: ${quoted(edges.at(-1).cursor)}`, `${nodes} ${pageInfo}`);
    expect(list).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  it('counts only when the count is selected, and reads nothing else for it', async () => {
    const sent = async (selection: string) => {
      app.statements.splice(0);
      const { errors } = await ask('first: 2', selection);
      expect(errors).toBeUndefined();
      // Whether as many rows are there as were asked for is no count of the list.
      return app.statements.filter((text) => /count\(\*\)(?! = )/.test(text)).length;
    };
    expect(await sent(`${nodes} ${pageInfo}`)).toBe(0);
    expect(await sent(`${nodes} totalCount`)).toBeLessThanOrEqual(1);
  });

  it.each(['first', 'last'])('takes a %s of 1 to 100', async (argument) => {
    for (const size of [1, 100]) expect((await ask(`${argument}: ${size}`, nodes)).errors).toBeUndefined();
    for (const size of [-2_147_483_648, -1, 0, 101, 2_147_483_647]) {
      const { errors } = await ask(`${argument}: ${size}`, 'totalCount');
      expect(errors).toMatchObject([
        { path: ['parent', 'list'], extensions: { code: 'INVALID_INPUT', argument } },
      ]);
    }
  });

  it('takes first or last, not both, and nulls as if they were left out', async () => {
    expect((await ask('first: 1, last: 1', nodes)).errors).toMatchObject([
      { path: ['parent', 'list'], extensions: { code: 'INVALID_INPUT', argument: 'last' } },
    ]);
    const { list } = await ask('first: null, last: 2, after: null, before: null', nodes);
    expect(list.nodes).toEqual((await read()).nodes.slice(5));
  });
});

it('a page size past every integer is refused before anything is read', async () => {
  app.statements.splice(0);
  const { errors } = await app.ask(
    world.token,
    '{ viewer { workspaces(first: 2147483648) { totalCount } } }',
  );
  expect(errors?.[0]?.message).toContain('Int cannot represent');
  expect(app.unexpected).toEqual([]);
});

it('a page that nobody could read is refused by its cost', async () => {
  const { errors } = await app.ask(
    world.token,
    '{ viewer { workspaces(first: 2147483647) { nodes { id } } } }',
  );
  expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'cost' } }]);
});
