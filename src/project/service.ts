import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';

export interface NewProject {
  readonly workspaceId: string;
  readonly title: string;
  readonly description: string | null;
}

/** Makes a project. @throws NotFoundError, ForbiddenError */
export async function createProject(
  database: Database,
  viewer: Viewer,
  call: Call,
  { workspaceId, ...data }: NewProject,
): Promise<{ projectKey: number }> {
  const globalId = encodeGlobalId('Workspace', workspaceId);
  const [workspace] = await database.reader.rows<{ key: number }>(
    sql`SELECT key FROM workspace WHERE id = ${workspaceId}::uuid`,
  );
  if (workspace === undefined) throw new NotFoundError(globalId);
  requireRoleAtStart(viewer, workspace.key, 'COLLABORATOR', globalId);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, workspace.key, 'COLLABORATOR', globalId);
  return inTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await authorize(transaction)();
      const { key } = await transaction.project.create({
        data: { ...data, workspaceKey: workspace.key },
        select: { key: true },
      });
      return { projectKey: key };
    }),
  );
}

export interface ProjectEdit {
  readonly projectId: string;
  readonly title: string | undefined;
  readonly description: string | null | undefined;
}

/** Edits a project's own fields; what is undefined stays. @throws NotFoundError, ForbiddenError */
export async function updateProject(
  database: Database,
  viewer: Viewer,
  call: Call,
  { projectId: id, title, description }: ProjectEdit,
): Promise<{ projectKey: number }> {
  const globalId = encodeGlobalId('Project', id);
  const [project] = await database.reader.rows<{ key: number; workspaceKey: number }>(
    sql`SELECT key, workspace_key AS "workspaceKey" FROM project WHERE id = ${id}::uuid`,
  );
  if (project === undefined) throw new NotFoundError(globalId);
  const { key, workspaceKey } = project;
  requireRoleAtStart(viewer, workspaceKey, 'COLLABORATOR', globalId);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', globalId);
  return inTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await transaction.$queryRaw`SELECT 1 FROM project WHERE key = ${key} FOR NO KEY UPDATE`;
      await authorize(transaction)();
      await transaction.project.update({
        where: { key },
        data: {
          ...(title === undefined ? {} : { title }),
          ...(description === undefined ? {} : { description }),
        },
      });
      return { projectKey: key };
    }),
  );
}
