import { type Page, type PageRange, pageClause, readPages } from '../database/pages.ts';
import type { Workspace } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';

export type WorkspaceRow = Workspace;

const columns = columnsOf<WorkspaceRow>('workspace', [
  'key',
  'id',
  'title',
  'description',
  'participantIdFormat',
  'createdAt',
]);

/** In the order in which they were made. */
export const workspaceOrder = {
  name: 'made',
  columns: [{ expression: 'workspace.key', type: 'int' }],
  descending: false,
} as const;

/** Workspaces by key or id, of those that the viewer belongs to. */
export async function loadWorkspaces(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(WorkspaceRow | null)[]> {
  const rows = await scope.reader.rows<WorkspaceRow>(sql`
    SELECT ${columns} FROM workspace
    WHERE ${isAsked('workspace', asked)}
      AND workspace.key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** One page of the viewer's workspaces. */
export async function loadViewerWorkspaces(scope: ReadScope, range: PageRange): Promise<Page<WorkspaceRow>> {
  const select = sql`SELECT ${columns} FROM workspace
    WHERE workspace.key = ANY(${scope.workspaceKeys}::int[]) ${pageClause(workspaceOrder, range)}`;
  const [page] = await readPages(scope.reader, [0], range, select, reviveDates<WorkspaceRow>(['createdAt']));
  return page ?? { rows: [], hasNextPage: false, hasPreviousPage: false };
}
