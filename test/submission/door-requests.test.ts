import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { createSurvey, follow, followRaw, rowOf, startGo, titleOf } from './survey.ts';

const origin = 'https://app.example';
const app = await startApp({ corsOrigins: [origin] });
const survey = await createSurvey(app);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

let people = 0;
const someone = () => startGo(app, survey, `p${people++}`);
/** Follows a link that must do nothing: sends no statement and leaves the row as it was. */
async function idly(ask: (key: string) => Promise<unknown>) {
  const go = await someone();
  const row = await rowOf(app, go);
  app.statements.splice(0);
  await ask(go.key);
  expect(app.statements).toEqual([]);
  expect(await rowOf(app, go)).toEqual(row);
}

describe('every page of the door', () => {
  const pages: [what: string, query: (key: string) => string, init?: RequestInit][] = [
    ['done', (key) => `key=${key}&cc=RIGHT`],
    ['unknown', () => `key=${randomUUID()}&cc=RIGHT`],
    ['incomplete', (key) => `key=${key}`],
    ['fetched ahead', (key) => `key=${key}&cc=RIGHT`, { headers: { 'Sec-Purpose': 'prefetch' } }],
    ['of another method', (key) => `key=${key}&cc=RIGHT`, { method: 'DELETE' }],
  ];

  it.each(pages)('has headers that keep it to itself: %s', async (_what, query, init) => {
    const { headers, page } = await follow(app, query((await someone()).key), init);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(page)),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      ),
      'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
    });
  });

  it.each(pages)(
    'is one file in English that loads nothing and runs nothing: %s',
    async (_what, query, init) => {
      const { page } = await follow(app, query((await someone()).key), init);
      expect(page).toMatch(/^<!doctype html>\n<html lang="en">\n/);
      expect(page).toMatch(/<title>[A-Z][^<]+<\/title>/);
      expect(page).toContain('name="viewport" content="width=device-width, initial-scale=1"');
      expect(page).not.toMatch(/<script|<link|<img|<form|<a |src=|href=|url\(|@import|https?:|\son\w+=/i);
    },
  );

  it.each(pages)('repeats neither key nor code, nor who asks: %s', async (_what, query, init) => {
    const { key } = await someone();
    const given = query(key).replace('RIGHT', 'ECHO-ME');
    const { headers, page } = await follow(app, `${given}&more=ECHO-ME`, {
      ...init,
      headers: {
        ...(init?.headers as object),
        'User-Agent': 'ECHO-ME',
        Referer: 'https://e.example/ECHO-ME',
      },
    });
    const all = `${JSON.stringify([...headers])}${page}`;
    expect([all.includes('ECHO-ME'), all.includes(key)]).toEqual([false, false]);
  });

  it.each(pages)('grants nothing to pages of other sites: %s', async (_what, query, init) => {
    const { headers } = await follow(app, query((await someone()).key), {
      ...init,
      headers: { ...(init?.headers as object), Origin: origin },
    });
    expect([...headers.keys()].filter((name) => /^(access-control|vary)/.test(name))).toEqual([]);
  });
});

it('the request id is the one that came with the request', async () => {
  const { headers } = await follow(app, 'key=nobody&cc=RIGHT', { headers: { 'X-Request-Id': 'mine.1' } });
  expect(headers.get('x-request-id')).toBe('mine.1');
});

describe('HEAD', () => {
  it('does nothing, and answers the same for every link', async () => {
    const head = async (query: string) => {
      const { status, headers, page } = await follow(app, query, { method: 'HEAD' });
      const { date: _date, 'x-request-id': _id, ...stable } = Object.fromEntries(headers);
      return { status, stable, page };
    };
    await idly(async (key) => {
      const known = await head(`key=${key}&cc=RIGHT`);
      expect(known).toMatchObject({ status: 200, page: '' });
      expect(await head(`key=${randomUUID()}&cc=RIGHT`)).toEqual(known);
      expect(await head('')).toEqual(known);
    });
  });

  it('has the head that a link has that is followed', async () => {
    const { key } = await someone();
    const names = ({ headers }: { headers: Headers }) =>
      [...headers.keys()].filter((name) => !/^(connection|keep-alive)$/.test(name)).sort();
    const [head, got] = [
      await follow(app, `key=${key}&cc=WRONG`, { method: 'HEAD' }),
      await follow(app, `key=${key}&cc=WRONG`),
    ];
    expect(names(head)).toEqual(names(got));
    expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
  });
});

describe('what a browser fetches ahead', () => {
  it.each([
    ['Sec-Purpose', 'prefetch'],
    ['Sec-Purpose', 'prefetch;prerender'],
    ['Sec-Purpose', 'prefetch;anonymous-client-ip'],
    ['Purpose', 'prefetch'],
    ['X-Purpose', 'preview'],
    ['X-Moz', 'Prefetch'],
  ])('does nothing and is answered with 503 (%s: %s)', async (name, value) => {
    await idly(async (key) => {
      const shown = await follow(app, `key=${key}&cc=RIGHT`, { headers: { [name]: value } });
      expect([shown.status, titleOf(shown)]).toEqual([503, 'Not opened yet']);
    });
  });

  it('does not keep the participant from following the link then', async () => {
    const go = await someone();
    await follow(app, `key=${go.key}&cc=RIGHT`, { headers: { 'Sec-Purpose': 'prefetch' } });
    await follow(app, `key=${go.key}&cc=RIGHT`, { headers: { 'Sec-Purpose': '' } });
    expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
  });
});

describe('another method', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])(
    '%s does nothing, and is told which ones there are',
    async (method) => {
      await idly(async (key) => {
        const { status, headers } = await follow(app, `key=${key}&cc=RIGHT`, { method });
        expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      });
    },
  );

  it('is told so although it brings a form', async () => {
    await idly(async (key) => {
      const body = new URLSearchParams({ key, cc: 'RIGHT' });
      expect(await follow(app, '', { method: 'POST', body })).toMatchObject({ status: 405 });
    });
  });
});

describe('a request made by hand', () => {
  const head = (line: string, ...headers: string[]) =>
    [`${line} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers].join('\r\n');

  it('is answered, and its connection closed, although its body never ends', async () => {
    const go = await someone();
    const line = `GET /submissions/complete?key=${go.key}&cc=RIGHT HTTP/1.1\r\nHost: x`;
    const started = performance.now();
    const text = await followRaw(app, `${line}\r\nContent-Length: 99999999999`, Buffer.alloc(65_536));
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n(.+\r\n)*Connection: close\r\n/);
    expect(text).toContain('</html>');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
  });

  it('is cut off where it goes on sending', async () => {
    const endless = Buffer.alloc(16_777_216, 'x');
    const line = 'POST /submissions/complete HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999';
    const started = performance.now();
    await followRaw(app, line, endless);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each([
    ['letters that are not escaped', 'key=nobody&cc=Gr\u00fc\u00dfe', 400],
    ['a fragment', 'key=nobody#&cc=RIGHT', 400],
    ['ten thousand parameters', `${'a&'.repeat(5_000)}cc=RIGHT`, 404],
    ['a URL past what a head may hold', `key=nobody&cc=${'x'.repeat(20_000)}`, 431],
    ['no query', '', 400],
    ['nothing but marks', '?&=&%&&?=', 400],
  ])('with %s is refused', async (_what, query, status) => {
    const text = await followRaw(app, head(`GET /submissions/complete?${query}`));
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it.each(['/submissions/complete/', '/submissions', '/Submissions/Complete', '/x/submissions/complete'])(
    'for %s finds nothing',
    async (path) => {
      expect((await fetch(new URL(path, app.url))).status).toBe(404);
    },
  );
});

describe('the link that the API gives out', () => {
  it('leads to where the request had reached the gateway, unless there is a PUBLIC_URL', async () => {
    const { completionUrl } = await someone();
    expect(completionUrl).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/submissions\/complete\?key=[0-9a-f]{8}-[0-9a-f-]{27}$/,
    );
    const go = await someone();
    expect((await fetch(`${go.completionUrl}&cc=RIGHT`)).status).toBe(200);
    expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
  });

  it('leads to PUBLIC_URL where there is one, and its path is served as well as without it', async () => {
    const publicUrl = 'https://lab.example/roll%20call/v1';
    const node = await startNode({ url: app.databaseUrl, query: app.sql }, { publicUrl });
    const [stripped, kept] = [await startGo(node, survey, 'q1'), await startGo(node, survey, 'q2')];
    expect(stripped.completionUrl).toBe(`${publicUrl}/submissions/complete?key=${stripped.key}`);
    const { pathname, search } = new URL(kept.completionUrl);
    expect((await fetch(new URL(`${pathname}${search}&cc=RIGHT`, node.url))).status).toBe(200);
    expect(await rowOf(app, kept)).toMatchObject({ status: 'APPROVED' });
    expect((await follow(node, `key=${stripped.key}&cc=RIGHT`)).status).toBe(200);
    expect(await rowOf(app, stripped)).toMatchObject({ status: 'APPROVED' });
  });
});
