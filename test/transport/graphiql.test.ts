import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from '../../src/graphql/transport/graphiql.ts';
import { startServer, type TestServer } from './fixtures/server.ts';

const demoToken = 'rc_demo_0123456789';
const tabs = [
  { query: 'query Hello { hello }' },
  {
    query: 'query Group($id: ID) { group(id: $id) { id } }',
    variables: { id: '7' },
    headers: { 'X-Extra': 'yes' },
  },
];
const graphiql = { enabled: true, demoToken, isBoundToLoopback: true, tabs };

interface Page {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly html: string;
}

/** By node:http, since fetch sets the Host header itself. */
function open({ port }: TestServer, headers: Record<string, string> = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/graphql',
      headers: { Accept: 'text/html', ...headers },
    };
    const sent = request(options, async (response) => {
      const bytes = Buffer.concat(await response.toArray());
      const isZipped = response.headers['content-encoding'] === 'gzip';
      const html = (isZipped ? gunzipSync(bytes) : bytes).toString();
      resolve({ status: response.statusCode, headers: response.headers, html });
    });
    sent.on('error', reject).end();
  });
}

describe('GraphiQL', async () => {
  const server = await startServer({ graphiql });
  const { html, headers } = await open(server);

  it('loads nothing from elsewhere', () => {
    const markup = html.replace(/<script>[\s\S]*<\/script>/, '').replace(/<style>[\s\S]*?<\/style>/, '');
    expect([...markup.matchAll(/(?:src|href)="([^"]{0,20})/g)].map((match) => match[1])).toEqual([
      'data:image/svg+xml,%',
    ]);
    const style = html.slice(html.indexOf('<style>'), html.indexOf('</style>'));
    expect(style).not.toMatch(/@import/);
    expect(style).not.toMatch(/url\(\s*['"]?(?!data:|#)/);
  });

  it('is served with a policy under which it couldn’t', () => {
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('carries Rollcall’s name, mark and tabs', () => {
    expect(html).toContain('<title>Rollcall</title>');
    expect(html).toContain(JSON.stringify('query Hello { hello }'));
    expect(html).toContain('X-Extra');
  });

  it('is compressed for a browser that accepts it', async () => {
    const zipped = await open(server, { 'Accept-Encoding': 'gzip, br' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.html).toBe(html);
  });

  it('carries the demo’s token to this machine', async () => {
    for (const host of ['127.0.0.1', 'localhost:4000', '[::1]:4000', 'LOCALHOST']) {
      expect((await open(server, { Host: host })).html).toContain(demoToken);
    }
  });

  it('carries no token for any other host, though it resolves to this machine', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example:4000',
      '192.168.0.2',
      'localhost:4000@x',
    ]) {
      expect((await open(server, { Host: host })).html).not.toContain(demoToken);
    }
  });

  it.each(['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP'])(
    'carries no token through a proxy on this machine that says so by %s',
    async (name) => {
      expect((await open(server, { Host: '127.0.0.1', [name]: '203.0.113.9' })).html).not.toContain(
        demoToken,
      );
    },
  );

  it('carries no token where the server listens beyond loopback', async () => {
    const exposed = await startServer({ graphiql: { ...graphiql, isBoundToLoopback: false } });
    const page = await open(exposed);
    expect(page.html).not.toContain(demoToken);
    expect(page.html).toContain('"shouldPersistHeaders":false');
  });

  it('isn’t there when it is off', async () => {
    const off = await startServer();
    const page = await open(off);
    expect(page.status).not.toBe(200);
    expect(page.html).not.toContain('<html');
  });

  it('stays out of the way of GraphQL by GET', async () => {
    const response = await fetch(`${server.url}?query={hello}`, { headers: { Accept: 'application/json' } });
    expect(await response.json()).toEqual({ data: { hello: 'world' } });
  });

  it('fails on a tab that would end the page’s script', async () => {
    const broken = await startServer({ graphiql: { ...graphiql, tabs: [{ query: '# </script>' }] } });
    expect((await open(broken)).status).toBe(500);
  });
});

it('a host header that isn’t there is no loopback host', () => {
  expect(isLoopbackHost(null)).toBe(false);
});
