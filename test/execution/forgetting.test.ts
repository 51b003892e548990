import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GraphQLFieldConfig,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import { expect, it } from 'vitest';
import { KeyedQueue } from '../../src/database/queue.ts';
import { sql } from '../../src/database/sql.ts';
import { type Context, createContext } from '../../src/graphql/context.ts';
import { useExecution } from '../../src/graphql/execution.ts';
import { batched } from '../../src/graphql/loader.ts';
import { startApp } from '../support/app.ts';

const app = await startApp();
const store = { database: app.database, queue: new KeyedQueue() };
const sums = batched(({ reader }, keys: readonly number[]) =>
  Promise.all(keys.map(async (key) => (await reader.rows(sql`SELECT 1`)).length + key)),
);

const contextOf = () =>
  createContext(store, null, {
    ...{ hasToken: true, publicUrl: 'https://a.example', live: app.live, lastEventId: null },
    gone: new AbortController().signal,
  });

async function answer(
  fields: Readonly<Record<string, GraphQLFieldConfig<unknown, Context>>>,
  context: Context,
) {
  const yoga = createYoga({
    schema: new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) }),
    context: () => context,
    logging: false,
    plugins: [useExecution({ suggestions: true }, () => new Error('No event') as never)],
  });
  const response = await yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ ${Object.keys(fields).join(' ')} }` }),
  });
  return (await response.json()).data;
}

it.each([1, -1])('keeps nothing of what was read for an answer that is there, or failed', async (key) => {
  const context = contextOf();
  const loadedAtMost: number[] = [];
  let lent = context;
  const sum = {
    type: GraphQLInt,
    async resolve(_root: unknown, _args: unknown, ofRequest: Context) {
      const found = await sums(ofRequest, null).load(key);
      loadedAtMost.push(ofRequest.loaders.size);
      lent = ofRequest;
      if (found === 0) throw new Error('Nothing');
      return found;
    },
  };
  expect(await answer({ sum }, context)).toEqual({ sum: key === 1 ? 2 : null });
  expect([loadedAtMost, context.loaders.size]).toEqual([[1], 0]);
  expect(() => lent.scope).toThrow('The answer has been given without this');
});

it('reads nothing more for an answer that was given without what is still being resolved', async () => {
  const late: unknown[] = [];
  const failing = { type: new GraphQLNonNull(GraphQLInt), resolve: () => Promise.reject(new Error('No')) };
  const slow = {
    type: GraphQLInt,
    async resolve(_root: unknown, _args: unknown, ofRequest: Context) {
      await sleep(50);
      const read = Promise.resolve().then(() => sums(ofRequest, null).load(1));
      await read.catch((error) => late.push(error));
      return read;
    },
  };
  const context = contextOf();
  app.statements.length = 0;
  expect(await answer({ failing, slow }, context)).toBe(null);
  await expect.poll(() => late).toEqual([new Error('The answer has been given without this')]);
  expect(app.statements).toEqual([]);
});
