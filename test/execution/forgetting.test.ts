import { GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql';
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

it.each([1, -1])('keeps nothing of what was read for an answer that is there, or failed', async (key) => {
  const context = createContext(store, null, {
    ...{ hasToken: true, publicUrl: 'https://a.example', live: app.live, lastEventId: null },
    gone: new AbortController().signal,
  });
  const loadedAtMost: number[] = [];
  const sum = {
    type: GraphQLInt,
    async resolve(_root: unknown, _args: unknown, ofRequest: Context) {
      const found = await sums(ofRequest, null).load(key);
      loadedAtMost.push(ofRequest.loaders.size);
      if (found === 0) throw new Error('Nothing');
      return found;
    },
  };
  const yoga = createYoga({
    schema: new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { sum } }) }),
    context: () => context,
    logging: false,
    plugins: [useExecution({ suggestions: true }, () => new Error('No event') as never)],
  });
  const response = await yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ sum }' }),
  });
  expect((await response.json()).data).toEqual({ sum: key === 1 ? 2 : null });
  expect([loadedAtMost, context.loaders.size]).toEqual([[1], 0]);
});
