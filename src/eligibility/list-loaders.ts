import { type Page, type PageRange, pageClause, toPage } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { join, type Sql, sql, verbatim } from '../database/sql.ts';
import { BusyError } from '../errors.ts';
import {
  type ParticipantRow,
  participantColumns,
  participantOrder,
  reviveParticipant,
} from '../participant/loaders.ts';
import { type NodeRow, nodeColumns, treesOf } from '../study-filter/loaders.ts';
import { eligibleKeys, type SetNode } from './set-loaders.ts';

/** Filters of a workspace; `treeKey` is the tree that they are stored as, null where they are only asked about. */
export interface Filters {
  readonly workspaceKey: number;
  readonly treeKey: number | null;
  readonly nodes: readonly SetNode[];
}

/** Whose filters: a study's that decide now, or those of a tree. */
type Owner = 'study' | 'filter_tree';

/** Of one batch, so many are read at once: each is a statement of its own, and other readers need connections too. */
const atOnce = 3;

/** A page of the participants whom each study's filters let in. One statement a study: each has another tree. */
export function loadEligiblePages(
  scope: ReadScope,
  studyKeys: readonly number[],
  range: PageRange,
): Promise<(Page<ParticipantRow> | Error)[]> {
  return forEachOwner(scope, 'study', studyKeys, (filters) => loadPage(scope, filters, range));
}

/** How many participants each study's filters let in. */
export function countEligible(scope: ReadScope, studyKeys: readonly number[]): Promise<(number | Error)[]> {
  return forEachOwner(scope, 'study', studyKeys, (filters) => countOne(scope, filters));
}

/** How many participants each tree's filters let in. */
export function countEligibleOfTrees(
  scope: ReadScope,
  treeKeys: readonly number[],
): Promise<(number | Error)[]> {
  return forEachOwner(scope, 'filter_tree', treeKeys, (filters) => countOne(scope, filters));
}

/** One page of the participants whom filters let in; null where their tree is gone. */
export async function loadPage(
  scope: ReadScope,
  filters: Filters,
  range: PageRange,
): Promise<Page<ParticipantRow> | null> {
  const rows = sql`(SELECT coalesce(json_agg(item), '[]') FROM (
    SELECT ${participantColumns} FROM (${eligibleKeys(filters.workspaceKey, filters.nodes)}) AS eligible
    JOIN participant ON participant.key = eligible.key
    WHERE participant.workspace_key = ANY(${scope.workspaceKeys}::int[])
    ${pageClause(participantOrder, range)}) AS item)`;
  const found = await readFiltered<ParticipantRow[]>(scope, filters, rows);
  return found && toPage(found.map(reviveParticipant), range);
}

/** How many participants each of several lists of nodes lets in, in one statement; null where their tree is gone. */
export function countEach(
  scope: ReadScope,
  { workspaceKey, treeKey, nodes }: Filters,
  each: readonly (readonly SetNode[])[] = [nodes],
): Promise<number[] | null> {
  const counts = each.map(
    (list) => sql`(SELECT count(*)::int FROM (${eligibleKeys(workspaceKey, list)}) AS eligible)`,
  );
  return readFiltered<number[]>(scope, { treeKey }, sql`ARRAY[${join(counts)}]::int[]`);
}

async function countOne(scope: ReadScope, filters: Filters): Promise<number | null> {
  const counts = await countEach(scope, filters);
  return counts?.[0] ?? null;
}

/** What `value` says as long as the tree is there: without it, its lists of IDs are empty. */
async function readFiltered<Value>(
  scope: ReadScope,
  { treeKey }: Pick<Filters, 'treeKey'>,
  value: Sql,
): Promise<Value | null> {
  const isThere =
    treeKey === null ? sql`true` : sql`EXISTS (SELECT FROM filter_tree WHERE key = ${treeKey}::int)`;
  const [found] = await scope.reader.composed<{ isThere: boolean; value: Value }>(
    sql`SELECT ${isThere} AS "isThere", ${value} AS value`,
  );
  return found?.isThere === true ? found.value : null;
}

/** Reads for each owner, a few at once. Who fails, fails alone. */
async function forEachOwner<Value>(
  scope: ReadScope,
  owner: Owner,
  keys: readonly number[],
  read: (filters: Filters) => Promise<Value | null>,
): Promise<(Value | Error)[]> {
  const known = await loadFilters(scope, owner, keys);
  // Studies of one filter set have one tree, and one answer.
  const ofTrees = new Map<number, Promise<Value | Error>>();
  const answer = (key: number) => {
    const filters = known.get(key);
    const treeKey = filters?.treeKey ?? null;
    const reading =
      (treeKey === null ? undefined : ofTrees.get(treeKey)) ?? readOne(scope, owner, key, filters, read);
    if (treeKey !== null) ofTrees.set(treeKey, reading);
    return reading;
  };
  const answers: (Value | Error)[] = [];
  for (let start = 0; start < keys.length; start += atOnce) {
    const some = keys.slice(start, start + atOnce);
    answers.push(...(await Promise.all(some.map(answer))));
  }
  return answers;
}

/** An edit of a study's filters takes its old tree away: then the new one is read. */
async function readOne<Value>(
  scope: ReadScope,
  owner: Owner,
  key: number,
  known: Filters | undefined,
  read: (filters: Filters) => Promise<Value | null>,
): Promise<Value | Error> {
  try {
    for (let filters = known, attempt = 0; filters !== undefined && attempt < 3; attempt += 1) {
      const value = await read(filters);
      if (value !== null) return value;
      filters = (await loadFilters(scope, owner, [key])).get(key);
    }
    return new BusyError('The filters were edited or deleted while they were read. Try again.');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The filters of each owner with the tree that it has now, in one statement. */
export async function loadFilters(
  scope: Pick<ReadScope, 'reader' | 'workspaceKeys'>,
  owner: Owner,
  keys: readonly number[],
): Promise<Map<number, Filters>> {
  const treeKey = verbatim(owner === 'study' ? 'filter_tree_key' : 'key');
  const rows = await scope.reader.rows<
    { ownerKey: number; workspaceKey: number; ownTreeKey: number } & (NodeRow | { readonly treeKey: null })
  >(sql`
    SELECT owner.key AS "ownerKey", owner.workspace_key AS "workspaceKey", owner.${treeKey} AS "ownTreeKey", ${nodeColumns}
    FROM ${verbatim(owner)} AS owner LEFT JOIN filter_node AS node ON node.tree_key = owner.${treeKey}
    WHERE owner.key = ANY(${[...new Set(keys)]}::int[]) AND owner.workspace_key = ANY(${scope.workspaceKeys}::int[])
    ORDER BY owner.key, node.ordinal`);
  const found = new Map<number, Filters>();
  for (const { ownerKey, workspaceKey, ownTreeKey } of rows) {
    if (found.has(ownerKey)) continue;
    const own = rows.filter(
      (row): row is typeof row & NodeRow => row.ownerKey === ownerKey && row.treeKey !== null,
    );
    const [tree] = treesOf([ownTreeKey], own);
    found.set(ownerKey, { workspaceKey, treeKey: ownTreeKey, nodes: tree?.filters ?? [] });
  }
  return found;
}
