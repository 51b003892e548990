import type { SubmissionStatus } from '../database/prisma/client.ts';
import type {
  BranchKind,
  CustomListKind,
  FilterTree,
  GroupListKind,
  StoredNode,
  StudyListKind,
} from '../study-filter/rules.ts';
import { describeFailure, type IneligibilityRule } from './message-rules.ts';

/** A day is 24 hours, whatever the calendar of a place says. */
const dayMilliseconds = 24 * 60 * 60 * 1_000;

/** What is known about one participant at one moment. Times are in ms since 1970, by the database's clock. */
export interface ParticipantFacts {
  readonly now: number;
  readonly isErased: boolean;
  /** The groups they are in, of those that matter, with the moment of joining where a window asks for it. */
  readonly memberships: ReadonlyMap<number, number | null>;
  /** The workspace's live universal blocklists. */
  readonly universalBlocklists: readonly number[];
  /** Effective statuses by study: what has run out of time is TIMED_OUT. */
  readonly submissions: ReadonlyMap<number, SubmissionStatus>;
  /** Ordinals of the tree's custom lists that name their ID. */
  readonly namedBy: ReadonlySet<number>;
}

/** Why somebody is not eligible: one decisive node that fails. */
export interface Reason {
  readonly rule: IneligibilityRule;
  /** Positions from the top of the filters; empty for what no filter says. */
  readonly path: readonly number[];
  readonly groupKeys: readonly number[];
  readonly message: string;
  /** What a failed `any` failed by. */
  readonly reasons: readonly Reason[];
}

export interface Verdict {
  readonly isEligible: boolean;
  /** Empty when eligible. */
  readonly reasons: readonly Reason[];
  /** The groups of allowlists that they are in, as each list's window counts them. */
  readonly matchedGroupKeys: readonly number[];
}

/** A node of filters that are stored nowhere: custom lists bring their IDs with them. */
export type PreviewNode =
  | {
      readonly kind: GroupListKind;
      readonly groupKeys: readonly number[];
      readonly joinedWithinDays: number | null;
      readonly joinedBeforeDays: number | null;
    }
  | { readonly kind: CustomListKind; readonly participantIds: readonly string[] }
  | {
      readonly kind: StudyListKind;
      readonly studyKeys: readonly number[];
      readonly statuses: readonly SubmissionStatus[];
    }
  | { readonly kind: BranchKind; readonly filters: readonly PreviewNode[] };

type Path = readonly number[];
type GroupNode = Extract<StoredNode, { readonly groupKeys: readonly number[] }>;
type StudyNode = Extract<StoredNode, { readonly studyKeys: readonly number[] }>;

/** Whether a tree lets a participant in, and if not, why not. Pure: the facts decide, and nothing else. */
export function judge(tree: FilterTree, facts: ParticipantFacts): Verdict {
  const reasons = facts.isErased
    ? [reason('ERASED', [], [])]
    : [...universalReasons(facts), ...allReasons(tree.filters, [], facts)];
  const matchedGroupKeys = [...new Set(matches(tree.filters, facts))];
  return { isEligible: reasons.length === 0, reasons, matchedGroupKeys };
}

/** Whether a tree lets a participant in: as `judge`, without saying why, and many times cheaper. */
export function passes(tree: FilterTree, facts: ParticipantFacts): boolean {
  const { isErased, universalBlocklists, memberships } = facts;
  if (isErased || universalBlocklists.some((key) => memberships.has(key))) return false;
  return tree.filters.every((node) => nodePasses(node, facts));
}

function nodePasses(node: StoredNode, facts: ParticipantFacts): boolean {
  switch (node.kind) {
    case 'PARTICIPANT_GROUP_ALLOWLIST':
      return node.groupKeys.some((key) => counts(node, key, facts));
    case 'PARTICIPANT_GROUP_BLOCKLIST':
      return !node.groupKeys.some((key) => counts(node, key, facts));
    case 'CUSTOM_ALLOWLIST':
      return facts.namedBy.has(node.ordinal);
    case 'CUSTOM_BLOCKLIST':
      return !facts.namedBy.has(node.ordinal);
    case 'PREVIOUS_STUDIES_ALLOWLIST':
      return hasSubmission(node, facts);
    case 'PREVIOUS_STUDIES_BLOCKLIST':
      return !hasSubmission(node, facts);
    case 'ALL':
      return node.filters.every((each) => nodePasses(each, facts));
    case 'ANY':
      return node.filters.some((each) => nodePasses(each, facts));
  }
}

function universalReasons({ universalBlocklists, memberships }: ParticipantFacts): Reason[] {
  const blocking = universalBlocklists.filter((key) => memberships.has(key));
  return blocking.length === 0 ? [] : [reason('UNIVERSAL_BLOCKLIST', [], blocking)];
}

/** Why the filters do not all pass; empty where they do. */
function allReasons(filters: readonly StoredNode[], path: Path, facts: ParticipantFacts): Reason[] {
  return filters.flatMap((node, index) => reasonsOf(node, [...path, index], facts));
}

function reasonsOf(node: StoredNode, path: Path, facts: ParticipantFacts): Reason[] {
  switch (node.kind) {
    case 'PARTICIPANT_GROUP_ALLOWLIST': {
      const passes = node.groupKeys.some((key) => counts(node, key, facts));
      return passes ? [] : [reason(node.kind, path, node.groupKeys, describeFailure(node))];
    }
    case 'PARTICIPANT_GROUP_BLOCKLIST': {
      const blocking = node.groupKeys.filter((key) => counts(node, key, facts));
      return blocking.length === 0 ? [] : [reason(node.kind, path, blocking, describeFailure(node))];
    }
    case 'CUSTOM_ALLOWLIST':
      return facts.namedBy.has(node.ordinal) ? [] : [reason(node.kind, path, [])];
    case 'CUSTOM_BLOCKLIST':
      return facts.namedBy.has(node.ordinal) ? [reason(node.kind, path, [])] : [];
    case 'PREVIOUS_STUDIES_ALLOWLIST':
      return hasSubmission(node, facts) ? [] : [reason(node.kind, path, [], describeFailure(node))];
    case 'PREVIOUS_STUDIES_BLOCKLIST':
      return hasSubmission(node, facts) ? [reason(node.kind, path, [], describeFailure(node))] : [];
    case 'ALL':
      return allReasons(node.filters, path, facts);
    case 'ANY':
      return anyReasons(node.filters, path, facts);
  }
}

/** One reason with all that failed, or nothing as soon as one filter passes. */
function anyReasons(filters: readonly StoredNode[], path: Path, facts: ParticipantFacts): Reason[] {
  const nested: Reason[] = [];
  for (const [index, node] of filters.entries()) {
    const failed = reasonsOf(node, [...path, index], facts);
    if (failed.length === 0) return [];
    nested.push(...failed);
  }
  return [{ ...reason('ANY_FILTER', path, []), reasons: nested }];
}

function reason(
  rule: IneligibilityRule,
  path: Path,
  groupKeys: readonly number[],
  message = describeFailure({ kind: rule }),
): Reason {
  return { rule, path, groupKeys, message, reasons: [] };
}

/** Whether they are in a group as the node's window sees it; both borders belong to it. */
function counts(node: GroupNode, groupKey: number, { memberships, now }: ParticipantFacts): boolean {
  const joinedAt = memberships.get(groupKey);
  if (joinedAt === undefined) return false;
  const { joinedWithinDays, joinedBeforeDays } = node;
  if (joinedWithinDays === null && joinedBeforeDays === null) return true;
  if (joinedAt === null) throw new Error(`No moment of joining the group ${groupKey} was read`);
  const age = now - joinedAt;
  return (
    (joinedWithinDays === null || age <= joinedWithinDays * dayMilliseconds) &&
    (joinedBeforeDays === null || age >= joinedBeforeDays * dayMilliseconds)
  );
}

function hasSubmission({ studyKeys, statuses }: StudyNode, { submissions }: ParticipantFacts): boolean {
  return studyKeys.some((key) => {
    const status = submissions.get(key);
    return status !== undefined && statuses.includes(status);
  });
}

function matches(filters: readonly StoredNode[], facts: ParticipantFacts): number[] {
  return filters.flatMap((node) => {
    if ('filters' in node) return matches(node.filters, facts);
    if (node.kind !== 'PARTICIPANT_GROUP_ALLOWLIST') return [];
    return node.groupKeys.filter((key) => counts(node, key, facts));
  });
}
