import { Bitmap } from '../bitmap/bitmap.ts';
import type { BitmapCache, Pinned } from '../bitmap/cache.ts';
import type { ReadScope } from '../database/reader.ts';
import { type Sql, sql } from '../database/sql.ts';
import { apply, nameOf, type SetRow, setRows } from './row-loaders.ts';
import {
  areOpen,
  eligibleKeys,
  isUnion,
  type Leaf,
  leavesOf,
  type SetNode,
  type Sources,
} from './set-rules.ts';

/** Filters of a workspace. */
export interface Filters {
  readonly workspaceKey: number;
  readonly nodes: readonly SetNode[];
  /** Whether they decide still: a condition for the statement that reads what they name. */
  readonly isCurrent: Sql;
}

/** Of filters that are only asked about. */
export const always = sql`true`;

export type SetScope = Pick<ReadScope, 'reader' | 'workspaceKeys' | 'bitmaps'>;

/** Who is eligible by each of several lists of nodes, as of one moment. */
export interface Eligible {
  readonly sets: readonly Bitmap[];
  /** What was asked for besides, as of the same moment. */
  readonly stamp: string | null;
}

/** So many bytes of bitmaps are gone through before other requests get their turn. */
const mostInTurn = 4_000_000;

/**
 * Who is eligible by each of the lists, which are of nodes of the filters; null where these decide no longer. What they
 * name is read by one statement, and so as of one snapshot: of bitmaps that are cached what has changed since, the rest
 * in full. @throws BusyError when that takes too long
 */
export async function loadEligible(
  scope: SetScope,
  filters: Filters,
  lists: readonly (readonly SetNode[])[] = [filters.nodes],
  stamp: Sql = sql`NULL::text`,
): Promise<Eligible | null> {
  const leaves = leavesOf(filters.nodes);
  const groupKeys = [...new Set(leaves.flatMap((leaf) => (isUnion(leaf) ? leaf.groupKeys : [])))];
  const isOpen = lists.some(areOpen);
  const names = groupKeys.map((key) => nameOf('GROUP', key));
  if (isOpen) names.push(nameOf('EVERYBODY', filters.workspaceKey));
  const others = leaves.filter((leaf) => !isUnion(leaf));
  const asked = { ...filters, stamp, groupKeys, others, isOpen, names };
  const found = await scope.bitmaps.building(names, () => readSets(scope, asked));
  if (found === null) return null;
  const sources = await sourcesOf(asked, leaves, found);
  return { sets: lists.map((list) => eligibleKeys(list, sources)), stamp: found.stamp };
}

interface Asked extends Filters {
  readonly stamp: Sql;
  readonly groupKeys: readonly number[];
  /** Leaves that are no unions of groups: windows, lists of IDs, earlier studies. */
  readonly others: readonly Leaf[];
  readonly isOpen: boolean;
  /** What of it may be cached. */
  readonly names: readonly string[];
}

/** What a statement has found, by name. */
interface Found {
  readonly stamp: string | null;
  readonly sets: ReadonlyMap<string, Bitmap>;
  readonly blocklistNames: readonly string[];
}

async function readSets({ reader, workspaceKeys, bitmaps }: SetScope, asked: Asked): Promise<Found | null> {
  if (!workspaceKeys.includes(asked.workspaceKey)) return null;
  const { source } = bitmaps;
  const known = knownOf(bitmaps, asked);
  const statement = setRows(asked, known);
  // What is read in full or by the filters' own text may take seconds, and is not kept prepared.
  const isSwift = asked.others.length === 0 && asked.names.every((name) => known.has(name));
  const found = await (isSwift ? reader.rows<SetRow>(statement) : reader.composed<SetRow>(statement));
  const current = found.find(({ kind }) => kind === 'CURRENT');
  if (current?.blocks !== true) return null;
  const rows = found.filter((row) => row !== current);
  const sets = new Map<string, Bitmap>();
  for (const row of rows) {
    const name = nameOf(row.kind, row.key);
    const before = known.get(name);
    const now = apply(row, before);
    sets.set(name, now.keys);
    if (row.pin !== null && (now.pin !== before?.pin || now.keys !== before.keys))
      bitmaps.put(name, now, source);
    if (row.isWhole) await nextTurn();
  }
  const blocklists = rows.filter(({ blocks }) => blocks);
  noteBlocklists(
    bitmaps,
    asked.workspaceKey,
    blocklists.map(({ key }) => key),
  );
  return { stamp: current.pin, sets, blocklistNames: blocklists.map(({ kind, key }) => nameOf(kind, key)) };
}

/** What is cached of what is asked for, and of the workspace's universal blocklists as they were when last seen. */
function knownOf(bitmaps: BitmapCache, { names, workspaceKey }: Asked): Map<string, Pinned> {
  const blocklists = [...(bitmaps.get(nameOf('BLOCKLISTS', workspaceKey))?.keys.keys() ?? [])];
  const known = new Map<string, Pinned>();
  for (const name of [...names, ...blocklists.map((key) => nameOf('GROUP', key))]) {
    const pinned = bitmaps.get(name);
    if (pinned !== undefined) known.set(name, pinned);
  }
  return known;
}

/** Keeps the keys of the universal blocklists, to know what to ask for next time. */
function noteBlocklists(bitmaps: BitmapCache, workspaceKey: number, groupKeys: readonly number[]): void {
  const name = nameOf('BLOCKLISTS', workspaceKey);
  const pin = groupKeys.join();
  if ((bitmaps.get(name)?.pin ?? '') !== pin)
    bitmaps.put(name, { keys: Bitmap.of(Int32Array.from(groupKeys)), pin });
}

async function sourcesOf(
  asked: Asked,
  leaves: readonly Leaf[],
  { sets, blocklistNames }: Found,
): Promise<Sources> {
  const of = (name: string) => sets.get(name) ?? Bitmap.none;
  const named = new Map<Leaf, Bitmap>();
  let spent = 0;
  for (const leaf of leaves) {
    const parts = isUnion(leaf)
      ? leaf.groupKeys.map((key) => of(nameOf('GROUP', key)))
      : [of(nameOf('LEAF', asked.others.indexOf(leaf)))];
    named.set(leaf, Bitmap.union(parts));
    spent += parts.reduce((sum, { size }) => sum + size, 0);
    if (spent > mostInTurn) {
      spent = 0;
      await nextTurn();
    }
  }
  return {
    named: (leaf) => named.get(leaf) ?? Bitmap.none,
    excluded: Bitmap.union([...blocklistNames.map(of), of(nameOf('ERASED', asked.workspaceKey))]),
    everybody: of(nameOf('EVERYBODY', asked.workspaceKey)),
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}
