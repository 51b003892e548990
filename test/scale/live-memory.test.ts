import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { demoIds } from '../../src/demo/people.ts';
import { encodeGlobalId } from '../../src/global-id.ts';
import { sendSubscription } from '../live/fixtures/sockets.ts';
import { changesDocument } from '../live/fixtures/subscriber.ts';
import { type Gateway, makeDataDirectory, startGateway } from '../process/gateway.ts';
import { heapUsed, watchedHeap } from '../process/heap.ts';

/** Who come before the heap is looked at, and five times more come after. */
const visits = 2_000;
const atOnce = 20;
/**
 * How many bytes a visit may leave in the middle one of five looks. What is kept of a stream takes some KB at each of
 * them; caches fill, and code is compiled anew where the engine had thrown it away, now and then.
 */
const mostBytesEach = 200;

const variables = { ids: [encodeGlobalId('ParticipantGroup', demoIds.group(1))] };

type Visit = (gateway: Gateway) => Promise<void>;

/** Subscribes over server-sent events, and hangs up when the checkpoint is there. */
const overServerSentEvents: Visit = async ({ url, token }) => {
  const socket = await sendSubscription(url, token, changesDocument, variables);
  let read = '';
  while (!read.includes('"cursor"')) read += String((await once(socket, 'data'))[0]);
  socket.destroy();
  await once(socket, 'close');
};

/** The same over a WebSocket. */
const overWebSocket: Visit = async ({ url, token }) => {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const until = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (message) => {
      const { type } = JSON.parse(String(message));
      const payload = { query: changesDocument, variables };
      if (type === 'connection_ack') socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
      if (type === 'next') resolve();
      if (type === 'error') reject(new Error(String(message)));
    });
  });
  await once(socket, 'open');
  const payload = { Authorization: `Bearer ${token}` };
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await until;
  socket.terminate();
  await once(socket, 'close');
};

/** What is in use of the heap once some more have come and gone. */
async function heapAfterVisits(gateway: Gateway, how: Visit): Promise<number> {
  let begun = 0;
  const go = async () => {
    while (begun < visits) {
      begun += 1;
      await how(gateway);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, go));
  // The last of them are noticed a little later.
  await sleep(1_000);
  return await heapUsed(gateway.program);
}

it.for([
  ['server-sent events', overServerSentEvents],
  ['a WebSocket', overWebSocket],
] as const)('keeps nothing of 12,000 who came over %s and went', async ([name, how]) => {
  const gateway = await startGateway({
    DATA_DIR: await makeDataDirectory(),
    ...watchedHeap,
    RATE_LIMIT_PER_TOKEN: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
  });
  const looks = [await heapAfterVisits(gateway, how)];
  while (looks.length < 6) looks.push(await heapAfterVisits(gateway, how));
  const megabytes = looks.map((bytes) => (bytes / 1_048_576).toFixed(2));
  process.stdout.write(`${name}: ${megabytes.join(', ')} MiB of heap after each ${visits} connections\n`);
  const grown = looks.slice(1).map((bytes, look) => bytes - (looks[look] ?? 0));
  expect(grown.sort((one, other) => one - other)[2]).toBeLessThan(visits * mostBytesEach);
  expect(await gateway.program.end()).toBe(0);
});
