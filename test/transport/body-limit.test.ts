import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerOf, startServer } from './fixtures/server.ts';

const maxBodyBytes = 1_000;
const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };

/** A query of exactly so many bytes. */
function body(bytes: number): string {
  const text = (padding: number) => JSON.stringify({ query: `{ hello } #${'x'.repeat(padding)}` });
  return text(bytes - text(0).length);
}

function inChunks(text: string): ReadableStream<Uint8Array> {
  const parts = text.match(/[\s\S]{1,100}/g) ?? [];
  return new ReadableStream({
    async pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
  });
}

describe('a limit of 1,000 bytes on the body', async () => {
  const server = await startServer({ maxBodyBytes });
  const send = (text: string) => fetch(server.url, { method: 'POST', headers, body: text });
  const sendChunked = (text: string) =>
    fetch(server.url, { method: 'POST', headers, body: inChunks(text), duplex: 'half' } as RequestInit);

  for (const [way, post] of [
    ['with a length', send],
    ['in chunks', sendChunked],
  ] as const) {
    it(`accepts 1,000 bytes ${way}`, async () => {
      expect(await answerOf(await post(body(1_000)))).toEqual({ data: { hello: 'world' } });
    });

    it(`refuses 1,001 bytes ${way}`, async () => {
      const response = await post(body(1_001));
      expect([response.status, response.headers.get('connection')]).toEqual([413, 'close']);
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect((await answerOf(response)).errors).toMatchObject([
        {
          message: expect.stringContaining('at most 1000'),
          extensions: { code: 'LIMIT_EXCEEDED', limit: 'body' },
        },
      ]);
    });
  }

  it('answers before a body that is announced as too long is sent', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n',
    );
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toMatch(/^HTTP\/1\.1 413 /);
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('lets an endless upload go', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const upload = setInterval(() => socket.write(`64\r\n${'x'.repeat(100)}\r\n`), 10);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(upload);
  });

  it('outlives an upload that breaks off', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"que',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await send(body(100))).status).toBe(200);
  });

  it('lets pages of listed origins, and no others, read why', async () => {
    const listed = await startServer({ maxBodyBytes, origins: ['https://app.example'] });
    for (const [origin, allowed] of [
      ['https://app.example', 'https://app.example'],
      ['https://evil.example', null],
    ] as const) {
      const response = await fetch(listed.url, {
        method: 'POST',
        headers: { ...headers, Origin: origin },
        body: body(1_001),
      });
      expect(response.status).toBe(413);
      expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    }
  });

  it('refuses compressed bodies, small as they are', async () => {
    const compressed = gzipSync(body(100_000));
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { ...headers, 'Content-Encoding': 'gzip' },
      body: compressed,
    });
    expect(response.status).toBe(415);
    expect((await answerOf(response)).errors).toMatchObject([
      { extensions: { code: 'UNSUPPORTED_ENCODING' } },
    ]);
  });
});

it('the default limit lets two mebibytes through to the other checks', async () => {
  const server = await startServer();
  const variables = { ids: ['x'.repeat(2 * 1024 * 1024 - 200)] };
  const { errors } = await server.ask('query ($ids: [String!]!) { hasAll(participantIds: $ids) }', variables);
  expect(errors).toBeUndefined();
});

describe('the shape of JSON', async () => {
  const { url } = await startServer();
  const send = async (json: string) => {
    const response = await fetch(url, { method: 'POST', headers, body: json });
    return (await answerOf(response)).errors?.map(({ extensions }) => extensions?.limit ?? extensions?.code);
  };
  const query = '"query":"{ hello }"';
  const list = (count: number) => `{${query},"variables":{"a":[${Array(count).fill('"x"').join()}]}}`;
  const object = (count: number) =>
    `{${query},"variables":{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join()}}}`;
  const nested = (levels: number) =>
    `{${query},"extensions":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`;

  it('may have 60,000 values, and not one more', async () => {
    expect(await send(list(24_999))).toBeUndefined();
    expect(await send(list(60_000))).toEqual(['input']);
  });

  it('may have 1,000 keys, and not one more', async () => {
    expect(await send(object(998))).toBeUndefined();
    expect(await send(object(999))).toEqual(['input']);
  });

  it('may nest 2,000 deep, and not one deeper', async () => {
    expect(await send(nested(1_998))).toBeUndefined();
    expect(await send(nested(1_999))).toEqual(['depth']);
  });

  it('is not what stands in texts, however they are escaped', async () => {
    const text = JSON.stringify(`${'{[:,'.repeat(30_000)}"\\"\\\\"`);
    expect(await send(`{${query},"extensions":{"a":${text},"b":"\\\\","c":${text}}}`)).toBeUndefined();
  });
});
