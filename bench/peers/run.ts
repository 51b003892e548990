import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { depthOf, makeCases } from './cases.ts';
import { type BenchDatabase, openBenchDatabase, settings } from './database.ts';
import { postgraphile } from './documents.ts';
import { openDriver } from './drive.ts';
import { prepare } from './known.ts';
import { large, load, normal, type Size } from './load.ts';
import { describeMachine, memoryOf } from './machine.ts';
import { compare, measure, type Peer, type Plan } from './measure.ts';
import { profiles } from './profiles.ts';
import {
  cpuHead,
  cpuRow,
  keep,
  measuredHead,
  measuredRows,
  memoryRows,
  rateHead,
  rateRow,
} from './report.ts';
import { makeAdmin, startServer, token, type Variant, variants } from './servers.ts';

const { values: flags } = parseArgs({
  options: {
    large: { type: 'boolean' },
    quick: { type: 'boolean' },
    only: { type: 'string' },
    profile: { type: 'boolean' },
  },
});
const size: Size = flags.large ? large : normal;
const plan: Plan = flags.quick ? { rounds: 2, milliseconds: 400 } : { rounds: 9, milliseconds: 1_000 };
/** Which of the cases, by name. */
const only = new RegExp(flags.only ?? '');
const machine = describeMachine();
const say = (text: string) => process.stdout.write(`${text}\n`);

async function openPeers(url: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const variant of variants) {
    const server = await startServer(variant, url);
    peers.push({ variant, server, driver: openDriver(new URL(server.url).origin) });
  }
  return peers;
}

function peerOf(peers: readonly Peer[], variant: Variant): Peer {
  const found = peers.find((peer) => peer.variant === variant);
  if (found === undefined) throw new Error(`There is no ${variant}`);
  return found;
}

/** One question of our own to a peer. */
function ask<Data>({ server, driver }: Peer, query: string, variables: unknown): Promise<Data> {
  const headers = { authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query, variables });
  return driver.ask({ url: server.url, headers, body: () => body }, body) as Promise<Data>;
}

interface Depth {
  readonly participantGroup: { readonly participants: { readonly pageInfo: { readonly endCursor: string } } };
}

async function run(database: BenchDatabase, peers: readonly Peer[]): Promise<string> {
  const known = await prepare(database.client, (query, variables) =>
    ask(peerOf(peers, 'gateway'), query, variables),
  );
  if (flags.profile) {
    await profiles(database, known, size, only);
    return '';
  }
  const { participantGroup } = await ask<Depth>(peerOf(peers, 'postgraphile'), postgraphile.depth, {
    id: known.everyone.id,
    ...depthOf(size),
  });
  const cases = makeCases(known, size, participantGroup.participants.pageInfo.endCursor).filter(({ name }) =>
    only.test(name),
  );
  for (const one of cases) await compare(peers, one);
  say('All say the same.');
  const before = new Map(peers.map(({ variant, server }) => [variant, memoryOf(server.pid).now]));
  const [rows, rates, burnt]: [string[], string[], string[]] = [[], [], []];
  for (const one of cases) {
    const measured = await measure(database, peers, one, plan);
    const own = measuredRows(one.name, measured);
    rows.push(...own);
    rates.push(rateRow(one.name, measured));
    burnt.push(cpuRow(one.name, measured));
    say([...own, rates.at(-1), burnt.at(-1)].join('\n'));
  }
  const memory = peers.map(({ variant, server }) => {
    const { now, most } = memoryOf(server.pid);
    return [variant, { before: before.get(variant) ?? 0, after: now, most }] as const;
  });
  return [
    rateHead,
    ...rates,
    '',
    cpuHead,
    ...burnt,
    '',
    measuredHead,
    ...rows,
    '',
    ...memoryRows(new Map(memory)),
  ].join('\n');
}

function versions(database: BenchDatabase): string {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  const of = (name: string) => `${name} ${dependencies[name]}`;
  const tuned = Object.entries(settings).map(([name, value]) => `\`${name}=${value}\``);
  return `${new Date().toISOString().slice(0, 10)}, by \`npm run --prefix bench peers${flags.large ? ' -- --large' : ''}\`. Machine:
${machine}, shared by all servers, PostgreSQL and the load generator.
Node ${process.version} for all; ${['postgraphile', '@apollo/server', 'graphql', 'pg'].map(of).join(', ')}. PostgreSQL ${database.version} with
${tuned.join(', ')},
else its defaults (fsync on). ${size.workspaces} workspaces × ${size.projects} projects × ${size.groups} groups × ${size.members} members, and one group of ${size.everyone.toLocaleString('en')}.`;
}

const explained = `Ten connections, each of which sends its next request when it has the whole answer (adding 10,000: one). ${plan.rounds}
rounds, in which all take turns for ${plan.milliseconds} ms (adding 10,000: four requests). Ratios are medians of the ratio in one round,
in brackets the first and ninth decile; above 1 the gateway is ahead, in CPU as well, which other work on the machine
touches least. CPU is that of the server's process and of all of PostgreSQL's, for one request; statements and buffers are
PostgreSQL's own count, \`BEGIN\` and \`COMMIT\` included. The gateway checks tokens, rights, limits and rates; the others
check nothing. Members' participants stand in the gateway's memory (\`PARTICIPANT_CACHE_MB\`, 64) from the first time that they
are asked for; one that keeps nobody is the same gateway with 0, which reads them from PostgreSQL each time. The floor is bare \`node:http\` with one prepared statement and its JSON written by hand; for one
participant it sends the gateway's own statements, for 10,000 the fewest that do the same. Of the
indexes one is in the order of the gateway's list of groups; nobody else's order has one.`;

/** Says it, and keeps what a full run says. */
async function tell(tables: string): Promise<void> {
  const text = `${versions(database)}\n\n${explained}\n\n${tables}`;
  say(`\n${text}`);
  if (flags.quick || flags.only !== undefined) return;
  await keep(flags.large ? 'Beside its peers, large' : 'Beside its peers', text);
}

const database = await openBenchDatabase();
let peers: Peer[] = [];
try {
  say(
    `Loading ${size.workspaces * size.projects * size.groups * size.members} memberships and ${size.everyone} more`,
  );
  await makeAdmin(database.url);
  await load(database.client, size);
  peers = await openPeers(database.url);
  const tables = await run(database, peers);
  if (!flags.profile) await tell(tables);
} finally {
  for (const { driver, server } of peers) {
    await driver.close();
    await server.stop();
  }
  await database.close();
}
process.exit();
