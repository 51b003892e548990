import type { SubmissionStatus } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import type {
  BranchKind,
  CustomListKind,
  FilterTree,
  GroupListKind,
  StoredNode,
  StudyListKind,
} from './rules.ts';

/** A node as it is read; `treesOf` makes trees of them. */
export interface NodeRow {
  readonly treeKey: number;
  readonly ordinal: number;
  readonly parentOrdinal: number | null;
  readonly kind: GroupListKind | CustomListKind | StudyListKind | BranchKind;
  readonly joinedWithinDays: number | null;
  readonly joinedBeforeDays: number | null;
  readonly statuses: SubmissionStatus[];
  readonly participantIdCount: number;
  readonly groupKeys: number[];
  readonly studyKeys: number[];
}

/** What is read of `filter_node AS node`. */
export const nodeColumns = sql`node.tree_key AS "treeKey", node.ordinal, node.parent_ordinal AS "parentOrdinal", node.kind,
  node.joined_within_days AS "joinedWithinDays", node.joined_before_days AS "joinedBeforeDays",
  node.statuses::text[] AS statuses, node.participant_id_count AS "participantIdCount",
  ARRAY(SELECT group_key FROM filter_node_group AS named
    WHERE named.tree_key = node.tree_key AND named.ordinal = node.ordinal ORDER BY position) AS "groupKeys",
  ARRAY(SELECT study_key FROM filter_node_study AS named
    WHERE named.tree_key = node.tree_key AND named.ordinal = node.ordinal ORDER BY position) AS "studyKeys"`;

/** Trees by key, of the viewer's workspaces, in one statement; one without nodes lets everyone pass. */
export async function loadTrees(scope: ReadScope, treeKeys: readonly number[]): Promise<FilterTree[]> {
  const rows = await scope.reader.rows<NodeRow>(sql`
    SELECT ${nodeColumns} FROM filter_node AS node
    WHERE node.tree_key = ANY(${treeKeys}::int[]) AND node.workspace_key = ANY(${scope.workspaceKeys}::int[])
    ORDER BY node.tree_key, node.ordinal`);
  return treesOf(treeKeys, rows);
}

/** The trees that rows make, which come in the order of their ordinals. */
export function treesOf(treeKeys: readonly number[], rows: readonly NodeRow[]): FilterTree[] {
  const byTree = new Map<number, NodeRow[]>(treeKeys.map((key) => [key, []]));
  for (const row of rows) byTree.get(row.treeKey)?.push(row);
  return treeKeys.map((key) => ({ key, filters: childrenOf(byTree.get(key) ?? [], null) }));
}

function childrenOf(rows: readonly NodeRow[], parent: number | null): StoredNode[] {
  return rows.filter(({ parentOrdinal }) => parentOrdinal === parent).map((row) => toNode(rows, row));
}

function toNode(rows: readonly NodeRow[], row: NodeRow): StoredNode {
  const { treeKey, ordinal, kind } = row;
  switch (kind) {
    case 'PARTICIPANT_GROUP_ALLOWLIST':
    case 'PARTICIPANT_GROUP_BLOCKLIST': {
      const { groupKeys, joinedWithinDays, joinedBeforeDays } = row;
      return { treeKey, ordinal, kind, groupKeys, joinedWithinDays, joinedBeforeDays };
    }
    case 'CUSTOM_ALLOWLIST':
    case 'CUSTOM_BLOCKLIST':
      return { treeKey, ordinal, kind, participantIdCount: row.participantIdCount };
    case 'PREVIOUS_STUDIES_ALLOWLIST':
    case 'PREVIOUS_STUDIES_BLOCKLIST':
      return { treeKey, ordinal, kind, studyKeys: row.studyKeys, statuses: row.statuses };
    case 'ALL':
    case 'ANY':
      return { treeKey, ordinal, kind, filters: childrenOf(rows, ordinal) };
  }
}
