import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const variants = ['gateway', 'forgetful', 'postgraphile', 'apollo', 'floor'] as const;
export type Variant = (typeof variants)[number];
/** The gateway, and the gateway with no room to keep in memory who members are. */
export const isOurs = (variant: Variant) => variant === 'gateway' || variant === 'forgetful';

/** A server in a process of its own. */
export interface PeerServer {
  readonly pid: number;
  readonly url: string;
  /** Where it can be looked into, if it was started to be. */
  readonly inspector: string | null;
  stop(): Promise<void>;
}

export const token = 'bench-token-of-our-own';

const root = join(import.meta.dirname, '../..');
interface Command {
  readonly flags?: readonly string[];
  readonly file: string;
  readonly path: string;
  readonly said: RegExp;
  readonly settings?: Readonly<Record<string, string>>;
}

/** As `npm start` does it. */
const gateway: Command = {
  flags: ['--max-semi-space-size=64'],
  file: join(root, 'dist/main.js'),
  path: '/graphql',
  said: /answers GraphQL at http:\/\/[^/]+:(\d+)/,
};
/** How each is started. */
const commands: Readonly<Record<Variant, Command>> = {
  gateway,
  forgetful: { ...gateway, settings: { PARTICIPANT_CACHE_MB: '0' } },
  postgraphile: { file: peer('postgraphile.ts'), path: '/graphql', said: /^listening (\d+)/ },
  apollo: { file: peer('apollo.ts'), path: '/', said: /^listening (\d+)/ },
  floor: { file: peer('floor.ts'), path: '/', said: /^listening (\d+)/ },
};

function peer(name: string): string {
  return join(import.meta.dirname, name);
}

/** The gateway as in production: everything is on, and only the rates are not to be reached. */
const gatewaySettings = {
  SEED_DEMO: 'false',
  PORT: '0',
  BOOTSTRAP_TOKEN: token,
  RATE_LIMIT_PER_TOKEN: '1000000000',
  RATE_LIMIT_PER_ADDRESS: '1000000000',
};

const environmentOf = (databaseUrl: string) => ({
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  DATABASE_URL: databaseUrl,
  ...gatewaySettings,
});

/** The first admin, whose token every request carries. */
export async function makeAdmin(databaseUrl: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'dist/bootstrap.js')], {
    env: environmentOf(databaseUrl),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('There is no admin');
}

/** Starts a server on the Node that runs the bench, and waits until it listens. */
export async function startServer(
  variant: Variant,
  databaseUrl: string,
  flags: readonly string[] = [],
): Promise<PeerServer> {
  const { flags: own = [], file, path, said, settings = {} } = commands[variant];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...own, ...flags, file], {
    env: { ...environmentOf(databaseUrl), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = hear(child, variant);
  const port = await portOf(child, said);
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}${path}`,
    inspector: flags.length === 0 ? null : await told,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A type that PostGraphile doesn't know, of a column that nobody asks it for. */
const unknownType = /PgCodec for 'pg_catalog\.xid8'/;

/** Passes on what a server complains of, the gateway's ordinary log apart; answers with where it can be looked into. */
function hear({ stderr }: ChildProcess, variant: Variant): Promise<string> {
  return new Promise((resolve) => {
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      const [inspector] = /ws:\S+/.exec(text) ?? [];
      if (inspector !== undefined) resolve(inspector);
      else if (unknownType.test(text)) return;
      else if (!isOurs(variant) || /"level":[456]0/.test(text)) process.stderr.write(text);
    });
  });
}

async function portOf(child: ChildProcess, said: RegExp): Promise<number> {
  if (child.stdout === null) throw new Error('The server cannot be heard');
  for await (const line of createInterface(child.stdout)) {
    const [, port] = said.exec(line) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`${child.spawnargs.at(-1)} ended before it listened`);
}
