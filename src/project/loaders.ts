import { type Page, type PageRange, pageClause, readCounts, readShapedPages } from '../database/pages.ts';
import type { Project } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { type Reading, readShaped, type Shape, wholeRow } from '../database/reading.ts';
import { arrange, isAsked, type RowKey } from '../database/rows.ts';
import { type Sql, sql } from '../database/sql.ts';
import { columnsIn, type Table } from '../database/table.ts';

export type ProjectRow = Project;

export const projectTable: Table<ProjectRow> = {
  name: 'project',
  columns: columnsIn('project', ['key', 'id', 'workspaceKey', 'title', 'description', 'createdAt']),
  times: ['createdAt'],
  numbers: ['key', 'workspaceKey'],
  plainTexts: ['id'],
  always: ['key', 'id'],
};

/** In the order in which they were made. */
export const projectOrder = {
  name: 'made',
  columns: [{ expression: 'project.key', type: 'int' }],
  reads: ['key'],
  descending: false,
} as const;

/** Projects by key or id, of the viewer's workspaces. */
export async function loadProjects(
  scope: ReadScope,
  asked: readonly RowKey[],
  reading: Reading<ProjectRow> = wholeRow(projectTable),
): Promise<(ProjectRow | null)[]> {
  const shape = reading.shapeIn(projectTable);
  const rows = await readShaped(
    scope.reader,
    shape,
    sql`
    SELECT ${shape.item} AS item FROM project
    WHERE ${isAsked('project', asked)}
      AND project.workspace_key = ANY(${scope.workspaceKeys}::int[])`,
  );
  return arrange(asked, rows);
}

/** A page of projects of each workspace. */
export function loadWorkspaceProjects(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  { range, reading }: { readonly range: PageRange; readonly reading: Reading<ProjectRow> },
): Promise<Page<ProjectRow>[]> {
  const shape = reading.shapeIn(projectTable);
  return readShapedPages(scope.reader, workspaceKeys, range, selectProjects(shape, range), shape);
}

const ofWorkspace = sql`FROM project WHERE project.workspace_key = parent.key`;

/** A page of one workspace's projects. */
export function selectProjects({ item }: Shape<ProjectRow>, range: PageRange): Sql {
  return sql`SELECT ${item} ${ofWorkspace} ${pageClause(projectOrder, range)}`;
}

/** All of one workspace's projects. */
export const allProjects = sql`SELECT 1 ${ofWorkspace}`;

/** How many projects each workspace has. */
export function countWorkspaceProjects(
  scope: ReadScope,
  workspaceKeys: readonly number[],
): Promise<number[]> {
  return readCounts(scope.reader, workspaceKeys, allProjects);
}
