import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { heldOff, holdOffErasures } from '../erasure/lock.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { findWorkspace } from '../workspace/access.ts';

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
  const workspace = await findWorkspace(database.reader, workspaceId);
  const { globalId } = workspace;
  requireRoleAtStart(viewer, workspace.key, 'COLLABORATOR', globalId);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, workspace.key, 'COLLABORATOR', globalId);
  return inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await holdOffErasures(transaction, workspace.key);
      await authorize(transaction)();
      const { key, id } = await transaction.project.create({
        data: { ...data, workspaceKey: workspace.key },
        select: { key: true, id: true },
      });
      await recordAudit(transaction, {
        workspaceKey: workspace.key,
        actorId: viewer.userId,
        action: 'PROJECT_CREATED',
        subject: { type: 'Project', id, name: data.title },
        changes: changesBetween({}, { ...data }),
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
  edit: ProjectEdit,
): Promise<{ projectKey: number }> {
  const globalId = encodeGlobalId('Project', edit.projectId);
  const [project] = await database.reader.rows<FoundProject>(
    sql`SELECT key, workspace_key AS "workspaceKey" FROM project WHERE id = ${edit.projectId}::uuid`,
  );
  if (project === undefined) throw new NotFoundError(globalId);
  const { workspaceKey } = project;
  requireRoleAtStart(viewer, workspaceKey, 'COLLABORATOR', globalId);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', globalId);
  return inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      const [before] = await transaction.$queryRaw<OwnFields[]>(sql`SELECT title, description
        FROM project, (SELECT ${heldOff(workspaceKey)}) AS held
        WHERE key = ${project.key}::int FOR NO KEY UPDATE OF project`);
      await authorize(transaction)();
      if (before === undefined) throw new NotFoundError(globalId);
      await applyEdit(transaction, viewer, project, before, edit);
      return { projectKey: project.key };
    }),
  );
}

interface FoundProject {
  readonly key: number;
  readonly workspaceKey: number;
}

interface OwnFields {
  readonly title: string;
  readonly description: string | null;
}

/** Writes what differs, if anything does. */
async function applyEdit(
  transaction: ModelTransaction,
  viewer: Viewer,
  { key, workspaceKey }: FoundProject,
  before: OwnFields,
  edit: ProjectEdit,
): Promise<void> {
  const { title = before.title, description = before.description } = edit;
  const changes = changesBetween({ ...before }, { title, description });
  if (changes.length === 0) return;
  await transaction.project.update({ where: { key }, data: { title, description } });
  await recordAudit(transaction, {
    workspaceKey,
    actorId: viewer.userId,
    action: 'PROJECT_UPDATED',
    subject: { type: 'Project', id: edit.projectId, name: title },
    changes,
  });
}
