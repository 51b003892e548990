import { describe, expect, it } from 'vitest';
import { startServer } from './fixtures/server.ts';

async function look(server: { url: string }, path: string, init?: RequestInit) {
  const response = await fetch(new URL(path, server.url), init);
  return {
    status: response.status,
    cache: response.headers.get('cache-control'),
    body: await response.text(),
  };
}

describe('health and readiness', async () => {
  const checks = {
    ready: async () => true,
    unready: async () => false,
    failing: async () => Promise.reject(new Error('db1 is down')),
  };
  const ready = await startServer({ isReady: checks.ready });
  const unavailable = { status: 503, cache: 'no-store', body: '{"status":"unavailable"}' };

  it('says that the process runs', async () => {
    expect(await look(ready, '/health')).toEqual({ status: 200, cache: 'no-store', body: '{"status":"ok"}' });
    expect(await look(ready, '/health?x=1')).toMatchObject({ status: 200 });
  });

  it('says that it can serve', async () => {
    expect(await look(ready, '/ready')).toEqual({
      status: 200,
      cache: 'no-store',
      body: '{"status":"ready"}',
    });
  });

  it('says that it can’t, and still that it runs', async () => {
    const server = await startServer({ isReady: checks.unready });
    expect(await look(server, '/ready')).toEqual(unavailable);
    expect(await look(server, '/health')).toMatchObject({ status: 200 });
  });

  it('doesn’t say why a check failed', async () => {
    expect(await look(await startServer({ isReady: checks.failing }), '/ready')).toEqual(unavailable);
  });

  it('gives up on a check that hangs after three seconds', async () => {
    const server = await startServer({ isReady: () => new Promise(() => {}) });
    const start = performance.now();
    expect(await look(server, '/ready')).toEqual(unavailable);
    expect(performance.now() - start).toBeGreaterThan(2_900);
  });

  it('answers GET and HEAD only', async () => {
    expect((await look(ready, '/health', { method: 'POST' })).status).toBe(405);
    expect(await look(ready, '/ready', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('answers nothing at paths that only look like them', async () => {
    expect((await look(ready, '/healthy')).status).toBe(404);
  });
});
