import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createSchema, createYoga, type YogaInitialContext } from 'graphql-yoga';
import { expect, it, onTestFinished } from 'vitest';
import { type Sink, ToldEvent } from '../../src/graphql/fan-out/told-event.ts';
import { useEventStream } from '../../src/graphql/transport/event-stream.ts';

it('an event stream whose reader is slow asks for no more events than the connection takes', async () => {
  let asked = 0;
  let isEnded = false;
  const schema = createSchema<YogaInitialContext & { readonly sink?: Sink }>({
    typeDefs: 'type Query { a: Int } type Subscription { text: String }',
    resolvers: {
      Subscription: {
        text: {
          subscribe: (_root, _args, { sink }) => ({
            [Symbol.asyncIterator]() {
              return this;
            },
            async next() {
              while (!isEnded) {
                asked += 1;
                await sink?.send(new ToldEvent(JSON.stringify({ data: { text: 'x'.repeat(100_000) } })));
              }
              return { done: true, value: undefined };
            },
            async return() {
              isEnded = true;
              return { done: true, value: undefined };
            },
          }),
        },
      },
    },
  });
  const plugins = [useEventStream({ stopped: new AbortController().signal, heartbeatMilliseconds: 12_000 })];
  const server = createServer(createYoga({ schema, plugins, logging: false })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    reader.destroy();
    server.close();
  });
  reader.write(
    'GET /graphql?query=subscription{text} HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n',
  );
  let before = -1;
  while (asked === 0 || asked !== before) {
    before = asked;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  reader.resume();
  await expect.poll(() => asked).toBeGreaterThan(before + 100);
});
