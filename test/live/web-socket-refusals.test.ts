import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { limited } from '../rate-limit/server.ts';
import { type App, startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { changesDocument, untilStreams } from './fixtures/changes.ts';
import { type BareSocket, bareSocket, type Message } from './fixtures/ws-client.ts';

const rateLimits = limited({ anonymous: 20, perToken: 100_000 });
const app = await startApp({ maxSubscriptionsPerConnection: 3, maxBodyBytes: 20_000 });
const { workspaceId, collaborator, viewer } = await createLab(app);
const init = { Authorization: `Bearer ${viewer.token}` };

const query = (document: string, id = '1'): Message => ({
  type: 'subscribe',
  id,
  payload: { query: document },
});

/** What an upgrade is answered with, where it is refused. */
function upgrade(
  { url }: Pick<App, 'url'>,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; retryAfter: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Version': '13',
        ...headers,
      },
    });
    asked.once('upgrade', () => reject(new Error('It was upgraded')));
    asked.once('error', reject);
    asked.once('response', async (response) =>
      resolve({
        status: response.statusCode,
        retryAfter: response.headers['retry-after'],
        body: await text(response),
      }),
    );
    asked.end();
  });
}

describe('an upgrade', () => {
  it('of another path than /graphql is 404', async () => {
    expect(await upgrade(app, '/health')).toMatchObject({ status: 404 });
  });

  it('with a Host that names none is 400', async () => {
    const answer = await upgrade(app, '/graphql', { Host: 'a b' });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('BAD_REQUEST') });
  });

  it('that is no handshake of a WebSocket is 400', async () => {
    expect(await upgrade(app, '/graphql', { 'Sec-WebSocket-Key': 'short' })).toMatchObject({ status: 400 });
  });

  it('by who has used up their points is 429', async () => {
    const spent = await startApp({ rateLimits });
    for (let asked = 0; asked < 5; asked += 1) await spent.post(null, '{ viewer { email } }');
    const answer = await upgrade(spent, '/graphql');
    expect(answer).toMatchObject({ status: 429, body: expect.stringContaining('RATE_LIMITED') });
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
  });

  it('to something else than a WebSocket is ignored, with its body and all', async () => {
    const { hostname, port } = new URL(app.url);
    const body = JSON.stringify({ query: '{ __typename }' });
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n` +
        `HTTP2-Settings: AAMAAABk\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    setTimeout(() => socket.write(body), 50);
    const [answer] = await new Promise<Buffer[]>((resolve) => socket.once('data', (data) => resolve([data])));
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK.*"__typename":"Query"/s);
  });
});

describe('a socket', () => {
  it.each([
    ['no JSON', '{', 4400, 'Invalid message received'],
    ['binary', Buffer.from('{"type":"ping"}'), 4400, 'Messages are text; this one is binary.'],
    ['of too many lists', '['.repeat(3_000), 4400, expect.stringContaining('nests 3000')],
    [
      'of too many keys',
      `{"type":"ping","payload":{${'"a":1,'.repeat(2_100)}"b":1}}`,
      4400,
      expect.stringContaining('keys'),
    ],
    ['longer than a body may be', `{"type":"ping","payload":{"a":"${'x'.repeat(20_000)}"}}`, 1009, ''],
    ['of no type that there is', '{"type":"evil"}', 4400, 'Invalid message received'],
  ])('is closed by a message that is %s', async (_what, message, code, reason) => {
    const { send, closed } = await bareSocket(app, init);
    send(message);
    expect(await closed).toEqual({ code, reason });
  });

  it('without the subprotocol is closed with 4406', async () => {
    const { closed } = await bareSocket(app, undefined, {}, []);
    expect((await closed).code).toBe(4406);
  });

  it('is closed by an operation before connection_init', async () => {
    const { send, closed } = await bareSocket(app);
    send(query('{ __typename }'));
    expect((await closed).code).toBe(4401);
  });

  it('has at most so many operations under way', async () => {
    const groupId = await createGroup(app, collaborator.token, workspaceId);
    const { send, next } = await bareSocket(app, init);
    const subscribe = (id: string) =>
      send({ type: 'subscribe', id, payload: { query: changesDocument, variables: { ids: [groupId] } } });
    for (const id of ['1', '2', '3', '4']) subscribe(id);
    expect((await next('error', '4')).payload).toMatchObject([
      { extensions: { code: 'LIMIT_EXCEEDED', limit: 'subscriptions' } },
    ]);
    send({ type: 'complete', id: '1' });
    await untilStreams(app, 2);
    subscribe('5');
    await next('next', '5');
  });

  it('that opens an operation twice before it has begun is closed, and nothing of it stays', async () => {
    const groupId = await createGroup(app, collaborator.token, workspaceId);
    const { send, closed } = await bareSocket(app, init);
    for (const type of ['subscribe', 'complete', 'subscribe'])
      send({ type, id: '1', payload: { query: changesDocument, variables: { ids: [groupId] } } });
    expect((await closed).code).toBe(4409);
    await untilStreams(app, 0);
  });
});

describe('an operation over a socket', () => {
  const ask = async (document: string, settled: BareSocket) => {
    settled.send(query(document));
    return (await settled.next('error', '1')).payload;
  };

  it.each([
    ['does not parse', '{', 'GRAPHQL_PARSE_FAILED'],
    ['does not validate', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'is too deep',
      `{ viewer ${'{ workspaces { nodes '.repeat(20)}{ id }${' } }'.repeat(20)} }`,
      'LIMIT_EXCEEDED',
    ],
  ])('that %s is refused, and may be tried again', async (_what, document, code) => {
    const settled = await bareSocket(app, init);
    const [error] = (await ask(document, settled)) as [{ extensions: object }];
    expect(error.extensions).toEqual(expect.objectContaining({ code }));
    expect(error.extensions).not.toHaveProperty('http');
    settled.send(query('{ __typename }'));
    expect((await settled.next('next', '1')).payload).toMatchObject({ data: { __typename: 'Query' } });
  });

  it('hides what HTTP hides', async () => {
    const secretive = await startApp({ introspection: false, suggestions: false });
    const settled = await bareSocket(secretive, {});
    expect(await ask('{ __schema { __typename } }', settled)).toMatchObject([
      { message: expect.stringContaining('introspection') },
    ]);
    expect(await ask('{ viewerz }', settled)).toMatchObject([
      { message: expect.not.stringContaining('Did you mean') },
    ]);
  });

  it('is charged to its token, and refused when the points are used up', async () => {
    const poor = await startApp({ rateLimits: limited({ perToken: 30 }) });
    const lab = await createLab(poor);
    const settled = await bareSocket(poor, { Authorization: `Bearer ${lab.stranger.token}` });
    for (let refused = 0; refused < 6; refused += 1) await ask('{ nothing }', settled);
    expect(await ask('{ __typename }', settled)).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });

  it('that is refused costs who has no token the points of an address', async () => {
    const spent = await startApp({ rateLimits: limited({ anonymous: 20 }) });
    const settled = await bareSocket(spent, {});
    for (let refused = 0; refused < 4; refused += 1) await ask('{ nothing }', settled);
    expect((await spent.post(null, '{ __typename }')).status).toBe(429);
  });
});
