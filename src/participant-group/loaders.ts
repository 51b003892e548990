import {
  type Order,
  type Page,
  type PageRange,
  type Position,
  pageClause,
  readCounts,
  readShapedPages,
} from '../database/pages.ts';
import type { ParticipantGroup } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { type Reading, readShaped, type Shape, wholeRow } from '../database/reading.ts';
import { arrange, isAsked, type RowKey } from '../database/rows.ts';
import { nothing, type Sql, sql } from '../database/sql.ts';
import { columnsIn, type Table } from '../database/table.ts';
import { searchPattern } from './rules.ts';

export type GroupRow = ParticipantGroup;

export const groupTable: Table<GroupRow> = {
  name: 'participant_group',
  columns: columnsIn('participant_group', [
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
  ]),
  times: ['createdAt', 'updatedAt', 'lastChangeAt', 'deletedAt'],
  numbers: ['key', 'workspaceKey', 'participantCount', 'version', 'revision'],
  plainTexts: ['id'],
  always: ['key', 'id'],
};

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
  {
    column: Order['columns'][number];
    reads: keyof GroupRow;
    value: (row: GroupRow) => string | number;
  }
> = {
  NAME: {
    column: { expression: 'participant_group.name_key', type: 'text' },
    reads: 'nameKey',
    value: (row) => row.nameKey,
  },
  CREATED_AT: {
    column: { expression: 'participant_group.created_at', type: 'timestamptz' },
    reads: 'createdAt',
    value: (row) => row.createdAt.toISOString(),
  },
  UPDATED_AT: {
    column: { expression: 'participant_group.updated_at', type: 'timestamptz' },
    reads: 'updatedAt',
    value: (row) => row.updatedAt.toISOString(),
  },
  LAST_CHANGE_AT: {
    column: { expression: "coalesce(participant_group.last_change_at, 'epoch')", type: 'timestamptz' },
    reads: 'lastChangeAt',
    value: (row) => (row.lastChangeAt ?? never).toISOString(),
  },
  PARTICIPANT_COUNT: {
    column: { expression: 'participant_group.participant_count', type: 'int' },
    reads: 'participantCount',
    value: (row) => row.participantCount,
  },
};

/** The order of a list of groups; the key decides among equals. */
export function groupOrder(field: GroupOrderField, direction: 'ASC' | 'DESC') {
  const { column, reads, value } = sorted[field];
  return {
    field,
    direction,
    name: `${field} ${direction}`,
    columns: [column, { expression: 'participant_group.key', type: 'int' as const }],
    descending: direction === 'DESC',
    reads: ['key', reads] as const,
    positionOf: (row: GroupRow): Position => [value(row), row.key],
  };
}

/** Groups by key or id, deleted ones too, of the viewer's workspaces. */
export async function loadGroups(
  scope: ReadScope,
  asked: readonly RowKey[],
  reading: Reading<GroupRow> = wholeRow(groupTable),
): Promise<(GroupRow | null)[]> {
  const shape = reading.shapeIn(groupTable);
  const rows = await readShaped(
    scope.reader,
    shape,
    sql`
    SELECT ${shape.item} AS item FROM participant_group
    WHERE ${isAsked('participant_group', asked)}
      AND participant_group.workspace_key = ANY(${scope.workspaceKeys}::int[])`,
  );
  return arrange(asked, rows);
}

/** A page of the groups of each workspace or project. */
export function loadGroupPages(
  scope: ReadScope,
  parents: readonly number[],
  { range, reading, ...listing }: GroupListing & { range: PageRange; reading: Reading<GroupRow> },
): Promise<Page<GroupRow>[]> {
  const shape = reading.shapeIn(groupTable);
  return readShapedPages(scope.reader, parents, range, selectGroups(shape, range, listing), shape);
}

export interface GroupListing {
  readonly of: GroupParent;
  readonly filter: GroupFilter;
  readonly field: GroupOrderField;
  readonly direction: 'ASC' | 'DESC';
}

/** A page of the groups of one workspace or project. */
export function selectGroups(
  { item }: Shape<GroupRow>,
  range: PageRange,
  { of, filter, field, direction }: GroupListing,
): Sql {
  const order = groupOrder(field, direction);
  return sql`SELECT ${item} FROM participant_group WHERE ${condition(of, filter)} ${pageClause(order, range)}`;
}

/** All groups of one workspace or project that a filter lets through. */
export function allGroups({ of, filter }: Pick<GroupListing, 'of' | 'filter'>): Sql {
  return sql`SELECT 1 FROM participant_group WHERE ${condition(of, filter)}`;
}

/** How many groups each workspace or project has. */
export function countGroups(
  scope: ReadScope,
  parents: readonly number[],
  listing: Pick<GroupListing, 'of' | 'filter'>,
): Promise<number[]> {
  return readCounts(scope.reader, parents, allGroups(listing));
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
