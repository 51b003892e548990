import type { Reader } from '../database/reader.ts';
import { type Sql, sql } from '../database/sql.ts';
import { loadFilters } from './list-loaders.ts';
import { type Filters, loadEligible, type SetScope } from './set-loaders.ts';
import { hasWindow, letsStrangersIn } from './set-rules.ts';

/** Who is eligible for a study by one moment. */
export interface Snapshot {
  /** Of everything that decides: as long as it is the same, so are the keys, but for what time alone decides. */
  readonly stamp: string;
  /** Of participants, ascending: in the order in which the workspace saw them. */
  readonly keys: Int32Array;
  /** Whether time alone decides as well. */
  readonly isWindowed: boolean;
  /** Whether everything that the workspace comes to know may decide. */
  readonly isOpen: boolean;
}

export interface WatchedStudy {
  readonly key: number;
  readonly id: string;
  readonly workspaceKey: number;
}

/** The stamp of what decides by now, as a snapshot has it that is `isOpen` or not; null where the study is gone. */
export async function loadStamp(
  reader: Reader,
  study: WatchedStudy,
  isOpen: boolean,
): Promise<string | null> {
  const [found] = await reader.rows<{ stamp: string }>(
    sql`SELECT ${stampOf(isOpen)} AS stamp FROM study WHERE study.key = ${study.key}::int`,
  );
  return found?.stamp ?? null;
}

/** Who is eligible by now; null where the study is gone. @throws BusyError when that takes too long */
export async function loadSnapshot(
  { reader, bitmaps }: Pick<SetScope, 'reader' | 'bitmaps'>,
  { key, workspaceKey }: WatchedStudy,
): Promise<Snapshot | null> {
  const scope = { reader, bitmaps, workspaceKeys: [workspaceKey] };
  for (;;) {
    const [filters] = await loadFilters(scope, 'study', [key]);
    if (filters === undefined) return null;
    const snapshot = await loadBy(scope, key, filters);
    // An edit of its filters has given it another tree meanwhile.
    if (snapshot !== null) return snapshot;
  }
}

/** The stamp and the keys as of one moment; null where the filters are the study's no longer. */
async function loadBy(scope: SetScope, studyKey: number, filters: Filters): Promise<Snapshot | null> {
  const isOpen = letsStrangersIn(filters.nodes);
  const stamp = sql`(SELECT ${stampOf(isOpen)} FROM study WHERE study.key = ${studyKey}::int)`;
  const found = await loadEligible(scope, filters, [filters.nodes], stamp);
  if (found?.stamp == null) return null;
  const keys = found.sets[0]?.keys() ?? new Int32Array();
  return { stamp: found.stamp, keys, isWindowed: hasWindow(filters.nodes), isOpen };
}

/**
 * Of the row `study`: its tree, which never changes; versions of the groups that it names, and of universal blocklists;
 * edits of submissions to the studies that it names, which recording that time ran out is too; and how many are erased.
 * Somebody new to the workspace comes with an edit of a group or a submission. Versions only grow and are moved by the
 * transactions that move what they count, so equal sums mean that all is as it was.
 */
function stampOf(isOpen: boolean): Sql {
  return sql`md5(ROW(study.filter_tree_key,
    (SELECT sum(participant_group.version) FROM participant_group WHERE participant_group.key IN
      (SELECT named.group_key FROM filter_node_group AS named WHERE named.tree_key = study.filter_tree_key)),
    (SELECT string_agg(concat_ws('.', participant_group.key, participant_group.version), ' ' ORDER BY participant_group.key)
      FROM participant_group WHERE participant_group.workspace_key = study.workspace_key
        AND participant_group.is_universal_blocklist AND participant_group.deleted_at IS NULL),
    (SELECT sum(other.submission_version) FROM study AS other WHERE other.key IN
      (SELECT named.study_key FROM filter_node_study AS named WHERE named.tree_key = study.filter_tree_key)),
    (SELECT count(*) FROM participant
      WHERE participant.workspace_key = study.workspace_key AND participant.erased_at IS NOT NULL),
    (SELECT sum(participant_group.version) FROM participant_group
      WHERE ${isOpen}::bool AND participant_group.workspace_key = study.workspace_key),
    (SELECT sum(other.submission_version) FROM study AS other
      WHERE ${isOpen}::bool AND other.workspace_key = study.workspace_key))::text)`;
}
