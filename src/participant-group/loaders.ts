import {
  type Order,
  type Page,
  type PageRange,
  type Position,
  pageClause,
  readCounts,
  readPages,
} from '../database/pages.ts';
import type { ParticipantGroup } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { nothing, type Sql, sql } from '../database/sql.ts';
import { searchPattern } from './rules.ts';

export type GroupRow = ParticipantGroup;

export const groupColumns = columnsOf<GroupRow>('participant_group', [
  'key',
  'id',
  'workspaceKey',
  'projectKey',
  'name',
  'nameKey',
  'description',
  'isUniversalBlocklist',
  'participantCount',
  'version',
  'revision',
  'createdAt',
  'updatedAt',
  'lastChangeAt',
  'deletedAt',
]);

export const groupTimes = ['createdAt', 'updatedAt', 'lastChangeAt', 'deletedAt'] as const;
export const reviveGroup = reviveDates<GroupRow>(groupTimes);

export type GroupOrderField = 'NAME' | 'CREATED_AT' | 'UPDATED_AT' | 'LAST_CHANGE_AT' | 'PARTICIPANT_COUNT';

/** Which groups of a workspace or project, already checked. */
export interface GroupFilter {
  readonly search: string | null;
  readonly deleted: 'EXCLUDE' | 'INCLUDE' | 'ONLY';
  readonly hasParticipant: string | null;
}

/** Whose groups: all of a workspace, or a project's own. */
export type GroupParent = 'workspace' | 'project';

const never = new Date(0);

const sorted: Record<
  GroupOrderField,
  { column: Order['columns'][number]; value: (row: GroupRow) => string | number }
> = {
  NAME: { column: { expression: 'participant_group.name_key', type: 'text' }, value: (row) => row.nameKey },
  CREATED_AT: {
    column: { expression: 'participant_group.created_at', type: 'timestamptz' },
    value: (row) => row.createdAt.toISOString(),
  },
  UPDATED_AT: {
    column: { expression: 'participant_group.updated_at', type: 'timestamptz' },
    value: (row) => row.updatedAt.toISOString(),
  },
  LAST_CHANGE_AT: {
    column: { expression: "coalesce(participant_group.last_change_at, 'epoch')", type: 'timestamptz' },
    value: (row) => (row.lastChangeAt ?? never).toISOString(),
  },
  PARTICIPANT_COUNT: {
    column: { expression: 'participant_group.participant_count', type: 'int' },
    value: (row) => row.participantCount,
  },
};

/** The order of a list of groups; the key decides among equals. */
export function groupOrder(field: GroupOrderField, direction: 'ASC' | 'DESC') {
  const { column, value } = sorted[field];
  return {
    name: `${field} ${direction}`,
    columns: [column, { expression: 'participant_group.key', type: 'int' as const }],
    descending: direction === 'DESC',
    positionOf: (row: GroupRow): Position => [value(row), row.key],
  };
}

/** Groups by key or id, deleted ones too, of the viewer's workspaces. */
export async function loadGroups(scope: ReadScope, asked: readonly RowKey[]): Promise<(GroupRow | null)[]> {
  const rows = await scope.reader.rows<GroupRow>(sql`
    SELECT ${groupColumns} FROM participant_group
    WHERE ${isAsked('participant_group', asked)}
      AND participant_group.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** A page of the groups of each workspace or project. */
export function loadGroupPages(
  scope: ReadScope,
  parents: readonly number[],
  { of, filter, field, direction, range }: GroupListing,
): Promise<Page<GroupRow>[]> {
  const select = sql`SELECT ${groupColumns} FROM participant_group
    WHERE ${condition(of, filter)} ${pageClause(groupOrder(field, direction), range)}`;
  return readPages(scope.reader, parents, range, select, reviveGroup);
}

export interface GroupListing {
  readonly of: GroupParent;
  readonly filter: GroupFilter;
  readonly field: GroupOrderField;
  readonly direction: 'ASC' | 'DESC';
  readonly range: PageRange;
}

/** How many groups each workspace or project has. */
export function countGroups(
  scope: ReadScope,
  parents: readonly number[],
  { of, filter }: Pick<GroupListing, 'of' | 'filter'>,
): Promise<number[]> {
  return readCounts(
    scope.reader,
    parents,
    sql`SELECT 1 FROM participant_group WHERE ${condition(of, filter)}`,
  );
}

function condition(of: GroupParent, { search, deleted, hasParticipant }: GroupFilter): Sql {
  const parent =
    of === 'workspace'
      ? sql`participant_group.workspace_key = parent.key`
      : sql`participant_group.project_key = parent.key`;
  const life = {
    EXCLUDE: sql`AND participant_group.deleted_at IS NULL`,
    INCLUDE: nothing,
    ONLY: sql`AND participant_group.deleted_at IS NOT NULL`,
  }[deleted];
  const named = search === null ? nothing : sql`AND participant_group.name_key LIKE ${searchPattern(search)}`;
  const having = hasParticipant === null ? nothing : sql`AND ${isGroupOf(of, hasParticipant)}`;
  return sql`${parent} ${life} ${named} ${having}`;
}

/** From the participant to their groups, once: asking each group of the workspace costs as much as there are groups. */
function isGroupOf(of: GroupParent, participantId: string): Sql {
  const workspaceKey =
    of === 'workspace'
      ? sql`parent.key`
      : sql`(SELECT project.workspace_key FROM project WHERE project.key = parent.key)`;
  return sql`participant_group.key = ANY(ARRAY(SELECT membership.group_key
    FROM participant JOIN membership ON membership.participant_key = participant.key AND membership.left_version IS NULL
    WHERE participant.workspace_key = ${workspaceKey} AND participant.participant_id = ${participantId}))`;
}
