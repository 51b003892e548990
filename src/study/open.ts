import { type Sql, sql } from '../database/sql.ts';

/** Whether the row `submission` is under way by now: whose time has run out is not, recorded or not. */
const isUnderWay: Sql = sql`(submission.status = 'ACTIVE'
  AND (submission.expires_at IS NULL OR submission.expires_at > clock_timestamp()))`;

/** The status that the row `submission` has by now. */
export const effectiveStatus: Sql = sql`CASE WHEN submission.status = 'ACTIVE' AND NOT ${isUnderWay}
  THEN 'TIMED_OUT' ELSE submission.status END`;

/**
 * Whether the row `submission` is under way or to be reviewed. By the clock, which is later than what the statement
 * sees: whoever has got the place of one that ran out of time is never counted beside it.
 */
export const isPending: Sql = sql`(submission.status IN ('ACTIVE', 'AWAITING_REVIEW')
  AND (submission.status <> 'ACTIVE' OR ${isUnderWay}))`;

/**
 * Whether the row `study` still needs what it names, as a condition in SQL: it is not completed, or has submissions
 * that are under way or to be reviewed.
 */
export const isOpen: Sql = sql`(study.status <> 'COMPLETED' OR EXISTS (
  SELECT 1 FROM submission WHERE submission.study_key = study.key AND ${isPending}))`;

/** Whether the tree that decides in the row `study` names a group. */
export function namesGroup(groupKey: Sql | number): Sql {
  return sql`study.filter_tree_key IN (
    SELECT named.tree_key FROM filter_node_group AS named WHERE named.group_key = ${groupKey})`;
}

/** Whether completion codes of the row `study` edit a group. */
export function feedsGroup(groupKey: Sql | number): Sql {
  return sql`study.key IN (${studiesFeeding(groupKey)})`;
}

function studiesFeeding(groupKey: Sql | number): Sql {
  return sql`SELECT code.study_key FROM completion_action AS action
    JOIN completion_code AS code ON code.key = action.code_key WHERE action.group_key = ${groupKey}`;
}

/**
 * Whether the row `study` names a group, in its filters or its codes. As an array: with an OR of two, or a join where
 * one row is enough, PostgreSQL would rather look at every study.
 */
export function usesGroup(groupKey: Sql | number): Sql {
  return sql`study.key = ANY(ARRAY(
    SELECT filtering.key FROM filter_node_group AS named
    JOIN study AS filtering ON filtering.filter_tree_key = named.tree_key WHERE named.group_key = ${groupKey}
    UNION ALL ${studiesFeeding(groupKey)}))`;
}

/** Trees that name a study, as rows of `tree_key`, but for its own: that goes with it. */
export function treesNaming(studyKey: Sql | number): Sql {
  return sql`SELECT named.tree_key FROM filter_node_study AS named
    JOIN filter_tree AS tree ON tree.key = named.tree_key AND tree.retired_at IS NULL
    WHERE named.study_key = ${studyKey} AND NOT EXISTS (SELECT 1 FROM study AS own WHERE own.key = named.study_key AND own.filter_set_key IS NULL
      AND own.filter_tree_key = named.tree_key)`;
}
