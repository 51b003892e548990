import { describe, expect, it } from 'vitest';
import { startServer } from './fixtures/server.ts';

async function preflight(url: string, origin: string): Promise<Response> {
  const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
  return fetch(url, {
    method: 'OPTIONS',
    headers: { ...headers, 'Access-Control-Request-Headers': 'x-anything' },
  });
}

const corsHeaders = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

describe('CORS', async () => {
  const allowed = await startServer({ origins: ['https://app.example', 'http://localhost:5173'] });
  const single = await startServer({ origins: ['https://app.example'] });
  const none = await startServer();

  it('grants a listed origin what Rollcall uses, and no credentials', async () => {
    expect(corsHeaders(await preflight(allowed.url, 'https://app.example'))).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'Authorization, Content-Type, GraphQL-Require-Preflight, Last-Event-ID',
      'access-control-expose-headers': 'Retry-After, X-Request-Id',
    });
  });

  it('grants it on the answer too', async () => {
    const response = await allowed.post('{ hello }', undefined, { Origin: 'http://localhost:5173' });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  });

  for (const origin of [
    'https://evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    'null',
  ]) {
    it(`grants nothing to ${origin}`, async () => {
      for (const server of [allowed, single, none]) {
        expect(corsHeaders(await preflight(server.url, origin))).toEqual({});
        expect(corsHeaders(await server.post('{ hello }', undefined, { Origin: origin }))).toEqual({});
      }
    });
  }
});
