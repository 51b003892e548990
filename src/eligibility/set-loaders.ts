import { join, nothing, type Sql, sql } from '../database/sql.ts';
import { effectiveStatus } from '../study/open.ts';
import type { BranchKind, GroupListKind, StoredNode } from '../study-filter/rules.ts';
import { clock } from './fact-loaders.ts';
import type { PreviewNode } from './rules.ts';

/** A node as it is compiled: a stored one, or one that is only asked about. */
export type SetNode =
  | Exclude<PreviewNode | StoredNode, { readonly kind: BranchKind }>
  | { readonly kind: BranchKind; readonly filters: readonly SetNode[] };

type Leaf = Exclude<SetNode, { readonly kind: BranchKind }>;
type GroupLeaf = Extract<SetNode, { readonly kind: GroupListKind }>;

/** A set of participants, or of all who are not in it; `keys` is a query of one column `key`, which may repeat one. */
interface KeySet {
  readonly isComplement: boolean;
  readonly keys: Sql;
}

/**
 * The query of the keys of a workspace's eligible participants, one column `key`, each once: who passes the filters,
 * without members of universal blocklists and the erased. Complements are moved outward (De Morgan), so that the whole
 * workspace is looked through only where the filters let in everybody but some.
 */
export function eligibleKeys(workspaceKey: number, filters: readonly SetNode[]): Sql {
  const passing = intersection(filters.map((node) => compile(workspaceKey, node)));
  const excluded = [universallyBlocked(workspaceKey), erased(workspaceKey)];
  if (!passing.isComplement) return sql`(${passing.keys}) EXCEPT (${union(excluded)})`;
  return sql`SELECT candidate.key FROM participant AS candidate
    WHERE candidate.workspace_key = ${workspaceKey}::int
      AND NOT EXISTS (SELECT FROM (${union([passing.keys, ...excluded])}) AS excluded WHERE excluded.key = candidate.key)`;
}

/**
 * Whether somebody whom no group and no study of these filters has ever seen may be eligible by them: whom the workspace
 * comes to know is then another, or may be named by a list.
 */
export function letsStrangersIn(filters: readonly SetNode[]): boolean {
  return intersection(filters.map((node) => compile(0, node))).isComplement || filters.some(namesPeople);
}

/** Whether filters see memberships by their age: then time alone decides as well. */
export function hasWindow(filters: readonly SetNode[]): boolean {
  return filters.some((node) => {
    if ('filters' in node) return hasWindow(node.filters);
    return 'groupKeys' in node && (node.joinedWithinDays !== null || node.joinedBeforeDays !== null);
  });
}

function namesPeople(node: SetNode): boolean {
  return 'filters' in node ? node.filters.some(namesPeople) : node.kind.startsWith('CUSTOM');
}

function compile(workspaceKey: number, node: SetNode): KeySet {
  switch (node.kind) {
    case 'ALL':
      return intersection(node.filters.map((each) => compile(workspaceKey, each)));
    case 'ANY':
      return complement(intersection(node.filters.map((each) => complement(compile(workspaceKey, each)))));
    default:
      return { isComplement: node.kind.endsWith('BLOCKLIST'), keys: leafKeys(workspaceKey, node) };
  }
}

function complement({ isComplement, keys }: KeySet): KeySet {
  return { isComplement: !isComplement, keys };
}

/** Whom all sets have in common; everybody where there is none. */
function intersection(sets: readonly KeySet[]): KeySet {
  const positive = sets.filter(({ isComplement }) => !isComplement).map(({ keys }) => keys);
  const negative = sets.filter(({ isComplement }) => isComplement).map(({ keys }) => keys);
  if (positive.length === 0) return { isComplement: true, keys: union(negative) };
  const common = join(
    positive.map((keys) => sql`(${keys})`),
    ' INTERSECT ',
  );
  if (negative.length === 0) return { isComplement: false, keys: common };
  return { isComplement: false, keys: sql`(${common}) EXCEPT (${union(negative)})` };
}

function union(sets: readonly Sql[]): Sql {
  if (sets.length === 0) return sql`SELECT NULL::int AS key WHERE false`;
  return join(
    sets.map((keys) => sql`(${keys})`),
    ' UNION ALL ',
  );
}

function leafKeys(workspaceKey: number, node: Leaf): Sql {
  if ('groupKeys' in node) return memberKeys(node);
  if ('studyKeys' in node) {
    return sql`SELECT submission.participant_key AS key FROM submission
      WHERE submission.study_key = ANY(${node.studyKeys}::int[])
        AND ${effectiveStatus} = ANY(${node.statuses}::submission_status[])`;
  }
  const named =
    'participantIds' in node
      ? sql`unnest(${node.participantIds}::text[]) AS named(participant_id)`
      : sql`(SELECT participant_id FROM filter_node_participant_id
          WHERE tree_key = ${node.treeKey}::int AND ordinal = ${node.ordinal}::int) AS named`;
  return sql`SELECT participant.key FROM ${named} JOIN participant USING (participant_id)
    WHERE participant.workspace_key = ${workspaceKey}::int`;
}

/** Members of the groups; the moment of joining is looked up only where a window asks for it. */
function memberKeys({ groupKeys, joinedWithinDays, joinedBeforeDays }: GroupLeaf): Sql {
  const current = sql`membership.group_key = ANY(${groupKeys}::int[]) AND membership.left_version IS NULL`;
  if (joinedWithinDays === null && joinedBeforeDays === null)
    return sql`SELECT membership.participant_key AS key FROM membership WHERE ${current}`;
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
    WHERE ${current} ${within} ${before}`;
}

function universallyBlocked(workspaceKey: number): Sql {
  return sql`SELECT membership.participant_key AS key FROM participant_group
    JOIN membership ON membership.group_key = participant_group.key
    WHERE participant_group.workspace_key = ${workspaceKey}::int AND participant_group.is_universal_blocklist
      AND participant_group.deleted_at IS NULL AND membership.left_version IS NULL`;
}

function erased(workspaceKey: number): Sql {
  return sql`SELECT participant.key FROM participant
    WHERE participant.workspace_key = ${workspaceKey}::int AND participant.erased_at IS NOT NULL`;
}
