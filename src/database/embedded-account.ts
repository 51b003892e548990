import { execFile, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** As whom PostgreSQL runs: nothing where that is ourselves. */
export type Account = Record<string, never> | { readonly uid: number; readonly gid: number };

const run = promisify(execFile);
const userName = 'postgres';

/**
 * PostgreSQL refuses to run as root: then it runs as the owner of its data, or, before there are any, as the user
 * `postgres`, who is created where missing. Rejects when that is impossible.
 */
export async function chooseAccount(cluster: string, log: (message: string) => void): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = await findUser();
  if (known) return known;
  log(`Creating the system user ${userName}: PostgreSQL does not run as root`);
  // Another process may be creating the same user: what counts is whether it is there afterwards.
  const failure = await createUser().catch((error: unknown) => error);
  const created = await findUser();
  if (created) return created;
  throw new Error(
    `PostgreSQL does not run as root, and the user ${userName} could not be created: ` +
      'run as an unprivileged user, or set DATABASE_URL',
    { cause: failure },
  );
}

async function findUser(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, userName])).stdout)),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

async function createUser(): Promise<void> {
  try {
    await run('useradd', ['--system', '--user-group', '--shell', '/usr/sbin/nologin', userName]);
  } catch {
    // BusyBox's.
    await run('adduser', ['-S', '-D', '-H', userName]);
  }
}

/** Rejects, saying which, when the account can't enter one of the directories: below a home of mode 0700, say. */
export async function requireReach(account: Account, directories: readonly string[]): Promise<void> {
  if (!('uid' in account)) return;
  for (const directory of directories) {
    const shell = spawn('/bin/sh', ['-c', 'cd "$0"', directory], { ...account, cwd: '/', stdio: 'ignore' });
    const code = await new Promise((resolve, reject) => shell.once('error', reject).once('exit', resolve));
    if (code === 0) continue;
    throw new Error(
      `PostgreSQL does not run as root, and the user it runs as (uid ${account.uid}) cannot enter ${directory}: ` +
        'open the directories above it for searching (chmod o+x), choose another place, or run as an unprivileged user',
    );
  }
}
