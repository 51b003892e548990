import { randomBytes } from 'node:crypto';
import { BitmapCache } from '../src/bitmap/cache.ts';
import { countEligible } from '../src/eligibility/list-loaders.ts';
import { loadEligibilities, pairKey } from '../src/eligibility/loaders.ts';
import { editDocument } from '../test/support/edits.ts';
import {
  bestCounts,
  bestOpenCounts,
  checkOne,
  type Loaded,
  type LoadedStudy,
  loadEligibility,
} from './eligibility-load.ts';
import { type Bench, openBench } from './gateway.ts';
import { takeTurns, type Work } from './turns.ts';

const isLarge = process.argv.includes('--large');
const size = isLarge
  ? { everyone: 5_000_000, members: 1_000_000 }
  : { everyone: 1_000_000, members: 200_000 };
const rounds = isLarge ? 7 : 15;
/** So many quick ones come on one of the best SQL. */
const many = 10;
const cacheBytes = 64 * 1_048_576;
const [checks, perRequest] = [10_000, 1_000];

const countDocument = 'query ($id: ID!) { node(id: $id) { ... on Study { eligibleParticipantCount } } }';
const pageDocument = `query ($id: ID!) { node(id: $id) { ... on Study {
  eligibleParticipants(first: 100) { nodes { participantId } } } } }`;
const checkDocument = `query ($id: ID!, $ids: [String!]!) { node(id: $id) { ... on Study {
  eligibilities(participantIds: $ids) { isEligible } } } }`;

/** The gateway's answer without GraphQL and HTTP around it: which tree it is, and what it lets in. */
async function count({ database, workspaceKey }: Bench, { key }: LoadedStudy, bitmaps: BitmapCache) {
  const workspaceKeys = [workspaceKey];
  const { reader, keptParticipants } = database;
  const nobody = { adminWorkspaceKeys: [], narrowedTo: null, userId: '' };
  const [found] = await countEligible(
    { reader, bitmaps, keptParticipants, source: keptParticipants.source, workspaceKeys, ...nobody },
    [key],
  );
  if (typeof found !== 'number') throw found;
  return found;
}

async function requireSame(ours: Work, best: readonly Work[]): Promise<void> {
  const counts = await Promise.all([ours, ...best].map((work) => work()));
  if (new Set(counts).size !== 1) throw new Error(`The counts differ: ${counts.join(', ')}`);
}

async function measureCounts(bench: Bench, loaded: Loaded): Promise<void> {
  const { study, groupIds } = loaded;
  const best = bestCounts(bench.client, loaded);
  const warm = () => count(bench, study, bench.database.bitmaps);
  const overHttp = () => bench.ask(countDocument, { id: study.id });
  const before = () => {
    const participantIds = [randomBytes(12).toString('hex')];
    return bench.ask(editDocument('addParticipantsToGroup'), {
      input: { participantGroupId: groupIds[0], participantIds },
    });
  };
  await requireSame(warm, best);
  await takeTurns({ name: 'count, warm', rounds, ours: warm, best, repeat: many });
  await takeTurns({ name: 'count, warm, over HTTP', rounds, ours: overHttp, best, repeat: many });
  await takeTurns({ name: 'count, after an edit', rounds, ours: warm, before, best, repeat: many });
  await takeTurns({
    name: 'count, after an edit, over HTTP',
    rounds,
    ours: overHttp,
    before,
    best,
    repeat: many,
  });
  await requireSame(warm, best);
  const page = () => bench.ask(pageDocument, { id: study.id });
  await takeTurns({ name: 'a page of 100, warm, over HTTP', rounds, ours: page, best, repeat: many });
  const cold = () => count(bench, study, new BitmapCache(cacheBytes));
  await takeTurns({ name: 'count, cold', rounds, ours: cold, best, repeat: 1 });
}

async function measureOpen(bench: Bench, loaded: Loaded): Promise<void> {
  const best = bestOpenCounts(bench.client, loaded, bench.workspaceKey);
  const warm = () => count(bench, loaded.open, bench.database.bitmaps);
  const cold = () => count(bench, loaded.open, new BitmapCache(cacheBytes));
  await requireSame(warm, best);
  await takeTurns({ name: 'all but the blocked, warm', rounds, ours: warm, best, repeat: many });
  await takeTurns({ name: 'all but the blocked, cold', rounds, ours: cold, best, repeat: 1 });
}

async function measureChecks(bench: Bench, loaded: Loaded): Promise<void> {
  const { client, workspaceKey } = bench;
  const ids = Array.from({ length: checks }, (_, index) =>
    (1 + ((index * 7_919) % size.everyone)).toString(16).padStart(24, '0'),
  );
  const inTen = async () => {
    let eligible = 0;
    for (let start = 0; start < checks; start += perRequest) {
      const some = ids.slice(start, start + perRequest);
      const { data } = await bench.ask(checkDocument, { id: loaded.study.id, ids: some });
      eligible += data.node.eligibilities.filter(
        ({ isEligible }: { isEligible: boolean }) => isEligible,
      ).length;
    }
    return eligible;
  };
  const oneByOne = async () => {
    let eligible = 0;
    for (const id of ids) if (await checkOne(client, loaded, workspaceKey, id)) eligible += 1;
    return eligible;
  };
  const inBatches = async () => {
    let eligible = 0;
    for (let start = 0; start < checks; start += perRequest) {
      const pairs = ids.slice(start, start + perRequest).map((id) => pairKey(loaded.study.key, id));
      const { reader, bitmaps } = bench.database;
      const found = await loadEligibilities({ reader, bitmaps, workspaceKeys: [workspaceKey] }, pairs);
      eligible += found.filter((each) => each?.isEligible).length;
    }
    return eligible;
  };
  await requireSame(inTen, [oneByOne, inBatches]);
  const turns = { rounds: 5, best: [oneByOne], repeat: 1 };
  await takeTurns({ ...turns, name: '10,000 checks in ten batches, against one by one', ours: inBatches });
  await takeTurns({ ...turns, name: '10,000 checks in ten requests over HTTP', ours: inTen });
}

const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(1);

const bench = await openBench();
try {
  const loaded = await loadEligibility(bench, size);
  const before = process.memoryUsage();
  process.stdout.write('| What | gateway, ms | best SQL, ms | ratio |\n|---|---|---|---|\n');
  await measureCounts(bench, loaded);
  await measureOpen(bench, loaded);
  await measureChecks(bench, loaded);
  const after = process.memoryUsage();
  process.stdout.write(
    `\nBitmaps of ${loaded.groupIds.length} groups of ${size.members}, and of ${size.everyone} participants: ${megabytes(bench.database.bitmaps.bytes)} MB. ` +
      `The process: ${megabytes(before.rss)} MB before, ${megabytes(after.rss)} MB after.\n`,
  );
} finally {
  await bench.close();
}
process.exit();
