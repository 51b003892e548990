import { randomBytes } from 'node:crypto';
import { encodeGlobalId } from '../src/global-id.ts';
import { loadMillion } from '../test/scale/million.ts';
import { editDocument } from '../test/support/edits.ts';
import { bareStatements } from './floor.ts';
import { type Bench, openBench } from './gateway.ts';

const many = 10_000;
const fresh = (count: number) => Array.from({ length: count }, () => randomBytes(12).toString('hex'));

interface Case {
  readonly name: string;
  readonly rounds: number;
  /** Both sides of one round, on groups and people of their own; answers with the statements of the gateway's request. */
  readonly gateway: () => Promise<{ statements: number }>;
  readonly floor: () => Promise<void>;
}

async function makeGroup({ client, workspaceKey }: Bench, projectKey: number | null = null) {
  const { rows } = await client.query(
    `INSERT INTO participant_group (id, workspace_key, project_key, name, name_key)
     SELECT id, $1, $2, id, id FROM (SELECT gen_random_uuid() AS id) AS made RETURNING id, key`,
    [workspaceKey, projectKey],
  );
  return { key: Number(rows[0].key), id: encodeGlobalId('ParticipantGroup', rows[0].id) };
}

async function loadProjects(bench: Bench): Promise<void> {
  const { rows } = await bench.client.query(
    `INSERT INTO project (id, workspace_key, title)
     SELECT gen_random_uuid(), $1, 'Project ' || n FROM generate_series(1, 10) AS n RETURNING key`,
    [bench.workspaceKey],
  );
  const floor = bareStatements(bench.client, bench.workspaceKey);
  for (const { key } of rows) {
    for (let n = 0; n < 10; n++) await floor.add((await makeGroup(bench, key)).key, fresh(50));
  }
}

const page = `query ($id: ID!, $after: String, $first: Int, $last: Int) { participantGroup(id: $id) {
  participants(first: $first, after: $after, last: $last) { nodes { id participantId firstSeenAt } } } }`;
const nested = `query ($id: ID!) { workspace(id: $id) { title projects(first: 10) { nodes { title
  participantGroups(first: 10) { nodes { name participantCount participants(first: 10) { nodes { participantId } } } } } } } }`;

async function prepare(bench: Bench): Promise<Case[]> {
  const { large } = await loadMillion(
    async <Row>(text: string, values?: unknown[]) => (await bench.client.query(text, values)).rows as Row[],
    bench.workspaceUuid,
  );
  await loadProjects(bench);
  await bench.client.query('VACUUM ANALYZE');
  const floor = bareStatements(bench.client, bench.workspaceKey);
  const [known, known2, one, one2] = [
    fresh(2_000),
    fresh(2_000),
    await makeGroup(bench),
    await makeGroup(bench),
  ];
  for (const ids of [known, known2]) await floor.add((await makeGroup(bench)).key, ids);
  const swap = [await makeGroup(bench), await makeGroup(bench)] as const;
  for (const { key } of swap) await floor.add(key, fresh(many));
  const edit = (name: 'addParticipantsToGroup' | 'replaceGroupParticipants', id: string, ids: string[]) =>
    bench.ask(editDocument(name), { input: { participantGroupId: id, participantIds: ids } });
  return [
    {
      name: 'add 1',
      rounds: 200,
      gateway: () => edit('addParticipantsToGroup', one.id, fresh(1)),
      floor: () => floor.add(one2.key, fresh(1)),
    },
    {
      name: 'add 10,000, of whom 8,000 new',
      rounds: 10,
      gateway: async () =>
        edit('addParticipantsToGroup', (await makeGroup(bench)).id, [...known, ...fresh(8_000)]),
      floor: async () => floor.add((await makeGroup(bench)).key, [...known2, ...fresh(8_000)]),
    },
    {
      name: 'replace 10,000: 2,000 stay, 8,000 new',
      rounds: 10,
      gateway: () => edit('replaceGroupParticipants', swap[0].id, [...known, ...fresh(8_000)]),
      floor: () => floor.replace(swap[1].key, [...known2, ...fresh(8_000)]),
    },
    {
      name: 'first 100 of 1,000,000',
      rounds: 300,
      gateway: () => bench.ask(page, { id: large.id, first: 100 }),
      floor: () => floor.page(large.key, 0),
    },
    {
      name: 'last 100 of 1,000,000',
      rounds: 300,
      gateway: () => bench.ask(page, { id: large.id, last: 100 }),
      floor: () => floor.page(large.key, 99),
    },
    {
      name: '10 projects × 10 groups × 10 members',
      rounds: 200,
      gateway: () => bench.ask(nested, { id: bench.workspaceId }),
      floor: () => floor.nested(),
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Median, and the spread from the first to the ninth decile, in ms. */
function summary(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), text: `${at(0.5).toFixed(2)} (${at(0.1).toFixed(2)}–${at(0.9).toFixed(2)})` };
}

async function measure({ name, rounds, gateway, floor }: Case): Promise<string> {
  const times: { gateway: number[]; floor: number[] } = { gateway: [], floor: [] };
  let statements = 0;
  for (let round = -Math.ceil(rounds / 10); round < rounds; round++) {
    const ours = await timed(async () => ({ statements } = await gateway()));
    const bare = await timed(floor);
    if (round < 0) continue;
    times.gateway.push(ours);
    times.floor.push(bare);
  }
  const [ours, bare] = [summary(times.gateway), summary(times.floor)];
  return `| ${name} | ${ours.text} | ${bare.text} | ${(ours.median / bare.median).toFixed(1)} | ${statements} | ${rounds} |`;
}

const bench = await openBench();
try {
  process.stdout.write(
    '| What | gateway, ms | floor, ms | ratio | statements | rounds |\n|---|---|---|---|---|---|\n',
  );
  for (const one of await prepare(bench)) process.stdout.write(`${await measure(one)}\n`);
} finally {
  await bench.close();
}
process.exit();
