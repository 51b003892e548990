import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/graphql/limits/document-limits.ts';
import { startApp, startNode } from '../support/app.ts';
import { createPerson } from '../support/factories.ts';
import { holdTokens } from '../support/lock.ts';
import { ask, limited, send } from './server.ts';

const origin = 'https://app.example';
const app = await startApp({ corsOrigins: [origin], rateLimits: limited({ perToken: 22 }) });
const testDatabase = { url: app.databaseUrl, query: app.sql };
const start = (settings: Parameters<typeof limited>[0], others: object = {}) =>
  startNode(testDatabase, { rateLimits: limited(settings), ...others });
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const twentyTwo = '{ viewer { workspaces { nodes { title } } } }';
const one = '{ viewer { email } }';

describe('an operation that is refused', () => {
  it.each(['application/graphql-response+json', 'application/json'])(
    'is answered with 429, Retry-After and RATE_LIMITED as %s',
    async (Accept) => {
      const { token } = await createPerson(app);
      await ask(app, token, twentyTwo);
      const { status, headers, data, errors } = await ask(app, token, one, { Accept, Origin: origin });
      expect([status, headers.get('access-control-allow-origin')]).toEqual([429, origin]);
      expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
      const seconds = Number(headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(590);
      expect(seconds).toBeLessThanOrEqual(600);
      expect(data).toBeUndefined();
      expect(errors).toEqual([
        {
          message: `The points of this window don't suffice; nothing was done. Try again in ${seconds} s.`,
          extensions: { code: 'RATE_LIMITED', retryAfterSeconds: seconds, resetsAt: expect.any(String) },
        },
      ]);
      const resetsAt = Date.parse(String(errors?.[0]?.extensions.resetsAt));
      expect(Math.abs(resetsAt - Date.now() - seconds * 1_000)).toBeLessThan(2_000);
    },
  );

  it('reads nothing but the token where it does not fit', async () => {
    const node = await start({ perToken: 30 });
    const { token } = await createPerson(app);
    await ask(node, token, twentyTwo);
    node.statements.splice(0);
    expect((await ask(node, token, twentyTwo)).status).toBe(429);
    expect(node.statements).toEqual([expect.stringContaining('FROM api_token')]);
  });

  it('reads nothing at all where the budget is used up', async () => {
    const { token } = await createPerson(app);
    await ask(app, token, twentyTwo);
    app.statements.splice(0);
    expect((await ask(app, token, one)).status).toBe(429);
    expect(app.statements).toEqual([]);
  });

  it('changes nothing', async () => {
    const node = await start({ perToken: 1 });
    const { token } = await createPerson(app);
    const create = 'mutation { createWorkspace(input: { title: "Refused" }) { __typename } }';
    await ask(node, token, one);
    expect((await ask(node, token, create)).status).toBe(429);
    expect(await app.sql("SELECT 1 FROM workspace WHERE title = 'Refused'")).toEqual([]);
  });
});

/** Requests that never execute. None of them is answered as if it were too much. */
const garbage: Readonly<Record<string, readonly [body: unknown, headers?: Record<string, string>]>> = {
  'does not parse': [{ query: '{' }],
  'does not validate': [{ query: '{ nope }' }],
  'goes past a limit on documents': [{ query: `{ ${'__typename '.repeat(50)} }` }],
  'costs more than is allowed': [{ query: '{ viewer { workspaces(first: 1000000) { nodes { title } } } }' }],
  'is no JSON': ['{"query'],
  'is no object': ['[1]'],
  'has no query': [{}],
  'could come from any site': ['{}', { 'Content-Type': 'text/plain' }],
  'has an unknown type': ['{}', { 'Content-Type': 'application/octet-stream' }],
  'has a body that is too long': [{ query: `{ __typename } #${'x'.repeat(2_000)}` }],
  'has a compressed body': ['{}', { 'Content-Encoding': 'gzip' }],
};

describe.each(Object.entries(garbage))('a request that %s', (_what, [body, headers = {}]) => {
  const post = (url: string, more: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers, ...more },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }).then(async (response) => {
      await response.text();
      return response.status;
    });

  it('costs the address points, and the answer after the last of them is 429', async () => {
    const node = await start({ anonymous: 12 }, { maxBodyBytes: 1_024 });
    // 5 points, 5 points, and the 2 that are left.
    for (let sent = 0; sent < 3; sent++) expect(await post(node.url)).not.toBe(429);
    expect((await ask(node, null, one)).status).toBe(429);
  });

  it('costs the token points where it came with one that is known, and not the address', async () => {
    const node = await start({ perToken: 100 }, { maxBodyBytes: 1_024 });
    const { token } = await createPerson(app);
    await ask(node, token, one);
    expect(await post(node.url, { Authorization: `Bearer ${token}` })).not.toBe(429);
    expect((await ask(node, token, one)).cost).toMatchObject({ remaining: 100 - 1 - 5 - 1 });
    expect((await ask(node, null, one)).cost).toMatchObject({ remaining: 3_000 - 5 });
  });
});

describe('an address that has used up its points without a token', () => {
  it('is refused before anything is parsed or looked up', async () => {
    const node = await start({ anonymous: 5 });
    await ask(node, null, '{');
    node.statements.splice(0);
    for (const body of ['{"query', { query: '{' }, { query: getIntrospectionQuery() }, { query: one }]) {
      const { status, errors } = await send(node, body);
      expect([status, errors?.[0]?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
    }
    expect(node.statements).toEqual([]);
    expect((await ask(node, 'made-up', '{')).status).toBe(429);
  });

  it('floods with made-up tokens in vain: four are looked up at once, and true ones pass', async () => {
    const node = await start({ anonymous: 5 });
    const [known, unknown] = [await createPerson(app), await createPerson(app)];
    await ask(node, known.token, one);
    await ask(node, null, '{');
    const release = await holdTokens(node.databaseUrl);
    node.statements.splice(0);
    let answered = 0;
    const flood = Array.from({ length: 50 }, async (_, index) => {
      const { status } = await ask(node, `made-up-${index}`, one);
      answered++;
      return status;
    });
    await expect.poll(() => answered).toBe(46);
    await expect.poll(() => node.statements.length).toBe(4);
    await release();
    expect(new Set(await Promise.all(flood))).toEqual(new Set([429]));
    expect((await ask(node, known.token, one)).status).toBe(200);
    expect((await ask(node, unknown.token, one)).status).toBe(200);
  });

  it('still gets health, readiness, GraphiQL and preflights', async () => {
    const node = await start(
      { anonymous: 5 },
      { corsOrigins: [origin], graphiql: { enabled: true, isBoundToLoopback: true, tabs: [] } },
    );
    await ask(node, null, '{');
    expect((await ask(node, null, one)).status).toBe(429);
    const get = async (path: string, init?: RequestInit) =>
      (await fetch(new URL(path, node.url), init)).status;
    expect(await get('/health')).toBe(200);
    expect(await get('/ready')).toBe(200);
    expect(await get('/graphql', { headers: { Accept: 'text/html' } })).toBe(200);
    const preflight = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
    expect(await get('/graphql', { method: 'OPTIONS', headers: preflight })).toBe(204);
  });

  it('got there although it hung up before every answer', async () => {
    const rateLimits = limited({ anonymous: 10 });
    const node = await startNode(testDatabase, { rateLimits });
    const { port } = new URL(node.url);
    const body = '{"query":"{"}';
    for (let sent = 0; sent < 2; sent++) {
      const socket = connect(Number(port), '127.0.0.1');
      const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      await new Promise<void>((resolve) => socket.write(head + body, () => resolve()));
      socket.destroy();
    }
    await expect
      .poll(() => rateLimits.refusedUntil({ address: '127.0.0.1', token: null }))
      .toBeGreaterThan(Date.now());
    expect((await ask(node, null, one)).status).toBe(429);
  });
});

it('what failed for a reason of ours costs nothing', async () => {
  const node = await start({ anonymous: 10 });
  const { token } = await createPerson(app);
  await app.sql('ALTER TABLE api_token RENAME TO away');
  for (let sent = 0; sent < 4; sent++) expect((await ask(node, token, one)).status).toBe(500);
  await app.sql('ALTER TABLE away RENAME TO api_token');
  node.unexpected.splice(0);
  expect((await ask(node, null, one)).cost).toMatchObject({ remaining: 5 });
});

it('the limits on documents are looked at first, and told', async () => {
  const node = await start({ perToken: 10 }, { limits: { ...defaultLimits, maxCost: 20 } });
  const { token } = await createPerson(app);
  expect((await ask(node, token, twentyTwo)).errors).toMatchObject([{ extensions: { limit: 'cost' } }]);
});
