import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { holdGroup, untilWaiting } from '../support/lock.ts';
import { createSurvey, follow, followRaw, rowOf, startGo } from './fixtures/survey.ts';

const app = await startApp();
const survey = await createSurvey(app);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

let people = 0;
const someone = () => startGo(app, survey, `p${people++}`);

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
    ['', ''],
    [', in the middle of a body', '\r\nContent-Length: 1000'],
  ])('counts although its sender hung up before the answer%s', async (_when, header) => {
    const go = await someone();
    const release = await holdGroup(app.databaseUrl, survey.finishersId);
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(`GET /submissions/complete?key=${go.key}&cc=RIGHT HTTP/1.1\r\nHost: x${header}\r\n\r\n`);
    await untilWaiting(app);
    socket.destroy();
    await release();
    await expect.poll(() => rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
    expect((await follow(app, `key=${go.key}&cc=RIGHT`)).status).toBe(200);
  });

  it('may name the host in its line, as a proxy is sent it', async () => {
    const go = await someone();
    const url = `http://rollcall.example/submissions/complete?key=${go.key}&cc=RIGHT`;
    expect(await followRaw(app, head(`GET ${url}`))).toMatch(/^HTTP\/1.1 200 /);
    expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
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
