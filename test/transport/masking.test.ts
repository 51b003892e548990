import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, startServer } from './fixtures/server.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('errors', async () => {
  const server = await startServer();
  beforeEach(() => void server.logged.splice(0));

  it('that nobody expected are masked, and logged with the id that the caller gets', async () => {
    const response = await server.post('{ throwBug }');
    const requestId = response.headers.get('x-request-id');
    expect((await answerOf(response)).errors).toMatchObject([
      { message: 'Internal server error', path: ['throwBug'], extensions: { code: 'INTERNAL', requestId } },
    ]);
    expect(server.logged).toMatchObject([
      { error: { message: 'The password is hunter2' }, details: { requestId, path: ['throwBug'] } },
    ]);
  });

  it('that are masked tell nothing else', async () => {
    expect(await (await server.post('{ throwBug }')).text()).not.toMatch(
      /hunter2|stack|originalError|unexpected/,
    );
  });

  it('of GraphQL’s own for a broken promise of the schema are masked too', async () => {
    expect((await server.ask('{ requireNull }')).errors).toMatchObject([
      { message: 'Internal server error' },
    ]);
    expect(server.logged).toHaveLength(1);
  });

  it('thrown on purpose pass, and aren’t logged', async () => {
    const { errors } = await server.ask('{ throwOnPurpose }');
    expect(errors).toMatchObject([
      { message: 'Not like this', path: ['throwOnPurpose'], extensions: { code: 'INVALID_INPUT' } },
    ]);
    expect(server.logged).toEqual([]);
  });

  it('of the domain are translated, and aren’t logged', async () => {
    const { errors } = await server.ask('{ throwKnown }');
    expect(errors).toMatchObject([
      { message: 'Come back later', path: ['throwKnown'], extensions: { code: 'BUSY' } },
    ]);
    expect(server.logged).toEqual([]);
  });

  it('in the middle of a stream are masked under the request’s id', async () => {
    const response = await server.post('subscription { throwBug { id } }', undefined, {
      Accept: 'text/event-stream',
    });
    const requestId = response.headers.get('x-request-id');
    expect(await response.text()).toContain(`"code":"INTERNAL","requestId":"${requestId}"`);
    expect(server.logged).toMatchObject([{ details: { requestId } }]);
  });

  it('in the caller’s document and variables are left to the caller', async () => {
    for (const query of ['{ nope }', '{', 'query ($n: Int!) { groups(first: $n) { nodes { id } } }']) {
      expect((await server.ask(query)).errors?.[0]?.message).not.toBe('Internal server error');
    }
    expect(server.logged).toEqual([]);
  });
});

describe('the request id', async () => {
  const server = await startServer();
  const idFor = async (given: string) => {
    const response = await server.post('{ hello }', undefined, { 'X-Request-Id': given });
    return response.headers.get('x-request-id');
  };

  it('is new for each request', async () => {
    const [one, two] = [await server.post('{ hello }'), await server.post('{ hello }')].map((r) =>
      r.headers.get('x-request-id'),
    );
    expect(one).toMatch(uuid);
    expect(two).not.toBe(one);
  });

  it('is the caller’s if it is one', async () => {
    expect(await idFor('trace-1.A_b')).toBe('trace-1.A_b');
    expect(await idFor('x'.repeat(64))).toBe('x'.repeat(64));
  });

  it('is a new one if the caller’s isn’t', async () => {
    for (const given of ['x'.repeat(65), 'a b', '<script>', 'a,b']) expect(await idFor(given)).toMatch(uuid);
  });

  it('stands on answers that never reach GraphQL', async () => {
    const health = await fetch(new URL('/health', server.url));
    expect(health.headers.get('x-request-id')).toMatch(uuid);
  });
});
