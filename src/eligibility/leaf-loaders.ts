import { nothing, type Sql, sql } from '../database/sql.ts';
import { effectiveStatus } from '../study/open.ts';
import { clock } from './fact-loaders.ts';
import type { GroupLeaf, Leaf } from './set-rules.ts';

/** The query of the keys of whom a leaf names, one column `key`, which may repeat one. */
export function leafKeys(workspaceKey: number, leaf: Leaf): Sql {
  if ('groupKeys' in leaf) return memberKeys(leaf);
  if ('studyKeys' in leaf) {
    return sql`SELECT submission.participant_key AS key FROM submission
      WHERE submission.study_key = ANY(${leaf.studyKeys}::int[])
        AND ${effectiveStatus} = ANY(${leaf.statuses}::submission_status[])`;
  }
  const named =
    'participantIds' in leaf
      ? sql`unnest(${leaf.participantIds}::text[]) AS named(participant_id)`
      : sql`(SELECT participant_id FROM filter_node_participant_id
          WHERE tree_key = ${leaf.treeKey}::int AND ordinal = ${leaf.ordinal}::int) AS named`;
  return sql`SELECT participant.key FROM ${named} JOIN participant USING (participant_id)
    WHERE participant.workspace_key = ${workspaceKey}::int`;
}

/** Members of the groups whose moment of joining is in the window. */
function memberKeys({ groupKeys, joinedWithinDays, joinedBeforeDays }: GroupLeaf): Sql {
  const within =
    joinedWithinDays === null
      ? nothing
      : sql`AND change.occurred_at >= ${clock} - make_interval(hours => 24 * ${joinedWithinDays}::int)`;
  const before =
    joinedBeforeDays === null
      ? nothing
      : sql`AND change.occurred_at <= ${clock} - make_interval(hours => 24 * ${joinedBeforeDays}::int)`;
  return sql`SELECT membership.participant_key AS key FROM membership JOIN membership_change AS change
    ON change.group_key = membership.group_key AND change.version = membership.joined_version
    WHERE membership.group_key = ANY(${groupKeys}::int[]) AND membership.left_version IS NULL ${within} ${before}`;
}
