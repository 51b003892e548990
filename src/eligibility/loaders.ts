import type { Bitmap } from '../bitmap/bitmap.ts';
import type { SubmissionStatus } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { platformKey, splitPlatformKey } from '../participant/loaders.ts';
import { treesOf } from '../study-filter/loaders.ts';
import type { FilterTree } from '../study-filter/rules.ts';
import { type Facts, loadFacts, type Pair } from './fact-loaders.ts';
import { currentGroups, heldGroups, noteStudies } from './held-loaders.ts';
import { judge, type ParticipantFacts, passes, type Verdict } from './rules.ts';

/** The answer for one participant ID and one study. */
export interface EligibilityRow {
  readonly isEligible: boolean;
  /** Why, as of the same moment; worked out where it is asked for. */
  readonly explain: () => Verdict;
  readonly participantId: string;
  /** Null where the workspace has never seen the ID. */
  readonly participantKey: number | null;
}

type FactScope = Pick<ReadScope, 'reader' | 'workspaceKeys'> & Partial<Pick<ReadScope, 'bitmaps'>>;

/** A pair, as the loader's key. */
export function pairKey(studyKey: number, participantId: string): string {
  return platformKey(studyKey, participantId);
}

/**
 * Answers for all pairs in one statement, whatever the number of studies and participants; null where there is no such
 * study in the viewer's workspaces.
 */
export async function loadEligibilities(
  scope: FactScope,
  asked: readonly string[],
): Promise<(EligibilityRow | null)[]> {
  const pairs = asked.map((each): Pair => {
    const { key, participantId } = splitPlatformKey(each);
    return { studyKey: key, participantId };
  });
  const facts = await factsOf(scope, pairs);
  const answers: (EligibilityRow | null)[] = [];
  for (const [index, pair] of pairs.entries()) {
    // Other requests get their turn in between.
    if (index % mostInTurn === mostInTurn - 1) await new Promise((resume) => setImmediate(resume));
    answers.push(facts.eligibility(pair));
  }
  return answers;
}

/**
 * The facts about pairs. Of large batches, members of groups are looked up in the bitmaps that are cached, brought up to
 * the moment of all other facts by the same statement.
 */
async function factsOf(scope: FactScope, pairs: readonly Pair[]): Promise<FactTables> {
  const { bitmaps } = scope;
  if (bitmaps === undefined || pairs.length < fewestPairs)
    return new FactTables(await loadFacts(scope, pairs));
  const { source } = bitmaps;
  const held = heldGroups(bitmaps, new Set(pairs.map(({ studyKey }) => studyKey)));
  const versions = [...held].map(([key, { pin }]) => ({ key, version: Number(pin) }));
  const facts = await loadFacts(scope, pairs, versions);
  noteStudies(bitmaps, facts);
  return new FactTables(facts, currentGroups(bitmaps, held, facts, source));
}

/** So many pairs are judged before other requests get their turn. */
const mostInTurn = 500;
/** From so many pairs on, looking their people's groups up one by one takes long enough to be spared. */
const fewestPairs = 200;

/** Facts, found by what they are about. */
class FactTables {
  readonly #now: number;
  readonly #studies = new Map<number, { workspaceKey: number; tree: FilterTree }>();
  readonly #people = new Map<string, { key: number; isErased: boolean }>();
  readonly #blocklists = new Map<number, number[]>();
  readonly #memberships = new Map<number, Map<number, number | null>>();
  readonly #submissions = new Map<number, Map<number, SubmissionStatus>>();
  readonly #namings = new Map<string, Set<number>>();

  constructor(facts: Facts, groups: ReadonlyMap<number, Bitmap> = new Map()) {
    this.#now = facts.now;
    const treeKeys = [...new Set(facts.studies.map(([, , treeKey]) => treeKey))];
    const trees = new Map(treesOf(treeKeys, facts.nodes).map((tree) => [tree.key, tree]));
    for (const [key, workspaceKey, treeKey] of facts.studies) {
      const tree = trees.get(treeKey) ?? { key: treeKey, filters: [] };
      this.#studies.set(key, { workspaceKey, tree });
    }
    for (const [workspaceKey, participantId, key, isErased] of facts.people)
      this.#people.set(platformKey(workspaceKey, participantId), { key, isErased });
    for (const [workspaceKey, groupKey] of facts.blocklists)
      this.#blocklists.set(workspaceKey, [...(this.#blocklists.get(workspaceKey) ?? []), groupKey]);
    for (const [participantKey, groupKey, joinedAt] of facts.memberships)
      entry(this.#memberships, participantKey, () => new Map()).set(groupKey, joinedAt);
    for (const [, , key] of facts.people)
      for (const [groupKey, members] of groups)
        if (members.has(key)) entry(this.#memberships, key, () => new Map()).set(groupKey, null);
    for (const [participantKey, studyKey, status] of facts.submissions)
      entry(this.#submissions, participantKey, () => new Map()).set(studyKey, status);
    for (const [treeKey, ordinal, participantId] of facts.namings)
      entry(this.#namings, platformKey(treeKey, participantId), () => new Set()).add(ordinal);
  }

  eligibility({ studyKey, participantId }: Pair): EligibilityRow | null {
    const study = this.#studies.get(studyKey);
    if (study === undefined) return null;
    const person = this.#people.get(platformKey(study.workspaceKey, participantId));
    const facts = this.#factsOf(study, participantId, person);
    const isEligible = passes(study.tree, facts);
    const explain = () => judge(study.tree, facts);
    return { isEligible, explain, participantId, participantKey: person?.key ?? null };
  }

  #factsOf(
    { workspaceKey, tree }: { workspaceKey: number; tree: FilterTree },
    participantId: string,
    person: { key: number; isErased: boolean } | undefined,
  ): ParticipantFacts {
    const key = person?.key ?? 0;
    return {
      now: this.#now,
      isErased: person?.isErased ?? false,
      memberships: this.#memberships.get(key) ?? new Map(),
      submissions: this.#submissions.get(key) ?? new Map(),
      universalBlocklists: this.#blocklists.get(workspaceKey) ?? [],
      namedBy: this.#namings.get(platformKey(tree.key, participantId)) ?? new Set(),
    };
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
