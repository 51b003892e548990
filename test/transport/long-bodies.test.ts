import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { endWith } from '../../src/graphql/transport/long-bodies.ts';

const textOf = (mark: string, characters: number) => mark.repeat(characters);
const server = createServer((request, response) => {
  const asked = new URL(request.url ?? '', 'http://gateway').searchParams;
  const text = textOf(asked.get('mark') ?? '', Number(asked.get('characters')));
  const length = Buffer.byteLength(text);
  response.writeHead(200, { 'Content-Length': length });
  endWith(response, text, length);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
afterAll(() => server.close());
const { port } = server.address() as AddressInfo;

const pathOf = (mark: string, characters: number) =>
  `/?mark=${encodeURIComponent(mark)}&characters=${characters}`;
const read = async (mark: string, characters: number) =>
  (await fetch(`http://127.0.0.1:${port}${pathOf(mark, characters)}`)).text();

/** Asks for more than a connection holds, one text after the other, and reads nothing of them. */
async function ask(marks: string, characters: number) {
  const socket = connect(port, '127.0.0.1').pause();
  await once(socket, 'connect');
  for (const mark of marks) {
    socket.write(`GET ${pathOf(mark, characters)} HTTP/1.1\r\nHost: gateway\r\n\r\n`);
    // The answer before has been ended, as far as the connection takes it, and this one doesn't wait behind it.
    await sleep(20);
  }
  return socket;
}

const marks = Array.from('abcdefgö🙂"');
const sizes = [0, 1, 32_767, 32_768, 200_000, 1_048_576, 1_048_577];

it.each(sizes)('ends with a text of %i characters, of one byte each or more', async (characters) => {
  for (const mark of marks) expect((await read(mark, characters)) === textOf(mark, characters)).toBe(true);
});

it('gives each of many their own text, again and again', async () => {
  for (let round = 0; round < 10; round++) {
    const texts = await Promise.all(marks.map((mark, index) => read(mark, 60_000 + index)));
    expect(texts.every((text, index) => text === textOf(marks[index] ?? '', 60_000 + index))).toBe(true);
  }
});

it('writes texts to who reads late, whatever is written to others meanwhile', async () => {
  const late = 'hijklmnopqrstuvwxyz';
  const socket = await ask(late, 1_000_000);
  for (let round = 0; round < 10; round++) await Promise.all(marks.map((mark) => read(mark, 200_000)));
  let received = '';
  for await (const chunk of socket.setEncoding('latin1')) {
    received += chunk;
    if (received.endsWith(textOf('z', 1_000_000))) socket.end();
  }
  const found = Array.from(late, (mark) => received.includes(`\r\n\r\n${textOf(mark, 1_000_000)}`));
  expect(found).toEqual(Array(late.length).fill(true));
});

it('writes nothing of a text to others when its reader breaks off', async () => {
  for (let round = 0; round < 3; round++) {
    const gone = await Promise.all(
      ['hijklmnopqrstuvwxyz', 'zyxwvutsrqponmlkjih'].map((late) => ask(late, 1_000_000)),
    );
    const texts = Promise.all(marks.map((mark) => read(mark, 500_000)));
    for (const socket of gone) socket.destroy();
    const isOwn = (await texts).map((text, index) => text === textOf(marks[index] ?? '', 500_000));
    expect(isOwn).toEqual(Array(marks.length).fill(true));
  }
});
