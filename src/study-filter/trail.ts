import type { SubmissionStatus } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { encodeGlobalId } from '../global-id.ts';
import type { BranchKind, CustomListKind, GroupListKind, StudyListKind } from './rules.ts';

interface ToldRow {
  readonly ordinal: number;
  readonly parentOrdinal: number | null;
  readonly kind: GroupListKind | CustomListKind | StudyListKind | BranchKind;
  readonly joinedWithinDays: number | null;
  readonly joinedBeforeDays: number | null;
  readonly statuses: SubmissionStatus[];
  readonly participantIdCount: number;
  readonly groupIds: string[];
  readonly studyIds: string[];
}

/**
 * The filters of a tree as JSON, in the shape of the input and with global ids. Of custom lists it tells only how long
 * they are: participant IDs are kept in one place, for who is erased has to leave it.
 */
export async function tellTree(transaction: Transaction, treeKey: number): Promise<string> {
  const rows = await transaction.$queryRaw<ToldRow[]>(sql`
    SELECT node.ordinal, node.parent_ordinal AS "parentOrdinal", node.kind::text AS kind,
      node.joined_within_days AS "joinedWithinDays", node.joined_before_days AS "joinedBeforeDays",
      node.statuses::text[] AS statuses, node.participant_id_count AS "participantIdCount",
      ARRAY(SELECT found.id::text FROM filter_node_group AS named JOIN participant_group AS found ON found.key = named.group_key
        WHERE named.tree_key = node.tree_key AND named.ordinal = node.ordinal ORDER BY position) AS "groupIds",
      ARRAY(SELECT found.id::text FROM filter_node_study AS named JOIN study AS found ON found.key = named.study_key
        WHERE named.tree_key = node.tree_key AND named.ordinal = node.ordinal ORDER BY position) AS "studyIds"
    FROM filter_node AS node WHERE node.tree_key = ${treeKey}::int ORDER BY node.ordinal`);
  return JSON.stringify(tellChildren(rows, null));
}

function tellChildren(rows: readonly ToldRow[], parent: number | null): object[] {
  return rows.filter(({ parentOrdinal }) => parentOrdinal === parent).map((row) => tellNode(rows, row));
}

function tellNode(rows: readonly ToldRow[], row: ToldRow): object {
  switch (row.kind) {
    case 'PARTICIPANT_GROUP_ALLOWLIST':
      return { participantGroupAllowlist: tellGroups(row) };
    case 'PARTICIPANT_GROUP_BLOCKLIST':
      return { participantGroupBlocklist: tellGroups(row) };
    case 'CUSTOM_ALLOWLIST':
      return { customAllowlist: { participantIdCount: row.participantIdCount } };
    case 'CUSTOM_BLOCKLIST':
      return { customBlocklist: { participantIdCount: row.participantIdCount } };
    case 'PREVIOUS_STUDIES_ALLOWLIST':
      return { previousStudiesAllowlist: tellStudies(row) };
    case 'PREVIOUS_STUDIES_BLOCKLIST':
      return { previousStudiesBlocklist: tellStudies(row) };
    case 'ALL':
      return { all: tellChildren(rows, row.ordinal) };
    case 'ANY':
      return { any: tellChildren(rows, row.ordinal) };
  }
}

function tellGroups({ groupIds, joinedWithinDays, joinedBeforeDays }: ToldRow): object {
  return {
    participantGroupIds: groupIds.map((id) => encodeGlobalId('ParticipantGroup', id)),
    ...(joinedWithinDays === null ? {} : { joinedWithinDays }),
    ...(joinedBeforeDays === null ? {} : { joinedBeforeDays }),
  };
}

function tellStudies({ studyIds, statuses }: ToldRow): object {
  return { studyIds: studyIds.map((id) => encodeGlobalId('Study', id)), statuses };
}

/** Whether two trees, as `tellTree` tells them, list the same participant IDs too. */
export async function listSameIds(transaction: Transaction, one: number, other: number): Promise<boolean> {
  const [row] = await transaction.$queryRaw<{ same: boolean }[]>(sql`SELECT NOT EXISTS (
    SELECT ordinal, participant_id FROM filter_node_participant_id WHERE tree_key = ${one}::int
    EXCEPT SELECT ordinal, participant_id FROM filter_node_participant_id WHERE tree_key = ${other}::int) AS same`);
  return row?.same === true;
}
