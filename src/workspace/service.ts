import { requireRole } from '../access/rules.ts';
import { requireGoodNow, requireRoleNow, requireWriting } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { ForbiddenError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';

export interface NewWorkspace {
  readonly title: string;
  readonly description: string | null;
  readonly participantIdFormat: ParticipantIdFormat;
}

/** Makes a workspace; its maker becomes its admin. @throws ForbiddenError for a token narrowed to one workspace, NotFoundError */
export async function createWorkspace(
  database: Database,
  viewer: Viewer,
  call: Call,
  data: NewWorkspace,
): Promise<{ workspaceKey: number }> {
  requireWriting(viewer);
  if (viewer.narrowedTo !== null) {
    throw new ForbiddenError('This token is narrowed to one workspace and cannot create others.');
  }
  // A repeated call may come after its caller has left the workspace.
  const authorize = (transaction: Transaction) => (first: { workspaceKey: number }) =>
    requireRoleNow(transaction, viewer, first.workspaceKey, 'VIEWER', null);
  const made = await inTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await requireGoodNow(transaction, viewer);
      const { key } = await transaction.workspace.create({
        data: { ...data, members: { create: { userId: viewer.userId, role: 'ADMIN' } } },
        select: { key: true },
      });
      return { workspaceKey: key };
    }),
  );
  if (!viewer.roles.has(made.workspaceKey)) viewer.roles.set(made.workspaceKey, 'ADMIN');
  return made;
}

export interface WorkspaceEdit {
  readonly workspaceId: string;
  readonly title: string | undefined;
  readonly description: string | null | undefined;
}

/** Edits a workspace's own fields; what is undefined stays. @throws NotFoundError, ForbiddenError */
export async function updateWorkspace(
  database: Database,
  viewer: Viewer,
  call: Call,
  { workspaceId: id, title, description }: WorkspaceEdit,
): Promise<{ workspaceKey: number }> {
  const globalId = encodeGlobalId('Workspace', id);
  const [found] = await database.reader.rows<{ key: number }>(
    sql`SELECT key FROM workspace WHERE id = ${id}::uuid`,
  );
  const key = found?.key ?? 0;
  requireRole(viewer.roles.get(key), 'ADMIN', globalId);
  requireWriting(viewer);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, key, 'ADMIN', globalId);
  return inTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await transaction.$queryRaw`SELECT 1 FROM workspace WHERE key = ${key} FOR NO KEY UPDATE`;
      await authorize(transaction)();
      await transaction.workspace.update({
        where: { key },
        data: {
          ...(title === undefined ? {} : { title }),
          ...(description === undefined ? {} : { description }),
        },
      });
      return { workspaceKey: key };
    }),
  );
}
