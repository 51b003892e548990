import { type Page, type PageRange, pageClause, readShapedPages } from '../database/pages.ts';
import type { Workspace } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { type Reading, readShaped, wholeRow } from '../database/reading.ts';
import { arrange, isAsked, type RowKey } from '../database/rows.ts';
import { sql } from '../database/sql.ts';
import { columnsIn, type Table } from '../database/table.ts';

export type WorkspaceRow = Workspace;

export const workspaceTable: Table<WorkspaceRow> = {
  name: 'workspace',
  columns: columnsIn('workspace', ['key', 'id', 'title', 'description', 'participantIdFormat', 'createdAt']),
  times: ['createdAt'],
  numbers: ['key'],
  plainTexts: ['id'],
  always: ['key', 'id'],
};

/** In the order in which they were made. */
export const workspaceOrder = {
  name: 'made',
  columns: [{ expression: 'workspace.key', type: 'int' }],
  reads: ['key'],
  descending: false,
} as const;

/** Workspaces by key or id, of those that the viewer belongs to. */
export async function loadWorkspaces(
  scope: ReadScope,
  asked: readonly RowKey[],
  reading: Reading<WorkspaceRow> = wholeRow(workspaceTable),
): Promise<(WorkspaceRow | null)[]> {
  const shape = reading.shapeIn(workspaceTable);
  const rows = await readShaped(
    scope.reader,
    shape,
    sql`
    SELECT ${shape.item} AS item FROM workspace
    WHERE ${isAsked('workspace', asked)}
      AND workspace.key = ANY(${scope.workspaceKeys}::int[])`,
  );
  return arrange(asked, rows);
}

/** One page of the viewer's workspaces. */
export async function loadViewerWorkspaces(
  scope: ReadScope,
  range: PageRange,
  reading: Reading<WorkspaceRow>,
): Promise<Page<WorkspaceRow>> {
  const shape = reading.shapeIn(workspaceTable);
  const select = sql`SELECT ${shape.item} FROM workspace
    WHERE workspace.key = ANY(${scope.workspaceKeys}::int[]) ${pageClause(workspaceOrder, range)}`;
  const [page] = await readShapedPages(scope.reader, [0], range, select, shape);
  return page ?? { rows: [], hasNextPage: false, hasPreviousPage: false };
}
