import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { unknownId } from '../support/factories.ts';
import { nodeTypes } from '../support/schema-walk.ts';
import { malformedIds } from './fixtures/malformed-ids.ts';
import { createWorld } from './fixtures/world.ts';

const app = await startApp();
const world = await createWorld(app);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const one = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const many = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
const node = (id: unknown) => app.ask(world.token, one, { id });
const nodes = (ids: unknown) => app.ask(world.token, many, { ids });
const idOfNothing = (type: string) =>
  type === 'MembershipChange' ? encodeGlobalId(type, `${randomUUID()}.1`) : unknownId(type);

describe.each(nodeTypes)('a %s', (type) => {
  const id = world.ids[type] ?? '';

  it('is read again by its id', async () => {
    expect(await node(id)).toEqual({ data: { node: { __typename: type, id } } });
    expect(await nodes([id, id])).toEqual({
      data: {
        nodes: [
          { __typename: type, id },
          { __typename: type, id },
        ],
      },
    });
  });

  it('is null by a well-formed id of nothing', async () => {
    const nothing = idOfNothing(type);
    expect(await node(nothing)).toEqual({ data: { node: null } });
    expect(await nodes([nothing, id, nothing])).toEqual({
      data: { nodes: [null, { __typename: type, id }, null] },
    });
  });

  it('is null where its id is another type’s', async () => {
    const [, key = ''] = Buffer.from(id, 'base64url').toString().split(':');
    const uuid = key.split('.')[0] ?? '';
    // A change's id holds its group's UUID: it is the one type whose key is also another's.
    const strangers =
      type === 'MembershipChange' ? nodeTypes.filter((other) => other !== 'ParticipantGroup') : nodeTypes;
    const others = strangers.filter((other) => other !== type && other !== 'MembershipChange');
    const ids = others.map((other) => encodeGlobalId(other, uuid));
    expect(await nodes(ids)).toEqual({ data: { nodes: ids.map(() => null) } });
  });
});

it('a change past the newest of its group is null', async () => {
  const [, key = ''] = Buffer.from(world.ids.MembershipChange ?? '', 'base64url')
    .toString()
    .split(':');
  const id = encodeGlobalId('MembershipChange', `${key.split('.')[0]}.2147483647`);
  expect(await node(id)).toEqual({ data: { node: null } });
});

const malformed = Object.entries(malformedIds(world.workspaceId));

describe.each(malformed)('an id that is %s', (_what, id) => {
  it('is INVALID_INPUT in node', async () => {
    const { data, errors } = await node(id);
    expect(data).toEqual({ node: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('Argument "id"'),
        path: ['node'],
        extensions: { code: 'INVALID_INPUT', argument: 'id' },
      },
    ]);
  });

  it('is null in nodes, with an error at its index, and spoils no other', async () => {
    const { data, errors } = await nodes([world.workspaceId, id, world.workspaceId]);
    const workspace = { __typename: 'Workspace', id: world.workspaceId };
    expect(data).toEqual({ nodes: [workspace, null, workspace] });
    expect(errors).toMatchObject([
      { path: ['nodes', 1], extensions: { code: 'INVALID_INPUT', argument: 'ids', indices: [1] } },
    ]);
  });
});

describe('nodes', () => {
  it('answers with nothing for nothing', async () => {
    expect(await nodes([])).toEqual({ data: { nodes: [] } });
  });

  it('takes 100 ids, and not 101', async () => {
    const ids = (count: number) => Array.from({ length: count }, () => world.workspaceId);
    expect((await nodes(ids(100))).data.nodes).toHaveLength(100);
    const { data, errors } = await nodes(ids(101));
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { path: ['nodes'], extensions: { code: 'INVALID_INPUT', argument: 'ids' } },
    ]);
  });

  it('tells of every malformed id of a hundred', async () => {
    const { data, errors } = await nodes(Array.from({ length: 100 }, () => 'nope'));
    expect(data.nodes).toEqual(Array.from({ length: 100 }, () => null));
    expect(errors?.map(({ path }) => path)).toEqual(
      Array.from({ length: 100 }, (_, index) => ['nodes', index]),
    );
  });

  it('keeps the order of what it is asked for', async () => {
    const ids = nodeTypes.map((type) => world.ids[type] ?? '');
    const { data } = await nodes([...ids, ...ids.toReversed()]);
    expect(data.nodes.map((each: { id: string }) => each.id)).toEqual([...ids, ...ids.toReversed()]);
  });
});
