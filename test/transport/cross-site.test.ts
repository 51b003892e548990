import { describe, expect, it } from 'vitest';
import { answerOf, startServer } from './fixtures/server.ts';

describe('a POST that any web site could send', async () => {
  const server = await startServer();
  const query = 'mutation { add(input: { participantIds: [] }) { id } }';
  const form = () => {
    const data = new FormData();
    data.set('operations', JSON.stringify({ query }));
    data.set('map', '{}');
    return data;
  };
  const bodies: Record<string, () => BodyInit> = {
    'application/x-www-form-urlencoded': () => new URLSearchParams({ query }),
    'multipart/form-data': form,
    'text/plain': () => JSON.stringify({ query }),
    'no content type': () => new Blob([JSON.stringify({ query })]),
  };
  const send = (body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(server.url, { method: 'POST', headers: { Accept: 'application/json', ...headers }, body });

  for (const [type, body] of Object.entries(bodies)) {
    it(`is refused as ${type}`, async () => {
      const response = await send(body());
      expect(response.status).toBe(403);
      expect((await answerOf(response)).errors).toMatchObject([
        { extensions: { code: 'CROSS_SITE_REQUEST' } },
      ]);
    });
  }

  it('is refused however its content type is written', async () => {
    for (const type of [
      'Text/Plain',
      'text/plain;charset=utf-8',
      'text/plain; application/json',
      'text/plain, application/json',
    ]) {
      expect((await send(JSON.stringify({ query }), { 'Content-Type': type })).status).toBe(403);
    }
  });

  for (const header of ['GraphQL-Require-Preflight', 'x-graphql-yoga-csrf', 'apollo-require-preflight']) {
    it(`is accepted with ${header}, which takes a preflight`, async () => {
      for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data']) {
        const body = bodies[type]?.() ?? '';
        const response = await send(body, { [header]: '1' });
        expect(await answerOf(response)).toEqual({ data: { add: { id: '1' } } });
      }
    });
  }

  it('doesn’t keep queries from GET, nor JSON from POST', async () => {
    const get = await fetch(`${server.url}?query={hello}`, { headers: { Accept: 'application/json' } });
    expect(await answerOf(get)).toEqual({ data: { hello: 'world' } });
    expect(await server.ask('{ hello }')).toEqual({ data: { hello: 'world' } });
  });

  it('can’t be a mutation by GET', async () => {
    const response = await fetch(`${server.url}?query=${encodeURIComponent(query)}`, {
      headers: { Accept: 'application/json' },
    });
    expect(response.status).toBe(405);
  });
});
