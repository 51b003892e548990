import { Bitmap } from '../bitmap/bitmap.ts';
import { type Page, type PageRange, toPage } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { sql, verbatim } from '../database/sql.ts';
import { BusyError } from '../errors.ts';
import { loadParticipants, type ParticipantRow } from '../participant/loaders.ts';
import { type NodeRow, nodeColumns, treesOf } from '../study-filter/loaders.ts';
import { type Filters, loadEligible } from './set-loaders.ts';

/** Filters that are stored as a tree. */
interface StoredFilters extends Filters {
  /** Whose tree it is. */
  readonly ownerKeys: readonly number[];
}

/** Whose filters: a study's that decide now, or those of a tree. */
type Owner = 'study' | 'filter_tree';

/** Of one batch, so many are read at once: each is a statement of its own, and other readers need connections too. */
const atOnce = 3;
const mostAttempts = 3;
const changing = 'The filters were edited or deleted while they were read. Try again.';

/** A page of the participants whom each study's filters let in. One statement a study, and one for all their rows. */
export async function loadEligiblePages(
  scope: ReadScope,
  studyKeys: readonly number[],
  range: PageRange,
): Promise<(Page<ParticipantRow> | Error)[]> {
  const sets = await forEachOwner(scope, 'study', studyKeys);
  return loadPages(scope, sets, range);
}

/** How many participants each study's filters let in. */
export async function countEligible(
  scope: ReadScope,
  studyKeys: readonly number[],
): Promise<(number | Error)[]> {
  const sets = await forEachOwner(scope, 'study', studyKeys);
  return sets.map((set) => (set instanceof Error ? set : set.count));
}

/** How many participants each tree's filters let in. */
export async function countEligibleOfTrees(
  scope: ReadScope,
  treeKeys: readonly number[],
): Promise<(number | Error)[]> {
  const sets = await forEachOwner(scope, 'filter_tree', treeKeys);
  return sets.map((set) => (set instanceof Error ? set : set.count));
}

/** One page of the participants whom filters let in; null where they decide no longer. */
export async function loadPage(
  scope: ReadScope,
  filters: Filters,
  range: PageRange,
): Promise<Page<ParticipantRow> | null> {
  const found = await loadEligible(scope, filters);
  const [page] = found === null ? [null] : await loadPages(scope, found.sets, range);
  return page instanceof Error ? null : (page ?? null);
}

/**
 * One page of each set's participants. Of what is shown of a participant only an erasure changes anything: whoever was
 * erased after the set was read is left out.
 */
async function loadPages(
  scope: ReadScope,
  sets: readonly (Bitmap | Error)[],
  range: PageRange,
): Promise<(Page<ParticipantRow> | Error)[]> {
  const pages = sets.map((set) => (set instanceof Error ? set : pageOfKeys(set, range)));
  const keys = new Set(pages.flatMap((page) => (page instanceof Error ? [] : page.rows)));
  const found = keys.size === 0 ? [] : await loadParticipants(scope, [...keys]);
  const rows = new Map<number, ParticipantRow>();
  for (const row of found) if (row?.erasedAt === null) rows.set(row.key, row);
  return pages.map((page) =>
    page instanceof Error ? page : { ...page, rows: page.rows.flatMap((key) => rows.get(key) ?? []) },
  );
}

function pageOfKeys(set: Bitmap, range: PageRange): Page<number> {
  const [after, before] = [range.after, range.before].map((position) => position && Number(position[0]));
  const bounds = { after: after ?? null, before: before ?? null };
  return toPage(set.slice({ ...bounds, backward: range.backward, limit: range.limit + 1 }), range);
}

/** Who is eligible by the filters of each owner, a few trees at once. Who fails, fails alone. */
async function forEachOwner(
  scope: ReadScope,
  owner: Owner,
  keys: readonly number[],
): Promise<(Bitmap | Error)[]> {
  const answers = new Map<number, Bitmap | Error>();
  let asked = keys;
  // An edit of a study's filters gives it another tree while this one is read.
  for (let attempt = 0; asked.length > 0 && attempt < mostAttempts; attempt += 1) {
    const trees = await loadFilters(scope, owner, asked);
    const again: number[] = [];
    for (let start = 0; start < trees.length; start += atOnce) {
      const some = trees.slice(start, start + atOnce);
      const found = await Promise.all(some.map((filters) => readOne(scope, filters)));
      for (const [index, { ownerKeys }] of some.entries()) {
        const answer = found[index] ?? null;
        if (answer === null) again.push(...ownerKeys);
        else for (const key of ownerKeys) answers.set(key, answer);
      }
    }
    asked = again;
  }
  return keys.map((key) => answers.get(key) ?? new BusyError(changing));
}

/** The set, or why there is none; null where the filters decide no longer. */
async function readOne(scope: ReadScope, filters: Filters): Promise<Bitmap | Error | null> {
  try {
    const found = await loadEligible(scope, filters);
    return found && (found.sets[0] ?? Bitmap.none);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The filters of the owners with the trees that they have now, each tree once, in one statement. */
export async function loadFilters(
  scope: Pick<ReadScope, 'reader' | 'workspaceKeys'>,
  owner: Owner,
  keys: readonly number[],
): Promise<StoredFilters[]> {
  const treeKey = verbatim(owner === 'study' ? 'filter_tree_key' : 'key');
  const rows = await scope.reader.rows<FilterRow>(sql`
    SELECT owned.keys AS "ownerKeys", owned.workspace_key AS "workspaceKey", owned.tree_key AS "ownTreeKey", ${nodeColumns}
    FROM (SELECT array_agg(owner.key) AS keys, owner.workspace_key, owner.${treeKey} AS tree_key FROM ${verbatim(owner)} AS owner
      WHERE owner.key = ANY(${[...new Set(keys)]}::int[]) AND owner.workspace_key = ANY(${scope.workspaceKeys}::int[])
      GROUP BY 2, 3) AS owned
    LEFT JOIN filter_node AS node ON node.tree_key = owned.tree_key ORDER BY owned.tree_key, node.ordinal`);
  const owned = new Map(rows.map((row) => [row.ownTreeKey, row]));
  const nodes = rows.filter((row): row is FilterRow & NodeRow => row.treeKey !== null);
  return treesOf([...owned.keys()], nodes).flatMap(({ key, filters }) => {
    const found = owned.get(key);
    if (found === undefined) return [];
    const { ownerKeys, workspaceKey } = found;
    const isCurrent = sql`(SELECT count(*) = ${ownerKeys.length}::int FROM ${verbatim(owner)} AS owner
      WHERE owner.key = ANY(${ownerKeys}::int[]) AND owner.${treeKey} = ${key}::int)`;
    return [{ ownerKeys, workspaceKey, nodes: filters, isCurrent }];
  });
}

type FilterRow = {
  readonly ownerKeys: number[];
  readonly workspaceKey: number;
  readonly ownTreeKey: number;
} & (NodeRow | { readonly treeKey: null });
