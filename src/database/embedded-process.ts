import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, open, readFile, readlink, realpath, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './embedded-account.ts';

/** A cluster on disk: its place, its programs, and what is needed to run and enter it. */
export interface Cluster {
  /** PostgreSQL's data directory. */
  readonly directory: string;
  readonly logFile: string;
  readonly password: string;
  readonly pgCtl: string;
  readonly account: Account;
}

/** What postmaster.pid says. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly text: string;
}

/** The server would not start; the message ends with what it said. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * Runs one of PostgreSQL's programs; what it and the server that it leaves behind print goes to the cluster's log.
 * `detached` keeps Ctrl-C away from it. Rejects with the end of that log when it fails.
 */
export async function runTool(
  cluster: Pick<Cluster, 'logFile' | 'account' | 'directory'>,
  program: string,
  flags: readonly string[],
  detached = false,
): Promise<void> {
  const log = await open(cluster.logFile, 'a+', 0o600);
  try {
    const { size } = await log.stat();
    const code = await new Promise((resolve, reject) => {
      // A file and not a pipe: the server inherits it, and outlives us.
      const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
      const cwd = dirname(cluster.logFile);
      const child = spawn(program, flags, { ...cluster.account, cwd, detached, stdio, windowsHide: true });
      child.once('error', reject).once('exit', (status, signal) => resolve(status ?? signal));
    });
    if (code === 0) return;
    const said = (await readFile(cluster.logFile)).subarray(size).toString('utf8').trim().slice(-2000);
    throw new StartError(`${basename(program)} failed (${code}). ${cluster.logFile} ends with:\n${said}`);
  } finally {
    await log.close();
  }
}

/** Starts the server and waits until it answers; resolves to nothing, the port is in the pid file. */
export async function startServer(
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(await findFreePort()),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Failed statements are the gateway's to report, and may carry what is nobody else's.
    log_min_messages: 'log',
    ...settings,
  };
  const flags = Object.entries(all).map(([name, value]) => {
    // pg_ctl hands them to a shell.
    if (!/^[\w.]+$/.test(name) || !/^[\w.,:/+*-]*$/.test(value)) {
      throw new Error(`The setting ${name}=${value} has characters that cannot be handed to PostgreSQL`);
    }
    return `-c ${name}=${value}`;
  });
  const start = ['start', '-D', cluster.directory, '-w', '-t', '120', '-s', '-o', flags.join(' ')];
  await runTool(cluster, cluster.pgCtl, start, true);
}

/** Ends the server's sessions, and waits until it has stopped. */
export async function stopServer(cluster: Cluster): Promise<void> {
  await runTool(
    cluster,
    cluster.pgCtl,
    ['stop', '-D', cluster.directory, '-m', 'fast', '-w', '-t', '60', '-s'],
    true,
  );
}

/** The port is another's by the time that it is used, at worst: then the server doesn't start, and is tried again. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('There is no free port on 127.0.0.1');
  return address.port;
}

/** The pid file, or undefined where there is none, or none yet that is complete. */
export async function readPidFile(cluster: Cluster): Promise<PidFile | undefined> {
  const text = await readFile(join(cluster.directory, 'postmaster.pid'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    },
  );
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port, text } : undefined;
}

/** Whether a process has this id: also one that isn't ours to signal. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether the process is a server on this cluster, and not one that was given a dead server's id. */
export async function isServer(cluster: Cluster, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    // A server's working directory is its cluster. Unreadable: another user's, so not ours.
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    return directory === (await realpath(cluster.directory));
  }
  // On Windows, PostgreSQL tells servers from other processes itself.
  if (process.platform === 'win32') return true;
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'comm=']).catch(() => ({
    stdout: '',
  }));
  return basename(stdout.trim()).startsWith('postgres');
}

/**
 * Takes away a dead server's pid file, which PostgreSQL itself would take for a living one's if the id is in use again.
 * Moved before it is looked at, and put back if another process has written a new one since.
 */
export async function removeStalePidFile(cluster: Cluster, stale: PidFile): Promise<void> {
  const path = join(cluster.directory, 'postmaster.pid');
  const aside = `${path}.stale-${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== stale.text) await link(aside, path).catch(() => undefined);
  await rm(aside);
}
