import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga, type YogaInitialContext } from 'graphql-yoga';
import { afterAll, expect, it } from 'vitest';
import { gate } from '../../src/graphql/rate-limit/gate.ts';
import { type ChargedContext, useRateLimits } from '../../src/graphql/rate-limit/use-rate-limits.ts';
import { limited } from './server.ts';

type Viewing = Pick<ChargedContext, 'viewer'>;

const schema = createSchema<YogaInitialContext & ChargedContext>({
  typeDefs: 'type Query { a: Int } type Subscription { count: Int }',
  resolvers: {
    Subscription: {
      count: {
        subscribe: async function* () {
          for (const count of [1, 2, 3]) yield { count };
        },
      },
    },
  },
});

async function start(): Promise<string> {
  const rateLimits = limited({ anonymous: 5 });
  const yoga = createYoga<{ req: IncomingMessage }, Viewing>({
    schema,
    logging: false,
    context: () => ({ viewer: null }),
    plugins: [
      useRateLimits(
        rateLimits,
        gate(rateLimits, async () => null),
      ),
    ],
  });
  const server = createServer(yoga);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

it('a subscription is charged when it begins, says so in its first event, and is refused before it begins', async () => {
  const url = await start();
  const subscribe = () =>
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { count }' }),
    });
  const events = [...(await (await subscribe()).text()).matchAll(/^data: (.+)$/gm)].map(([, data = '']) =>
    JSON.parse(data),
  );
  expect(events).toEqual([
    {
      data: { count: 1 },
      extensions: { cost: { query: 5, limit: 5, remaining: 0, resetsAt: expect.any(String) } },
    },
    { data: { count: 2 } },
    { data: { count: 3 } },
  ]);
  const refused = await subscribe();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
});
