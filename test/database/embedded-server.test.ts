import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';

const asRoot = process.getuid?.() === 0;
const fixture = join(import.meta.dirname, 'fixtures', 'hold-server.ts');

let dataDirectory: string;
let said: string[];
let holders: ChildProcessWithoutNullStreams[];

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'rollcall-embedded-'));
  said = [];
  holders = [];
});

afterEach(async () => {
  for (const holder of holders) holder.kill('SIGKILL');
  const pid = await serverPid();
  if (pid !== undefined && alive(pid)) {
    process.kill(pid, 'SIGQUIT');
    while (alive(pid)) await sleep(20);
  }
  await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
});

const start = () =>
  startEmbeddedServer({ dataDirectory, log: (line) => said.push(line), settings: { fsync: 'off' } });

const pidFile = () => join(dataDirectory, 'postgres', 'postmaster.pid');

async function serverPid(): Promise<number | undefined> {
  const text = await readFile(pidFile(), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split('\n')[0]);
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

interface Holder {
  readonly process: ChildProcessWithoutNullStreams;
  /** The next line that it prints. */
  next(): Promise<string>;
}

/** Another gateway on the same directory, in a process group of its own. */
function hold(): Holder {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, dataDirectory], { detached: true });
  holders.push(child);
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The holder ended: ${said.join('')}`);
      return value;
    },
  };
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

it('keeps what was stored for the next start', async () => {
  const first = await start();
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await start();
  expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([42]);
  await second.stop();
});

it('counts characters and not bytes, and knows the small letters of every script', async () => {
  const server = await start();
  expect(await ask(server.url, "SELECT char_length('é😀'), lower('ÉΣЖ')")).toEqual([2, 'éσж']);
  await server.stop();
});

it('listens on 127.0.0.1 alone, and asks for the password', async () => {
  const server = await start();
  const [addresses, sockets] = [
    await ask(server.url, 'SHOW listen_addresses'),
    await ask(server.url, 'SHOW unix_socket_directories'),
  ];
  expect([addresses, sockets]).toEqual([['127.0.0.1'], ['']]);
  await expect(ask(server.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
  await server.stop();
});

it('keeps the password in a file that nobody else reads', async () => {
  const server = await start();
  const path = join(dataDirectory, 'postgres-password');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(server.url).toContain(`:${(await readFile(path, 'utf8')).trim()}@`);
  expect((await stat(join(dataDirectory, 'postgres'))).mode & 0o777).toBe(0o700);
  await server.stop();
});

it('stops once, however often it is told', async () => {
  const server = await start();
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  expect(await serverPid()).toBeUndefined();
  expect(said.filter((line) => line.includes('has stopped'))).toHaveLength(1);
});

it('adopts the server that a killed process left, and stops it at the end', async () => {
  const killed = hold();
  const url = await killed.next();
  const pid = await serverPid();
  killed.process.kill('SIGKILL');
  await ended(killed.process);
  const server = await start();
  expect([server.url, await serverPid()]).toEqual([url, pid]);
  await server.stop();
  await expect(ask(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
});

it('is shared by processes that start at once on nothing, and stopped by the last to leave', async () => {
  const both = [hold(), hold()];
  const urls = await Promise.all(both.map((holder) => holder.next()));
  expect(urls[0]).toBe(urls[1]);
  both[0]?.process.stdin.write('stop\n');
  expect(await both[0]?.next()).toBe('stopped');
  expect(await ask(String(urls[1]), 'SELECT 1')).toEqual([1]);
  both[1]?.process.stdin.write('stop\n');
  expect(await both[1]?.next()).toBe('stopped');
  expect(await serverPid()).toBeUndefined();
  const left = await readdir(dataDirectory);
  expect(left.sort()).toEqual(['postgres', 'postgres-password', 'postgres.log']);
});

it('can be started while another process stops it', async () => {
  for (let round = 0; round < 3; round++) {
    const first = await start();
    const [second] = await Promise.all([start(), first.stop()]);
    expect(await ask(second.url, 'SELECT 1')).toEqual([1]);
    await second.stop();
  }
});

it('does not hear the Ctrl-C that its process hears', async () => {
  const holder = hold();
  const url = await holder.next();
  process.kill(-Number(holder.process.pid), 'SIGINT');
  expect(await holder.next()).toBe('interrupted');
  await sleep(300);
  expect(await ask(url, 'SELECT 1')).toEqual([1]);
  holder.process.stdin.write('stop\n');
  expect(await holder.next()).toBe('stopped');
  expect(await serverPid()).toBeUndefined();
});

it.each([
  ['of a dead process', 4_194_303],
  ['whose number another process has now', process.pid],
])('starts in spite of a pid file %s', async (_, pid) => {
  const first = await start();
  await first.stop();
  await writeFile(
    pidFile(),
    `${pid}\n${join(dataDirectory, 'postgres')}\n1\n1\n\n127.0.0.1\n1 1\nready   \n`,
  );
  const second = await start();
  expect(await ask(second.url, 'SELECT 1')).toEqual([1]);
  await second.stop();
});

it('makes a whole cluster although an earlier one was left half made', async () => {
  await mkdir(join(dataDirectory, 'postgres.new-4194303-abandoned', 'data'), { recursive: true });
  const server = await start();
  expect(await readdir(dataDirectory)).not.toContain('postgres.new-4194303-abandoned');
  await server.stop();
});

it('outlives the server being stopped by somebody else', async () => {
  const server = await start();
  process.kill(Number(await serverPid()), 'SIGINT');
  while ((await serverPid()) !== undefined) await sleep(20);
  await expect.poll(() => said.join()).toContain('broke');
  await server.stop();
});

it('says what PostgreSQL said when it does not start', async () => {
  const start = startEmbeddedServer({ dataDirectory, log: () => undefined, settings: { fsync: 'perhaps' } });
  await expect(start).rejects.toThrow(/parameter "fsync" requires a Boolean value/);
});

it.runIf(asRoot)('says as root which directory PostgreSQL cannot enter', async () => {
  const closed = join(dataDirectory, 'closed');
  await mkdir(closed);
  await chmod(closed, 0o700);
  const start = startEmbeddedServer({ dataDirectory: join(closed, 'below'), log: () => undefined });
  await expect(start).rejects.toThrow(/cannot enter .*below/);
});
