import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { burnt, type FloorAnswers } from './fan-out-messages.ts';

/** The floor of the fan-out: a bare broadcast of the same bytes. */
let server: WebSocketServer;

const answers: FloorAnswers = {
  async listen() {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    await once(server, 'listening');
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  },
  async send(text) {
    const at = performance.timeOrigin + performance.now();
    for (const socket of server.clients) socket.send(text);
    return at;
  },
  async cpu() {
    return burnt();
  },
};

process.on('message', async ({ ask, value }: { ask: keyof FloorAnswers; value: unknown }) => {
  process.send?.(await answers[ask](value as never));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
