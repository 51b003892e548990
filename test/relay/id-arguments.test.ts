import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import {
  idArguments,
  idInputs,
  inputFor,
  mutationDocument,
  mutationNames,
  nodeTypes,
} from '../support/schema-walk.ts';
import { malformedIds } from './fixtures/malformed-ids.ts';
import { createWorld } from './fixtures/world.ts';

const app = await startApp();
const world = await createWorld(app);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const typed = idArguments.filter(({ field }) => field !== 'node' && field !== 'nodes');
const named = (type: string | null) => `${/^[AEIO]/.test(type ?? '') ? 'an' : 'a'} ${type}`;
const idsBut = (type: string | null) =>
  nodeTypes.filter((other) => other !== type).map((other) => [other, world.ids[other] ?? ''] as const);

it('every argument and input field that takes an id says by its name of which type', () => {
  expect(idArguments.filter(({ nodeType }) => nodeType === null).map(({ field }) => field)).toEqual([
    'node',
    'nodes',
  ]);
  expect(idInputs.filter(({ nodeType }) => nodeType === '')).toEqual([]);
  expect(new Set(idInputs.map(({ mutation }) => mutation))).toEqual(
    new Set(
      mutationNames.filter(
        (name) => !['createWorkspace', 'createSubscriptionTicket', 'redeemInvitation'].includes(name),
      ),
    ),
  );
});

describe.each(typed)('$type.$field($argument:)', ({ type, field, argument, nodeType }) => {
  const ask = async (id: string) => {
    const selected = `answer: ${field}(${argument}: $id) { __typename }`;
    const query =
      type === 'Query'
        ? `query ($id: ID!) { ${selected} }`
        : `query ($id: ID!, $parent: ID!) { node(id: $parent) { ... on ${type} { ${selected} } } }`;
    return app.ask(world.token, query, { id, parent: world.ids[type] });
  };

  it(`takes the id of a ${nodeType}`, async () => {
    expect((await ask(world.ids[nodeType ?? ''] ?? '')).errors).toBeUndefined();
  });

  it.each(idsBut(nodeType))('refuses the id of a %s, by name', async (other, id) => {
    const { errors } = await ask(id);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', argument } }]);
    expect(errors?.[0]?.message).toBe(
      `Argument "${argument}": This is the id of ${named(other)}. Expected the id of ${named(nodeType)}.`,
    );
    expect(errors?.[0]?.path?.at(-1)).toBe('answer');
  });

  it.each(Object.entries(malformedIds(world.workspaceId)))('refuses %s', async (_what, id) => {
    expect((await ask(id)).errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', argument } }]);
  });
});

describe.each(idInputs.map((place) => ({ ...place, name: place.path.join('.') })))(
  '$mutation, $name',
  ({ mutation, path, nodeType }) => {
    const perform = async (id: string) => {
      const input = inputFor(mutation, world.ids, { path, id });
      const { data } = await app.ask(world.token, mutationDocument(mutation), { input });
      return data[mutation];
    };

    it.each(idsBut(nodeType))('refuses the id of a %s, by its path', async (other, id) => {
      expect(await perform(id)).toEqual({
        __typename: 'InvalidInputError',
        code: 'INVALID_INPUT',
        message: expect.any(String),
        issues: [
          { path, message: `This is the id of ${named(other)}. Expected the id of ${named(nodeType)}.` },
        ],
      });
    });

    it('refuses everything that is no id, by its path, and writes nothing', async () => {
      app.statements.splice(0);
      for (const [what, id] of Object.entries(malformedIds(world.workspaceId))) {
        expect(await perform(id), what).toMatchObject({
          __typename: 'InvalidInputError',
          issues: [{ path }],
        });
      }
      expect(app.statements.filter((text) => !/FROM api_token/.test(text))).toEqual([]);
    });
  },
);
