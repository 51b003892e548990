import type { SubmissionStatus } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import type { GivenNode } from './rules.ts';

interface NodeRow {
  readonly ordinal: number;
  readonly parentOrdinal: number | null;
  readonly kind: GivenNode['kind'];
  readonly joinedWithinDays: number | null;
  readonly joinedBeforeDays: number | null;
  readonly statuses: SubmissionStatus[];
  readonly groupIds: string[];
  readonly studyIds: string[];
  readonly participantIds: string[];
}

/** A stored tree as it would be asked for, so that it can be compared and told: in full, and with empty paths. */
export async function readTree(transaction: Transaction, treeKey: number): Promise<GivenNode[]> {
  const rows = await transaction.$queryRaw<NodeRow[]>(sql`
    SELECT node.ordinal, node.parent_ordinal AS "parentOrdinal", node.kind::text AS kind,
      node.joined_within_days AS "joinedWithinDays", node.joined_before_days AS "joinedBeforeDays",
      node.statuses::text[] AS statuses,
      ARRAY(SELECT participant_group.id::text FROM filter_node_group AS named
        JOIN participant_group ON participant_group.key = named.group_key
        WHERE named.tree_key = node.tree_key AND named.ordinal = node.ordinal ORDER BY position) AS "groupIds",
      ARRAY(SELECT study.id::text FROM filter_node_study AS named JOIN study ON study.key = named.study_key
        WHERE named.tree_key = node.tree_key AND named.ordinal = node.ordinal ORDER BY position) AS "studyIds",
      ARRAY(SELECT participant_id FROM filter_node_participant_id AS named
        WHERE named.tree_key = node.tree_key AND named.ordinal = node.ordinal
        ORDER BY participant_id) AS "participantIds"
    FROM filter_node AS node WHERE node.tree_key = ${treeKey}::int ORDER BY node.ordinal`);
  return childrenOf(rows, null);
}

function childrenOf(rows: readonly NodeRow[], parent: number | null): GivenNode[] {
  return rows.filter(({ parentOrdinal }) => parentOrdinal === parent).map((row) => toGiven(rows, row));
}

function toGiven(rows: readonly NodeRow[], row: NodeRow): GivenNode {
  const path: GivenNode['path'] = [];
  switch (row.kind) {
    case 'PARTICIPANT_GROUP_ALLOWLIST':
    case 'PARTICIPANT_GROUP_BLOCKLIST': {
      const { kind, groupIds, joinedWithinDays, joinedBeforeDays } = row;
      return { kind, path, groupIds, joinedWithinDays, joinedBeforeDays };
    }
    case 'CUSTOM_ALLOWLIST':
    case 'CUSTOM_BLOCKLIST':
      return { kind: row.kind, path, participantIds: row.participantIds };
    case 'PREVIOUS_STUDIES_ALLOWLIST':
    case 'PREVIOUS_STUDIES_BLOCKLIST':
      return { kind: row.kind, path, studyIds: row.studyIds, statuses: row.statuses };
    case 'ALL':
    case 'ANY':
      return { kind: row.kind, path, filters: childrenOf(rows, row.ordinal) };
  }
}
