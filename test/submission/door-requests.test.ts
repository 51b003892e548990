import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createSurvey, follow, rowOf, startGo, titleOf } from './fixtures/survey.ts';

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
