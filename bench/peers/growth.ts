import { makeCases } from './cases.ts';
import { openBenchDatabase } from './database.ts';
import { openDriver } from './drive.ts';
import { prepare } from './known.ts';
import { load, type Size } from './load.ts';
import { describeMachine } from './machine.ts';
import { type Measured, measure } from './measure.ts';
import { digits, keep, middleOf } from './report.ts';
import { makeAdmin, startServer, token } from './servers.ts';

const rounds = { rounds: 5, milliseconds: 1_000 };
const say = (text: string) => process.stdout.write(`${text}\n`);

/** So many memberships in a thousand groups, and as many again in one group. */
const sizeOf = (memberships: number): Size => ({
  workspaces: 10,
  projects: 10,
  groups: 10,
  members: memberships / 1_000,
  everyone: memberships,
});

/** What the gateway takes for each thing that is asked, where there are so many memberships. */
async function measureAt(size: Size): Promise<ReadonlyMap<string, Measured>> {
  const database = await openBenchDatabase();
  try {
    await makeAdmin(database.url);
    await load(database.client, size);
    const server = await startServer('gateway', database.url);
    const driver = openDriver(new URL(server.url).origin);
    const headers = { authorization: `Bearer ${token}` };
    const known = await prepare(database.client, (query, variables) => {
      const body = JSON.stringify({ query, variables });
      return driver.ask({ url: server.url, headers, body: () => body }, body) as never;
    });
    const found = new Map<string, Measured>();
    for (const one of makeCases(known, size, '')) {
      const peers = [{ variant: 'gateway' as const, server, driver }];
      const name = one.name.replace(/ at [\d,]+$/, ', nine tenths into the group');
      found.set(name, await measure(database, peers, { ...one, connections: 1 }, rounds));
    }
    await driver.close();
    await server.stop();
    return found;
  } finally {
    await database.close();
  }
}

const cell = (measured: Measured | undefined) => {
  const slices = measured?.get('gateway') ?? [];
  const [milliseconds, buffers] = [
    middleOf(slices, ({ times }) => times.reduce((sum, time) => sum + time, 0) / times.length),
    middleOf(slices, (slice) => slice.buffers),
  ];
  return `${milliseconds} · ${buffers}`;
};

const powers = [4, 5, 6, 7];
const found: ReadonlyMap<string, Measured>[] = [];
for (const power of powers) {
  const began = performance.now();
  found.push(await measureAt(sizeOf(10 ** power)));
  say(`10^${power} took ${digits((performance.now() - began) / 1_000)} s`);
}
const names = [...(found[0]?.keys() ?? [])];
const rows = names.map((name) => `| ${[name, ...found.map((at) => cell(at.get(name)))].join(' | ')} |`);
const text = `${new Date().toISOString().slice(0, 10)}, by \`npm run --prefix bench growth\`. Machine: ${describeMachine()}, shared by the gateway,
PostgreSQL and the load generator. Node ${process.version}.

One request at a time: the median of ${rounds.rounds} rounds' mean in ms, and the 8 kB buffers of PostgreSQL that one request
touched. Each column has so many memberships in a thousand groups of the same size, whose members are a tenth of their
workspaces' participants, and as many again in one group: the pages of 100 are its.

| memberships | ${powers.map((power) => (10 ** power).toLocaleString('en')).join(' | ')} |
|---|${powers.map(() => '---|').join('')}
${rows.join('\n')}`;
say(text);
await keep('How cost grows', text);
process.exit();
