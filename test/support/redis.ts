import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** Why Redis' tests don't run here, or null. In CI they do, or fail: it installs a redis-server. */
export const reasonToSkip =
  !isInstalled() && !process.env.CI ? 'skipped: this machine has no redis-server' : null;

function isInstalled(): boolean {
  try {
    return execFileSync('redis-server', ['--version']).length > 0;
  } catch {
    return false;
  }
}

/** A real Redis that keeps nothing on disk, on a free port of 127.0.0.1. Who starts it ends it with `remove`. */
export class TestRedis {
  readonly url: string;
  readonly #port: number;
  readonly #directory = mkdtempSync(join(tmpdir(), 'rollcall-redis-'));
  #process: ChildProcess | null = null;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await freePort());
    await redis.start();
    return redis;
  }

  /** Starts it on its port, and waits until it answers. It knows nothing of before. */
  async start(): Promise<void> {
    const settings = {
      port: `${this.#port}`,
      bind: '127.0.0.1',
      save: '',
      appendonly: 'no',
      dir: this.#directory,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    this.#process = spawn('redis-server', options, { stdio: 'ignore' });
    const client = new Redis(this.url, { retryStrategy: () => 20, maxRetriesPerRequest: 200 });
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  }

  /** Whether it holds a key. */
  async holds(key: string): Promise<boolean> {
    const client = new Redis(this.url);
    const found = await client.exists(key);
    client.disconnect();
    return found === 1;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Lets it hang: its connections stay open, and nothing is answered. */
  hang(): void {
    this.#process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#process?.kill('SIGCONT');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address instanceof Object ? address.port : 0));
    });
  });
}
