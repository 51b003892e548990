import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openSocket } from '../../src/graphql/transport/open-socket.ts';
import { frameOf } from '../../src/graphql/transport/socket-sink.ts';
import { startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { holdGroups } from '../support/lock.ts';
import { addOneByOne, changesDocument, checkpoint, untilStreams, versionOf } from './fixtures/changes.ts';
import { bareSocket, socketUrl, wsChanges, wsClient } from './fixtures/ws-client.ts';

/** An app that will be stopped, and a group in it. */
async function start() {
  const app = await startApp();
  const { workspaceId, collaborator, viewer } = await createLab(app);
  const groupId = await createGroup(app, collaborator.token, workspaceId);
  return { app, groupId, collaborator, viewer, init: { Authorization: `Bearer ${viewer.token}` } };
}

describe('a node that stops', () => {
  it('closes its sockets with 1012 when everything is told', async () => {
    const { app, groupId, collaborator, viewer } = await start();
    const closes: unknown[] = [];
    const client = wsClient(app, viewer.token, { on: { closed: (event) => closes.push(event) } });
    const changes = wsChanges(client, [groupId]);
    await checkpoint(changes);
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await addOneByOne(app, collaborator.token, groupId, names);
    await app.live.stop(2_000);
    const { answers, error } = await changes.ended();
    expect(answers.map(versionOf)).toEqual(names.map((_, index) => index + 1));
    expect(error).toMatchObject({ code: 1012, reason: 'Service restart' });
    expect(closes).toMatchObject([{ code: 1012 }]);
    await untilStreams(app, 0);
  });

  it('closes those on which nothing is under way as well, and those that never began', async () => {
    const { app, init } = await start();
    const sockets = [await bareSocket(app, init), await bareSocket(app)];
    await app.live.stop(0);
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([
      { code: 1012, reason: 'Service restart' },
      { code: 1012, reason: 'Service restart' },
    ]);
  });

  it('waits a second for a client that answers no close', async () => {
    const { app, groupId, init } = await start();
    const { socket, send, next } = await bareSocket(app, init);
    send({ type: 'subscribe', id: '1', payload: { query: changesDocument, variables: { ids: [groupId] } } });
    await next('next', '1');
    socket.pause();
    await app.live.stop(0);
    await untilStreams(app, 0);
  });

  it('takes no new ones while it tells what it knows', async () => {
    const { app, groupId, collaborator, init } = await start();
    const { socket, send, next } = await bareSocket(app, init);
    send({ type: 'subscribe', id: '1', payload: { query: changesDocument, variables: { ids: [groupId] } } });
    await next('next', '1');
    await addOneByOne(app, collaborator.token, groupId, ['a']);
    const stopped = app.live.stop(2_000);
    const refused = new WebSocket(socketUrl(app.url), 'graphql-transport-ws');
    const [error] = await once(refused, 'error');
    expect(error.message).toContain('503');
    await next('next', '1');
    await stopped;
    await once(socket, 'close');
  });
});

describe('a client that is gone', () => {
  const subscribe = (id: string, groupId: string) => ({
    type: 'subscribe',
    id,
    payload: { query: changesDocument, variables: { ids: [groupId] } },
  });

  it('leaves nothing behind', async () => {
    const { app, groupId, init } = await start();
    const sockets = await Promise.all(Array.from({ length: 10 }, () => bareSocket(app, init)));
    for (const { send } of sockets) for (const id of ['1', '2', '3']) send(subscribe(id, groupId));
    await untilStreams(app, 30);
    await Promise.all(sockets.map(({ next }) => next('next', '3')));
    for (const { socket } of sockets) socket.terminate();
    await untilStreams(app, 0);
    expect(app.live.wakeUps.watchedGroups()).toEqual([]);
    expect(app.unexpected).toEqual([]);
  });

  it('leaves nothing behind that was being opened', async () => {
    const { app, groupId, init } = await start();
    const { send, socket, closed } = await bareSocket(app, init);
    const release = await holdGroups(app.databaseUrl);
    send(subscribe('1', groupId));
    await untilStreams(app, 1);
    socket.terminate();
    await closed;
    await release();
    await untilStreams(app, 0);
    expect(app.live.wakeUps.watchedGroups()).toEqual([]);
  });

  it('has nothing left of a subscription that it completed before that had begun', async () => {
    const { app, groupId, init } = await start();
    const { send, next, received } = await bareSocket(app, init);
    const release = await holdGroups(app.databaseUrl);
    for (const message of [subscribe('1', groupId), { type: 'complete', id: '1' }, subscribe('2', groupId)])
      send(message);
    await untilStreams(app, 2);
    await release();
    await next('next', '2');
    await untilStreams(app, 1);
    expect(received.filter(({ id }) => id === '1')).toEqual([]);
  });
});

describe('a socket whose reader is slow', () => {
  /** Both ends of a WebSocket whose reader doesn't read, and what the sender has been told of its messages. */
  async function slowReader() {
    const http = createServer().listen(0, '127.0.0.1');
    const server = new WebSocketServer({ server: http });
    await once(http, 'listening');
    const reader = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    const [sender, { socket }] = await once(server, 'connection');
    await once(reader, 'open');
    reader.pause();
    onTestFinished(() => {
      reader.terminate();
      server.close();
      http.close();
    });
    return { reader, sender: sender as WebSocket, connection: socket as Socket };
  }

  const long = 'x'.repeat(32_000_000);

  it('takes a message when it can, is not listened to until then, and then is', async () => {
    const { reader, sender, connection } = await slowReader();
    const socket = openSocket(sender, connection);
    const heard = new Promise<string>((resolve) => socket.onMessage((message) => resolve(String(message))));
    let isTaken = false;
    const sending = socket.send(long).then(() => {
      isTaken = true;
    });
    reader.send('hello');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([isTaken, sender.isPaused]).toEqual([false, true]);
    reader.resume();
    await sending;
    expect(await heard).toBe('hello');
  });

  it.each([0, 123, 124, 65_533, 65_534, 300_000])(
    'takes a frame of our own for a message, of %i bytes beside its id',
    async (length) => {
      const { reader, sender, connection } = await slowReader();
      const socket = openSocket(sender, connection);
      const heard: string[] = [];
      reader.on('message', (message, isBinary) => heard.push(`${isBinary} ${message}`));
      reader.resume();
      const rest = Buffer.from('x'.repeat(length));
      expect(socket.hasRoom()).toBe(true);
      socket.putFrame(frameOf(Buffer.from('id'), rest));
      await socket.send('after it');
      await expect.poll(() => heard.length).toBe(2);
      expect(heard).toEqual([`false id${rest}`, 'false after it']);
    },
  );

  it('has no room as long as it has not taken all, and has again when it is closed', async () => {
    const { reader, sender, connection } = await slowReader();
    const socket = openSocket(sender, connection);
    const sending = socket.send(long);
    expect(socket.hasRoom()).toBe(false);
    reader.terminate();
    await sending;
    expect(socket.hasRoom()).toBe(true);
  });

  it('keeps nobody waiting once it is closed', async () => {
    const { reader, sender, connection } = await slowReader();
    const sending = openSocket(sender, connection).send(long);
    reader.terminate();
    expect(await sending).toBeUndefined();
  });
});
