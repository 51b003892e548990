import type { Client } from 'pg';
import type { Case } from './cases.ts';
import type { Driver, Target } from './drive.ts';
import { cpuOf, cpuOfPostgres } from './machine.ts';
import { requireSame } from './same.ts';
import { isOurs, type PeerServer, token, type Variant, variants } from './servers.ts';

export interface Peer {
  readonly variant: Variant;
  readonly server: PeerServer;
  readonly driver: Driver;
}

/** One variant in one round. */
export interface Slice {
  readonly times: readonly number[];
  readonly rate: number;
  /** Of one request. */
  readonly statements: number;
  readonly buffers: number;
  readonly nodeMilliseconds: number;
  readonly postgresMilliseconds: number;
}

export type Measured = ReadonlyMap<Variant, readonly Slice[]>;

export interface Plan {
  readonly rounds: number;
  readonly milliseconds: number;
}

/** How often what is asked is compared before it is timed. */
const compared = 5;

/** What a variant is asked, where it is asked at all. */
export function targetOf({ server, variant }: Peer, { bodies }: Case): Target | null {
  const body = bodies[variant];
  if (body === undefined) return null;
  return {
    url: server.url,
    headers: isOurs(variant) ? { authorization: `Bearer ${token}` } : {},
    body,
  };
}

/** Has everyone answer the same requests, and stops the bench where they differ. */
export async function compare(peers: readonly Peer[], one: Case): Promise<void> {
  for (let n = 0; n < compared; n++) {
    const answers = new Map<string, unknown>();
    for (const peer of peers) {
      const target = targetOf(peer, one);
      if (target !== null)
        answers.set(peer.variant, withoutNames(await peer.driver.ask(target, target.body(n))));
    }
    requireSame(one.name, answers);
  }
}

/** An edit's answer has the name of its type. */
function withoutNames(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value) => (name === '__typename' ? undefined : value)));
}

/** Rounds in which everyone has a slice, another one first each time; a first one that does not count. */
export async function measure(
  postgres: { readonly client: Client; readonly pid: number },
  peers: readonly Peer[],
  one: Case,
  { rounds, milliseconds }: Plan,
): Promise<Measured> {
  const slices = new Map<Variant, Slice[]>(variants.map((variant) => [variant, []]));
  const turns = peers.filter(({ variant }) => one.bodies[variant] !== undefined);
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < turns.length; turn++) {
      const peer = turns[(turn + round + 1) % turns.length];
      const target = peer && targetOf(peer, one);
      if (peer === undefined || target === undefined || target === null) continue;
      const time = round < 0 ? milliseconds * 3 : milliseconds;
      const slice = await runSlice(postgres, peer, target, one, time);
      if (round >= 0) slices.get(peer.variant)?.push(slice);
    }
  }
  return slices;
}

async function runSlice(
  { client, pid }: { readonly client: Client; readonly pid: number },
  { server, driver }: Peer,
  target: Target,
  { connections, requests }: Case,
  milliseconds: number,
): Promise<Slice> {
  await client.query('SELECT pg_stat_statements_reset()');
  const before = { node: cpuOf(server.pid), postgres: cpuOfPostgres(pid) };
  const until = Number.isFinite(requests) ? { milliseconds: Infinity, requests } : { milliseconds, requests };
  const { times, rate } = await driver.drive(target, connections, until);
  const after = { node: cpuOf(server.pid), postgres: cpuOfPostgres(pid) };
  const { rows } = await client.query(
    `SELECT sum(calls)::float8 AS calls, sum(shared_blks_hit + shared_blks_read)::float8 AS buffers
     FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'`,
  );
  const each = (amount: number) => amount / times.length;
  return {
    times,
    rate,
    statements: each(rows[0].calls),
    buffers: each(rows[0].buffers),
    nodeMilliseconds: each(after.node - before.node),
    postgresMilliseconds: each(after.postgres - before.postgres),
  };
}
