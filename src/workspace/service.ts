import { requireGoodNow, requireRoleAtStart, requireRoleNow, requireWriting } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { heldOff } from '../erasure/lock.ts';
import { ForbiddenError, NotFoundError, type Role } from '../errors.ts';
import { type Call, once } from '../idempotency/service.ts';
import { findWorkspace } from './access.ts';

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
  // A repeated call may come after its caller has left the workspace, or has another role in it.
  let role: Role = 'ADMIN';
  const authorize = (transaction: Transaction) => async (first: { workspaceKey: number }) => {
    role = await requireRoleNow(transaction, viewer, first.workspaceKey, 'VIEWER', null);
  };
  const made = await inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await requireGoodNow(transaction, viewer);
      const { key, id } = await transaction.workspace.create({
        data: { ...data, members: { create: { userId: viewer.userId, role: 'ADMIN' } } },
        select: { key: true, id: true },
      });
      await recordAudit(transaction, {
        workspaceKey: key,
        actorId: viewer.userId,
        action: 'WORKSPACE_CREATED',
        subject: { type: 'Workspace', id, name: data.title },
        changes: changesBetween({}, { ...data }),
      });
      return { workspaceKey: key };
    }),
  );
  viewer.roles.set(made.workspaceKey, role);
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
  edit: WorkspaceEdit,
): Promise<{ workspaceKey: number }> {
  const { key, globalId } = await findWorkspace(database.reader, edit.workspaceId);
  requireRoleAtStart(viewer, key, 'ADMIN', globalId);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, key, 'ADMIN', globalId);
  return inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      const [before] = await transaction.$queryRaw<OwnFields[]>(sql`SELECT title, description
        FROM workspace, (SELECT ${heldOff(key)}) AS held WHERE key = ${key}::int FOR NO KEY UPDATE OF workspace`);
      await authorize(transaction)();
      if (before === undefined) throw new NotFoundError(globalId);
      await applyEdit(transaction, viewer, key, before, edit);
      return { workspaceKey: key };
    }),
  );
}

interface OwnFields {
  readonly title: string;
  readonly description: string | null;
}

/** Writes what differs, if anything does. */
async function applyEdit(
  transaction: ModelTransaction,
  viewer: Viewer,
  key: number,
  before: OwnFields,
  edit: WorkspaceEdit,
): Promise<void> {
  const { title = before.title, description = before.description } = edit;
  const changes = changesBetween({ ...before }, { title, description });
  if (changes.length === 0) return;
  await transaction.workspace.update({ where: { key }, data: { title, description } });
  await recordAudit(transaction, {
    workspaceKey: key,
    actorId: viewer.userId,
    action: 'WORKSPACE_UPDATED',
    subject: { type: 'Workspace', id: edit.workspaceId, name: title },
    changes,
  });
}
