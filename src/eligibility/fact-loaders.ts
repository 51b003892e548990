import type { SubmissionStatus } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { nothing, type Sql, sql } from '../database/sql.ts';
import { effectiveStatus } from '../study/open.ts';
import { type NodeRow, nodeColumns } from '../study-filter/loaders.ts';

/** Now, as exact as the moments that it is compared with. */
export const clock = sql`date_trunc('milliseconds', now())`;

/** All that is to be known of the pairs of one batch, as of one snapshot. Rows are arrays, to be short. */
export interface Facts {
  /** ms since 1970. */
  readonly now: number;
  readonly studies: readonly (readonly [key: number, workspaceKey: number, treeKey: number])[];
  readonly nodes: readonly NodeRow[];
  readonly people: readonly (readonly [
    workspaceKey: number,
    participantId: string,
    key: number,
    isErased: boolean,
  ])[];
  readonly blocklists: readonly (readonly [workspaceKey: number, groupKey: number])[];
  readonly memberships: readonly (readonly [
    participantKey: number,
    groupKey: number,
    joinedAt: number | null,
  ])[];
  readonly submissions: readonly (readonly [
    participantKey: number,
    studyKey: number,
    status: SubmissionStatus,
  ])[];
  readonly namings: readonly (readonly [treeKey: number, ordinal: number, participantId: string])[];
  /** Of the groups that are held: their members are none of the above. */
  readonly patches: readonly Patch[];
}

/** What has changed in a group since the version that is held. */
export type Patch = readonly [
  groupKey: number,
  version: number,
  came: readonly number[],
  went: readonly number[],
];

/** A group whose members are known as of a version. */
export interface HeldGroup {
  readonly key: number;
  readonly version: number;
}

/** Edits and members since the version that is held, beyond which a group's members are looked up again. */
const mostEdits = 100;
const mostMoved = 1_000;

export interface Pair {
  readonly studyKey: number;
  readonly participantId: string;
}

function list(row: Sql, from: Sql): Sql {
  return sql`(SELECT coalesce(json_agg(json_build_array(${row})), '[]') FROM ${from})`;
}

/**
 * Everything that decides about pairs, in one statement, and so as of one snapshot: an edit is seen whole or not at all.
 * `OFFSET 0` keeps each look-up a probe of an index, whatever the planner thinks of the tables' sizes.
 */
export async function loadFacts(
  scope: Pick<ReadScope, 'reader' | 'workspaceKeys'>,
  pairs: readonly Pair[],
  held: readonly HeldGroup[] = [],
): Promise<Facts> {
  // Of none nothing is said: most questions are about one person, and what is not asked is not planned.
  const isHeld = held.length > 0;
  const [facts] = await scope.reader.rows<Facts>(sql`
    WITH studies AS MATERIALIZED (
      SELECT key, workspace_key, filter_tree_key FROM study
      WHERE key = ANY(${[...new Set(pairs.map(({ studyKey }) => studyKey))]}::int[])
        AND workspace_key = ANY(${scope.workspaceKeys}::int[])),
    pairs AS MATERIALIZED (
      SELECT studies.workspace_key, studies.filter_tree_key AS tree_key, pair.participant_id
      FROM unnest(${pairs.map(({ studyKey }) => studyKey)}::int[], ${pairs.map(({ participantId }) => participantId)}::text[])
        AS pair(study_key, participant_id) JOIN studies ON studies.key = pair.study_key),
    nodes AS MATERIALIZED (
      SELECT ${nodeColumns} FROM filter_node AS node
      WHERE node.tree_key = ANY(ARRAY(SELECT DISTINCT filter_tree_key FROM studies))),
    blocklists AS MATERIALIZED (
      SELECT key, workspace_key FROM participant_group
      WHERE workspace_key = ANY(ARRAY(SELECT DISTINCT workspace_key FROM studies))
        AND is_universal_blocklist AND deleted_at IS NULL),
    people AS MATERIALIZED (
      SELECT named.*, found.* FROM (SELECT DISTINCT workspace_key, participant_id FROM pairs) AS named
      CROSS JOIN LATERAL (SELECT key, erased_at IS NOT NULL AS is_erased FROM participant
        WHERE workspace_key = named.workspace_key AND participant_id = named.participant_id OFFSET 0) AS found),
    windowed AS MATERIALIZED (
      SELECT DISTINCT unnest("groupKeys") AS group_key FROM nodes
      WHERE "joinedWithinDays" IS NOT NULL OR "joinedBeforeDays" IS NOT NULL) ${isHeld ? heldPart(held) : nothing}
    SELECT (extract(epoch FROM ${clock}) * 1000)::float8 AS now,
      ${list(sql`key, workspace_key, filter_tree_key`, sql`studies`)} AS studies,
      (SELECT coalesce(json_agg(nodes ORDER BY "treeKey", ordinal), '[]') FROM nodes) AS nodes,
      ${list(sql`workspace_key, participant_id, key, is_erased`, sql`people`)} AS people,
      ${list(sql`workspace_key, key`, sql`blocklists`)} AS blocklists,
      ${list(sql`people.key, member.group_key, ${joinedAt}`, membersBut(isHeld ? sql`EXCEPT SELECT key FROM held` : nothing))} AS memberships,
      ${list(sql`people.key, submitted.study_key, submitted.status`, submitted)} AS submissions,
      ${list(sql`asked."treeKey", asked.ordinal, asked.participant_id`, named)} AS namings,
      ${isHeld ? list(sql`held.key, held.version, ${came}, ${went}`, sql`held`) : sql`'[]'::json`} AS patches`);
  if (facts === undefined) throw new Error('The statement of the facts answered nothing');
  return facts;
}

/** Of the groups that are held, those that have not changed much: their members need not be looked up. */
function heldPart(held: readonly HeldGroup[]): Sql {
  return sql`, held AS MATERIALIZED (
    SELECT participant_group.key, participant_group.version, said.version AS since
    FROM json_to_recordset(${JSON.stringify(held)}::json) AS said(key int, version int)
    JOIN participant_group ON participant_group.key = said.key AND ${isNear}
    WHERE said.key NOT IN (SELECT group_key FROM windowed))`;
}

const membersBut = (others: Sql) => sql`people CROSS JOIN LATERAL (
  SELECT group_key, joined_version FROM membership WHERE participant_key = people.key AND left_version IS NULL
    AND group_key = ANY(ARRAY(SELECT unnest("groupKeys") FROM nodes UNION SELECT key FROM blocklists
      ${others})) OFFSET 0) AS member
  LEFT JOIN windowed ON windowed.group_key = member.group_key`;

/** Whether what has changed in a group since it was held is little enough to be told. */
const isNear = sql`said.version <= participant_group.version
  AND participant_group.version - said.version <= ${mostEdits}::int
  AND (SELECT coalesce(sum(added_count + removed_count), 0) FROM membership_change
    WHERE group_key = said.key AND version > said.version) <= ${mostMoved}::int`;

// What bears a later version than the one that is held; who went may have come back, and is among who came then.
const came = sql`CASE WHEN held.version = held.since THEN '{}' ELSE ARRAY(SELECT participant_key FROM membership
  WHERE group_key = held.key AND joined_version > held.since AND left_version IS NULL) END`;
const went = sql`CASE WHEN held.version = held.since THEN '{}' ELSE ARRAY(SELECT participant_key FROM membership
  WHERE group_key = held.key AND left_version > held.since) END`;

const joinedAt = sql`CASE WHEN windowed.group_key IS NOT NULL THEN (
  SELECT (extract(epoch FROM occurred_at) * 1000)::float8 FROM membership_change
  WHERE group_key = member.group_key AND version = member.joined_version) END`;

const submitted = sql`people CROSS JOIN LATERAL (
  SELECT study_key, ${effectiveStatus} AS status FROM submission WHERE participant_key = people.key
    AND study_key = ANY(ARRAY(SELECT DISTINCT unnest("studyKeys") FROM nodes)) OFFSET 0) AS submitted`;

const named = sql`(SELECT DISTINCT nodes."treeKey", nodes.ordinal, pairs.participant_id FROM pairs
    JOIN nodes ON nodes."treeKey" = pairs.tree_key WHERE nodes.kind IN ('CUSTOM_ALLOWLIST', 'CUSTOM_BLOCKLIST')) AS asked
  CROSS JOIN LATERAL (SELECT FROM filter_node_participant_id AS naming WHERE naming.tree_key = asked."treeKey"
    AND naming.ordinal = asked.ordinal AND naming.participant_id = asked.participant_id OFFSET 0) AS naming`;
