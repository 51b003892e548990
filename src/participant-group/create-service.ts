import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { ParticipantGroup, ParticipantIdFormat } from '../database/prisma/client.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { holdOffErasures } from '../erasure/lock.ts';
import { NotFoundError, type Role } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { acceptIds, type EditResult, type IfInvalid } from '../membership/rules.ts';
import { addMembers } from '../membership/service.ts';
import { readParticipantIds } from '../participant/rules.ts';
import type { Writing } from './access.ts';
import { requireFreeName } from './free-name.ts';
import { nameKey } from './rules.ts';
import { recordGroupAudit } from './trail.ts';

/** Where a new group goes: a workspace, or a project of one. */
export type GroupScope = { readonly workspaceId: string } | { readonly projectId: string };

export interface NewGroup {
  readonly scope: GroupScope;
  readonly name: string;
  readonly description: string | null;
  readonly isUniversalBlocklist: boolean;
  readonly participantIds: readonly string[];
  readonly ifInvalid: IfInvalid;
  readonly note: string | null;
}

/**
 * Makes a group, with its first participants if any are given.
 * @throws NotFoundError, ForbiddenError, InvalidParticipantIdsError, NameTakenError, BusyError
 */
export async function createGroup(
  { database }: Writing,
  viewer: Viewer,
  call: Call,
  data: NewGroup,
): Promise<EditResult> {
  const place = await findPlace(database.reader, data.scope);
  const role: Role = data.isUniversalBlocklist ? 'ADMIN' : 'COLLABORATOR';
  requireRoleAtStart(viewer, place.workspaceKey, role, place.globalId);
  const list = acceptIds(readParticipantIds(data.participantIds, place.format), data.ifInvalid);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, place.workspaceKey, role, place.globalId);
  return inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await holdOffErasures(transaction, place.workspaceKey);
      await authorize(transaction)();
      const group = await insertGroup(transaction, viewer, place, data);
      const { version, addedCount } = await addMembers(transaction, viewer, group, list.ids, data.note);
      const { skippedCount, skipped } = list;
      const numbers = { addedCount, removedCount: 0, keptCount: 0, absentCount: 0, skippedCount, skipped };
      return { groupKey: group.key, version, ...numbers };
    }),
  );
}

async function insertGroup(
  transaction: ModelTransaction,
  viewer: Viewer,
  { workspaceKey, projectKey }: Place,
  { scope, name, description, isUniversalBlocklist }: NewGroup,
): Promise<ParticipantGroup> {
  await requireFreeName(transaction, workspaceKey, name);
  const group = await transaction.participantGroup.create({
    data: { workspaceKey, projectKey, name, nameKey: nameKey(name), description, isUniversalBlocklist },
  });
  const projectId = 'projectId' in scope ? scope.projectId : null;
  await recordGroupAudit(transaction, viewer, group, 'PARTICIPANT_GROUP_CREATED', null, {
    name,
    description,
    projectId,
    isUniversalBlocklist,
  });
  return group;
}

interface Place {
  readonly workspaceKey: number;
  readonly projectKey: number | null;
  readonly format: ParticipantIdFormat;
  readonly globalId: string;
}

/** One statement, whether or not there is such a place. @throws NotFoundError */
async function findPlace(reader: Reader, scope: GroupScope): Promise<Place> {
  const isProject = 'projectId' in scope;
  const globalId = isProject
    ? encodeGlobalId('Project', scope.projectId)
    : encodeGlobalId('Workspace', scope.workspaceId);
  const [found] = await reader.rows<Omit<Place, 'globalId'>>(
    isProject
      ? sql`SELECT workspace.key AS "workspaceKey", project.key AS "projectKey", participant_id_format AS format
          FROM project JOIN workspace ON workspace.key = project.workspace_key WHERE project.id = ${scope.projectId}::uuid`
      : sql`SELECT key AS "workspaceKey", NULL::int AS "projectKey", participant_id_format AS format
          FROM workspace WHERE id = ${scope.workspaceId}::uuid`,
  );
  if (found === undefined) throw new NotFoundError(globalId);
  return { ...found, globalId };
}
