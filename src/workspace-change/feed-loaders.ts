import type { Reader } from '../database/reader.ts';
import { isAsked, type RowKey } from '../database/rows.ts';
import { nothing, sql } from '../database/sql.ts';

/** What a workspace's lists show. */
export type ListedKind = 'group' | 'study';

/** How a group or a study stands: as long as its stamp is the same, a list shows it the same. */
export interface Standing {
  readonly kind: ListedKind;
  /** A UUID. */
  readonly id: string;
  readonly stamp: string;
}

/** Groups and studies that were edited, by key or by UUID. */
export type Edited = Readonly<Record<ListedKind, readonly RowKey[]>>;

/** How a workspace's groups and studies stand, in one statement: those that were edited, or all of them. */
export function loadStandings(
  reader: Reader,
  workspaceKey: number,
  edited: Edited | 'all',
): Promise<Standing[]> {
  const which = (table: string, kind: ListedKind) =>
    edited === 'all' ? nothing : sql`AND ${isAsked(table, edited[kind])}`;
  return reader.rows<Standing>(sql`
    SELECT 'group' AS kind, id, concat_ws('.', version, revision, extract(epoch FROM deleted_at), md5(${groupTexts})) AS stamp
    FROM participant_group WHERE workspace_key = ${workspaceKey}::int ${which('participant_group', 'group')}
    UNION ALL SELECT 'study', id, concat_ws('.', revision, status, submission_version, filter_tree_key, md5(${studyTexts}))
    FROM study WHERE workspace_key = ${workspaceKey}::int ${which('study', 'study')}`);
}

// An erasure replaces an ID in texts, and is no edit of whoever has them.
const groupTexts = sql`ROW(name, description)::text`;
const studyTexts = sql`ROW(name, internal_name, description)::text`;
