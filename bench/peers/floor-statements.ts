const live = 'left_version IS NULL';

/** A row for each group; its members as a piece of JSON, which is much less to parse than a thousand rows. */
const nested = `SELECT workspace.title AS workspace, project.id AS "projectId", project.title AS project,
    one.id, name, participant_count AS "participantCount", members
  FROM workspace
  CROSS JOIN LATERAL (SELECT * FROM project WHERE workspace_key = workspace.key ORDER BY key LIMIT 10) AS project
  CROSS JOIN LATERAL (SELECT * FROM participant_group WHERE project_key = project.key AND deleted_at IS NULL
    ORDER BY created_at, key LIMIT 10) AS one
  CROSS JOIN LATERAL (
    SELECT string_agg('{"id":"' || id || '","participantId":"' || participant_id || '"}', ',') AS members
    FROM (SELECT participant.id, participant_id FROM membership JOIN participant ON participant.key = participant_key
      WHERE group_key = one.key AND ${live} ORDER BY joined_version, participant_key LIMIT 10) AS page) AS members
  WHERE workspace.id = $1`;

const group = `SELECT one.id, name, one.description, participant_count AS "participantCount", version,
    last_change_at AS "lastChangeAt", workspace.id AS "workspaceId", title
  FROM participant_group AS one JOIN workspace ON workspace.key = workspace_key WHERE one.id = $1`;

/** 101 rows: whether there is a next page is whether there is one more. */
const page = `SELECT participant.id, participant_id AS "participantId", first_seen_at AS "firstSeenAt",
    joined_version AS version, participant_key AS key
  FROM membership JOIN participant ON participant.key = participant_key
  WHERE group_key = (SELECT key FROM participant_group WHERE id = $1) AND ${live}
    AND (joined_version, participant_key) > ($2::int, $3::int) ORDER BY joined_version, participant_key LIMIT 101`;

const listing = (condition: string) => `SELECT id, name, participant_count AS "participantCount",
    last_change_at AS "lastChangeAt", (count(*) OVER ())::int AS total
  FROM participant_group WHERE workspace_key = (SELECT key FROM workspace WHERE id = $1) AND deleted_at IS NULL ${condition}
  ORDER BY last_change_at DESC, key LIMIT 20`;
const list = listing('');
const search = listing(`AND position(lower($2) IN name_key) > 0`);

const joined = `SELECT person.id AS person, one.id, name, participant_count AS "participantCount"
  FROM participant AS person JOIN membership ON participant_key = person.key AND ${live}
  JOIN participant_group AS one ON one.key = group_key AND deleted_at IS NULL
  WHERE person.workspace_key = (SELECT key FROM workspace WHERE id = $1) AND person.participant_id = $2
  ORDER BY group_key LIMIT 20`;

/** One study's allowlist and blocklist of groups, of which a hundred people are asked. */
const eligible = `SELECT wanted.id AS "participantId", allowed AND NOT blocked AS "isEligible"
  FROM unnest($2::text[]) WITH ORDINALITY AS wanted(id, position)
  CROSS JOIN (SELECT workspace_key, filter_tree_key FROM study WHERE id = $1) AS study
  LEFT JOIN participant ON participant.workspace_key = study.workspace_key AND participant_id = wanted.id
  CROSS JOIN LATERAL (SELECT coalesce(bool_or(kind = 'PARTICIPANT_GROUP_ALLOWLIST'), false) AS allowed,
      coalesce(bool_or(kind = 'PARTICIPANT_GROUP_BLOCKLIST'), false) AS blocked
    FROM filter_node JOIN filter_node_group USING (tree_key, ordinal)
    JOIN membership ON membership.group_key = filter_node_group.group_key
      AND membership.participant_key = participant.key AND ${live}
    WHERE tree_key = filter_tree_key) AS found ORDER BY position`;

/** What the floor sends to PostgreSQL for a read: one prepared statement a request, written by hand. */
export const reads = { nested, group, page, list, search, joined, eligible } as const;
