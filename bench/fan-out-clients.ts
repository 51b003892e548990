import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import type { ClientAnswers, Subscription } from './fan-out-messages.ts';

const query = `subscription ($ids: [ID!]!) { membershipChanges(participantGroupIds: $ids) {
  cursor change { version cause addedCount removedCount participantCount occurredAt } } }`;
const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });

/** Whoever opens many more at once waits for the first longer than one may take to say who they are. */
const openedAtOnce = 100;

let [open, events, last] = [0, 0, 0];
let [wanted, sample] = [0, ''];
let settle: ((at: number) => void) | null = null;
let closings: (() => void)[] = [];

/** Counts an event of one subscriber. */
function note(text: string): void {
  events += 1;
  sample = text;
  last = performance.timeOrigin + performance.now();
  if (events >= wanted) settle?.(last);
}

const answers: ClientAnswers = {
  async open(subscription) {
    for (let from = 0; from < subscription.count; from += openedAtOnce) {
      const count = Math.min(openedAtOnce, subscription.count - from);
      const opening = Array.from({ length: count }, (_, index) =>
        openOne(subscription, subscription.tokens[(from + index) % subscription.tokens.length] ?? ''),
      );
      await Promise.all(opening);
    }
    open = subscription.count;
    events = 0;
    wanted = open;
  },
  delivered() {
    return new Promise((resolve) => {
      settle = (at) => {
        settle = null;
        wanted += open;
        resolve(at);
      };
      if (events >= wanted) settle(last);
    });
  },
  async sample() {
    return sample;
  },
  async close() {
    for (const close of closings) close();
    closings = [];
  },
};

function openOne(subscription: Subscription, token: string): Promise<void> {
  return subscription.transport === 'sse' ? openStream(subscription, token) : openSocket(subscription, token);
}

function openSocket({ transport, url, groupId }: Subscription, token: string): Promise<void> {
  const isBare = transport === 'bare';
  const socket = new WebSocket(url.replace(/^http/, 'ws'), isBare ? [] : ['graphql-transport-ws'], {
    perMessageDeflate: false,
  });
  closings.push(() => socket.terminate());
  return new Promise((resolve, reject) => {
    let isLive = isBare;
    const payload = { query, variables: { ids: [groupId] } };
    const subscribe = JSON.stringify({ id: randomUUID(), type: 'subscribe', payload });
    socket.on('error', reject);
    socket.on('open', () => {
      if (isBare) return resolve();
      socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }));
    });
    socket.on('message', (data) => {
      const text = data.toString();
      if (isLive && (isBare || text.includes('"next"'))) return note(text);
      if (text.includes('"ping"')) return socket.send('{"type":"pong"}');
      if (text.includes('"connection_ack"')) return socket.send(subscribe);
      if (!text.includes('"next"')) return undefined;
      if (text.includes('"errors"')) return reject(new Error(text));
      isLive = true;
      return resolve();
    });
  });
}

function openStream({ url, groupId }: Subscription, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'text/event-stream',
      Authorization: `Bearer ${token}`,
    };
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      let isLive = false;
      response.on('error', () => undefined);
      response.setEncoding('utf8').on('data', (text: string) => {
        for (const event of text.match(/^data: .+$/gm) ?? []) {
          if (isLive) note(event);
          else if (event.includes('"errors"')) reject(new Error(event));
          else resolve();
          isLive = true;
        }
      });
    });
    closings.push(() => sending.destroy());
    sending.on('error', reject);
    sending.end(JSON.stringify({ query, variables: { ids: [groupId] } }));
  });
}

process.on('message', async ({ ask, value }: { ask: keyof ClientAnswers; value: unknown }) => {
  process.send?.((await answers[ask](value as never)) ?? null);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
