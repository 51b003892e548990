import { type Page, type PageRange, pageClause, readPages, toPage } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import { splitPlatformKey } from '../participant/loaders.ts';
import { reviveStudy, type StudyRow, studyColumns, studyOrder } from '../study/loaders.ts';
import { loadEligibilities, pairKey } from './loaders.ts';

/** In the order in which they were made. */
export const eligibleStudyOrder = studyOrder;

/** Most studies that are looked at in one step, and most pairs. */
const mostStudies = 500;
const mostPairs = 20_000;

/** A page of the active studies that let each participant in; participants by `platformKey`. */
export async function loadEligibleStudies(
  scope: ReadScope,
  asked: readonly string[],
  range: PageRange,
): Promise<Page<StudyRow>[]> {
  const found = await walk(scope, asked, range, range.limit + 1);
  return asked.map((key) => toPage(found.get(key) ?? [], range));
}

/** How many active studies let each participant in: all of them are looked at. */
export async function countEligibleStudies(scope: ReadScope, asked: readonly string[]): Promise<number[]> {
  const everything = { limit: mostStudies, backward: false, after: null, before: null };
  const found = await walk(scope, asked, everything, Number.POSITIVE_INFINITY);
  return asked.map((key) => found.get(key)?.length ?? 0);
}

/** Goes through the active studies, of all the participants' workspaces at once, until everyone has enough of them. */
async function walk(
  scope: ReadScope,
  asked: readonly string[],
  range: PageRange,
  enough: number,
): Promise<Map<string, StudyRow[]>> {
  const found = new Map<string, StudyRow[]>(asked.map((key) => [key, []]));
  const size = Math.max(1, Math.min(mostStudies, Math.floor(mostPairs / asked.length)));
  let seeking = [...found.keys()];
  let places = new Map<number, number | null>(seeking.map((key) => [workspaceOf(key), null]));
  while (seeking.length > 0) {
    const steps = await loadActiveStudies(scope, places, { ...range, limit: size });
    await take(scope, seeking, steps, found, enough);
    places = new Map(
      [...steps]
        .filter(([, { hasMore }]) => hasMore)
        .map(([key, { rows }]) => [key, rows.at(-1)?.key ?? null]),
    );
    seeking = seeking.filter((key) => places.has(workspaceOf(key)) && (found.get(key)?.length ?? 0) < enough);
    for (const key of places.keys()) {
      if (!seeking.some((each) => workspaceOf(each) === key)) places.delete(key);
    }
  }
  return found;
}

interface Step {
  /** In the order of the walk. */
  readonly rows: readonly StudyRow[];
  readonly hasMore: boolean;
}

function workspaceOf(platformKey: string): number {
  return splitPlatformKey(platformKey).key;
}

async function take(
  scope: ReadScope,
  seeking: readonly string[],
  steps: ReadonlyMap<number, Step>,
  found: ReadonlyMap<string, StudyRow[]>,
  enough: number,
): Promise<void> {
  const pairs = seeking.flatMap((key) => {
    const { key: workspaceKey, participantId } = splitPlatformKey(key);
    return (steps.get(workspaceKey)?.rows ?? []).map((study) => ({ key, study, participantId }));
  });
  if (pairs.length === 0) return;
  const answers = await loadEligibilities(
    scope,
    pairs.map(({ study, participantId }) => pairKey(study.key, participantId)),
  );
  for (const [index, { key, study }] of pairs.entries()) {
    const studies = found.get(key) ?? [];
    if (answers[index]?.isEligible && studies.length < enough) studies.push(study);
  }
}

/** The next active studies of each workspace beyond a place in it. */
async function loadActiveStudies(
  scope: ReadScope,
  places: ReadonlyMap<number, number | null>,
  range: PageRange,
): Promise<Map<number, Step>> {
  const start = range.backward ? 0x7fffffff : 0;
  const parents = [...places].map(([key, place]) => [key, place ?? start] as const);
  const beyond = range.backward ? sql`study.key < parent.version` : sql`study.key > parent.version`;
  const select = sql`SELECT ${studyColumns} FROM study
    WHERE study.workspace_key = parent.key AND study.status = 'ACTIVE' AND ${beyond}
      AND study.workspace_key = ANY(${scope.workspaceKeys}::int[]) ${pageClause(studyOrder, range)}`;
  const pages = await readPages(scope.reader, parents, range, select, reviveStudy);
  return new Map(
    pages.map(({ rows, hasNextPage, hasPreviousPage }, index): [number, Step] => {
      const inOrder = range.backward ? [...rows].reverse() : rows;
      const hasMore = range.backward ? hasPreviousPage : hasNextPage;
      return [parents[index]?.[0] ?? 0, { rows: inOrder, hasMore }];
    }),
  );
}
