import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';

const root = join(import.meta.dirname, '../..');
const patience = 30_000;
const running = new Set<Program>();
const directories = new Set<string>();

/** Ends every program that this file started, and takes its data directories away, whatever happened before. */
afterAll(async () => {
  await Promise.all([...running].map((program) => program.end('SIGKILL')));
  for (const directory of directories) {
    if ((await serverPid(directory)) !== undefined) await stopOrphan(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** A data directory for gateways of this file. */
export async function makeDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-process-'));
  directories.add(directory);
  return directory;
}

/** The process id of the PostgreSQL of a data directory, or undefined where none runs. */
export async function serverPid(dataDirectory: string): Promise<number | undefined> {
  const [pid] = await readPidFile(dataDirectory);
  try {
    return pid !== undefined && process.kill(Number(pid), 0) ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/** The URL of the PostgreSQL that runs on a data directory: for the test's own sessions, which keep nothing from stopping it. */
export async function serverUrl(dataDirectory: string): Promise<string> {
  const port = (await readPidFile(dataDirectory))[3];
  const password = (await readFile(join(dataDirectory, 'postgres-password'), 'utf8')).trim();
  return `postgresql://postgres:${password}@127.0.0.1:${port}/rollcall?sslmode=disable`;
}

async function readPidFile(dataDirectory: string): Promise<string[]> {
  const file = join(dataDirectory, 'postgres', 'postmaster.pid');
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
}

/** Stops the PostgreSQL that a killed gateway left behind. */
async function stopOrphan(dataDirectory: string): Promise<void> {
  const server = await startEmbeddedServer({ dataDirectory, log: () => undefined });
  await server.stop();
}

/** One of our programs, in a process group of its own. */
export class Program {
  readonly child: ChildProcess;
  #said = '';
  #complained = '';
  readonly #ended: Promise<number | string>;

  constructor(script: 'main' | 'bootstrap', settings: Readonly<Record<string, string>>) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src', `${script}.ts`)], {
      cwd: root,
      env: { PATH, HOME, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(this);
    this.child.stdout?.on('data', (chunk) => {
      this.#said += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.#complained += chunk;
    });
    this.#ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        running.delete(this);
        resolve(code ?? signal ?? 'unknown');
      });
    });
  }

  /** What it printed. */
  get said(): string {
    return this.#said;
  }

  /** What it wrote to the error stream: its log. */
  get complained(): string {
    return this.#complained;
  }

  /** Its exit code, or the signal that ended it. */
  get ended(): Promise<number | string> {
    return this.#ended;
  }

  /** Sends a signal to its whole process group, as a terminal does with Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-Number(this.child.pid), signal);
  }

  /** Sends a signal to it alone and waits for its end. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    this.child.kill(signal);
    return this.#ended;
  }

  /** Waits until it has printed this. Rejects when it ends first, or after 30 s. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + patience;
    for (;;) {
      const found = pattern.exec(this.#said);
      if (found !== null) return found;
      if (!running.has(this) || Date.now() > deadline) {
        throw new Error(`It printed no ${pattern}, but: ${this.#said}${this.#complained}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A gateway that answers. */
export interface Gateway {
  readonly program: Program;
  /** Ends in /graphql. */
  readonly url: string;
  /** Everything that it printed when it started. */
  readonly greeting: string;
  /** The API token that it printed. */
  readonly token: string;
  ask(query: string, variables?: unknown, token?: string): Promise<Response>;
}

/** Starts `src/main.ts` on a free port with these settings alone, and waits until it answers. */
export async function startGateway(settings: Readonly<Record<string, string>>): Promise<Gateway> {
  const program = new Program('main', { PORT: '0', LOG_LEVEL: 'info', ...settings });
  const [greeting, url = ''] = await program.until(/^Rollcall answers GraphQL at (\S+)\n(.+\n)*/);
  const token = /^API token: (\S+)$/m.exec(greeting)?.[1] ?? '';
  const ask: Gateway['ask'] = (query, variables, given = token) =>
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${given}` },
      body: JSON.stringify({ query, variables }),
    });
  return { program, url, greeting, token, ask };
}
