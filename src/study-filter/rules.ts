import type { SubmissionStatus } from '../database/prisma/client.ts';

/** Limits of one tree. */
export const deepestTree = 5;
export const mostNodes = 100;
export const mostGroups = 100;
export const mostStudies = 100;
export const mostCustomIds = 50_000;
/** A hundred years: no membership is older. */
export const longestWindow = 36_500;

/** How many of each a list is taken to hold where the cost of a query is counted: trees are small, and 100 nodes in all. */
export const usualCounts = { topLevel: 10, below: 2, named: 10 } as const;

export type GroupListKind = 'PARTICIPANT_GROUP_ALLOWLIST' | 'PARTICIPANT_GROUP_BLOCKLIST';
export type CustomListKind = 'CUSTOM_ALLOWLIST' | 'CUSTOM_BLOCKLIST';
export type StudyListKind = 'PREVIOUS_STUDIES_ALLOWLIST' | 'PREVIOUS_STUDIES_BLOCKLIST';
export type BranchKind = 'ALL' | 'ANY';

type Path = readonly (string | number)[];

/** A node as it is asked for, checked but for what only the database knows; `path` leads to it from the argument. */
export type GivenNode =
  | {
      readonly kind: GroupListKind;
      readonly path: Path;
      /** UUIDs. */
      readonly groupIds: readonly string[];
      readonly joinedWithinDays: number | null;
      readonly joinedBeforeDays: number | null;
    }
  | { readonly kind: CustomListKind; readonly path: Path; readonly participantIds: readonly string[] }
  | {
      readonly kind: StudyListKind;
      readonly path: Path;
      /** UUIDs. */
      readonly studyIds: readonly string[];
      readonly statuses: readonly SubmissionStatus[];
    }
  | { readonly kind: BranchKind; readonly path: Path; readonly filters: readonly GivenNode[] };

/** Every status. */
export const allStatuses: readonly SubmissionStatus[] = [
  'ACTIVE',
  'AWAITING_REVIEW',
  'APPROVED',
  'REJECTED',
  'RETURNED',
  'TIMED_OUT',
];

/** Where a node is stored. `ordinal` numbers the nodes of a tree in the order of reading. */
interface StoredPlace {
  readonly treeKey: number;
  readonly ordinal: number;
}

export interface GroupListNode extends StoredPlace {
  readonly kind: GroupListKind;
  readonly groupKeys: readonly number[];
  readonly joinedWithinDays: number | null;
  readonly joinedBeforeDays: number | null;
}

export interface CustomListNode extends StoredPlace {
  readonly kind: CustomListKind;
  readonly participantIdCount: number;
}

export interface StudyListNode extends StoredPlace {
  readonly kind: StudyListKind;
  readonly studyKeys: readonly number[];
  readonly statuses: readonly SubmissionStatus[];
}

export interface BranchNode extends StoredPlace {
  readonly kind: BranchKind;
  readonly filters: readonly StoredNode[];
}

/** A node as it is stored. */
export type StoredNode = GroupListNode | CustomListNode | StudyListNode | BranchNode;

/** A tree of filters; its top level is an implicit `all`. */
export interface FilterTree {
  readonly key: number;
  readonly filters: readonly StoredNode[];
}

/** Every node of a tree, parents before their children. */
export function nodesOf(filters: readonly StoredNode[]): StoredNode[] {
  return filters.flatMap((node) => ('filters' in node ? [node, ...nodesOf(node.filters)] : [node]));
}
