import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { NotFoundError, type Role, VersionConflictError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { acceptIds, type EditResult, type IfInvalid } from '../membership/rules.ts';
import { addMembers, type Writing } from '../membership/service.ts';
import { readParticipantIds } from '../participant/rules.ts';
import { findGroupToEdit, type LockedGroupFields, lockGroup, lockGroupToEdit } from './access.ts';
import { GroupInUseError, NameTakenError } from './errors.ts';
import { nameKey } from './rules.ts';

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
  const place = await findPlace(database.prisma, data.scope);
  const role: Role = data.isUniversalBlocklist ? 'ADMIN' : 'COLLABORATOR';
  requireRoleAtStart(viewer, place.workspaceKey, role, place.globalId);
  const list = acceptIds(readParticipantIds(data.participantIds, place.format), data.ifInvalid);
  return inTransaction(database, (transaction) =>
    once(transaction, viewer, call, async () => {
      await requireRoleNow(transaction, viewer, place.workspaceKey, role, place.globalId);
      await requireFreeName(transaction, place.workspaceKey, data.name);
      const { workspaceKey, projectKey } = place;
      const { name, description, isUniversalBlocklist } = data;
      const group = await transaction.participantGroup.create({
        data: { workspaceKey, projectKey, name, nameKey: nameKey(name), description, isUniversalBlocklist },
      });
      const { version, addedCount } = await addMembers(transaction, viewer, group, list.ids, data.note);
      const { skippedCount, skipped } = list;
      const numbers = { addedCount, removedCount: 0, keptCount: 0, absentCount: 0, skippedCount, skipped };
      return { groupKey: group.key, version, ...numbers };
    }),
  );
}

interface Place {
  readonly workspaceKey: number;
  readonly projectKey: number | null;
  readonly format: ParticipantIdFormat;
  readonly globalId: string;
}

async function findPlace(prisma: Writing['database']['prisma'], scope: GroupScope): Promise<Place> {
  if ('workspaceId' in scope) {
    const globalId = encodeGlobalId('Workspace', scope.workspaceId);
    const found = await prisma.workspace.findUnique({ where: { id: scope.workspaceId } });
    if (found === null) throw new NotFoundError(globalId);
    return { workspaceKey: found.key, projectKey: null, format: found.participantIdFormat, globalId };
  }
  const globalId = encodeGlobalId('Project', scope.projectId);
  const found = await prisma.project.findUnique({
    where: { id: scope.projectId },
    include: { workspace: true },
  });
  if (found === null) throw new NotFoundError(globalId);
  const { key, workspaceKey, workspace } = found;
  return { workspaceKey, projectKey: key, format: workspace.participantIdFormat, globalId };
}

/** A race for a name is lost at the unique index, and found here when the transaction is tried again. */
async function requireFreeName(
  transaction: Transaction,
  workspaceKey: number,
  name: string,
  exceptKey = 0,
): Promise<void> {
  const taken = await transaction.participantGroup.findFirst({
    where: { workspaceKey, nameKey: nameKey(name), deletedAt: null, key: { not: exceptKey } },
    select: { key: true },
  });
  if (taken !== null) throw new NameTakenError(name, taken.key);
}

export interface GroupEdit {
  readonly participantGroupId: string;
  readonly name: string | undefined;
  readonly description: string | null | undefined;
  readonly projectId: string | null | undefined;
  readonly isUniversalBlocklist: boolean | undefined;
  readonly expectedRevision: number | null;
}

/**
 * Edits a group's own fields; what is undefined stays. The revision moves only when something differs.
 * @throws NotFoundError, ForbiddenError, NameTakenError, VersionConflictError, GroupDeletedError, BusyError
 */
export async function updateGroup(
  { database, groupQueue }: Writing,
  viewer: Viewer,
  call: Call,
  edit: GroupEdit,
): Promise<{ groupKey: number }> {
  await findGroupToEdit(database, viewer, edit.participantGroupId);
  return groupQueue.run(edit.participantGroupId, () =>
    inTransaction(database, (transaction) =>
      once(transaction, viewer, call, async () => {
        const group = await lockGroupToEdit(transaction, viewer, edit.participantGroupId);
        if (edit.expectedRevision !== null && edit.expectedRevision !== group.revision) {
          throw new VersionConflictError('revision', edit.expectedRevision, group.revision);
        }
        await applyEdit(transaction, viewer, group, edit);
        return { groupKey: group.key };
      }),
    ),
  );
}

async function applyEdit(
  transaction: Transaction,
  viewer: Viewer,
  group: LockedGroupFields,
  edit: GroupEdit,
): Promise<void> {
  const now = {
    name: edit.name ?? group.name,
    description: edit.description === undefined ? group.description : edit.description,
    projectKey: await projectKeyOf(transaction, group, edit.projectId),
    isUniversalBlocklist: edit.isUniversalBlocklist ?? group.isUniversalBlocklist,
  };
  if (now.isUniversalBlocklist !== group.isUniversalBlocklist) {
    const globalId = encodeGlobalId('ParticipantGroup', edit.participantGroupId);
    await requireRoleNow(transaction, viewer, group.workspaceKey, 'ADMIN', globalId);
  }
  const names = ['name', 'description', 'projectKey', 'isUniversalBlocklist'] as const;
  if (names.every((name) => now[name] === group[name])) return;
  if (now.name !== group.name) await requireFreeName(transaction, group.workspaceKey, now.name, group.key);
  await revise(transaction, group.key, now);
}

async function projectKeyOf(
  transaction: Transaction,
  group: LockedGroupFields,
  projectId: string | null | undefined,
): Promise<number | null> {
  if (projectId == null) return projectId === null ? null : group.projectKey;
  const { workspaceKey } = group;
  const project = await transaction.project.findFirst({
    where: { id: projectId, workspaceKey },
    select: { key: true },
  });
  if (project === null) throw new NotFoundError(encodeGlobalId('Project', projectId));
  return project.key;
}

type OwnFields = Pick<LockedGroupFields, 'name' | 'description' | 'projectKey' | 'isUniversalBlocklist'>;

/** Writes own fields; `updated_at` comes from the database's clock, as every moment does, and never goes back. */
async function revise(transaction: Transaction, key: number, fields: OwnFields): Promise<void> {
  await transaction.$executeRaw`UPDATE participant_group
    SET name = ${fields.name}, name_key = ${nameKey(fields.name)}, description = ${fields.description},
      project_key = ${fields.projectKey}, is_universal_blocklist = ${fields.isUniversalBlocklist}, revision = revision + 1,
      updated_at = greatest(date_trunc('milliseconds', clock_timestamp()), updated_at + interval '1 millisecond')
    WHERE key = ${key}`;
}

/** Deletes a group, softly; deleting a deleted one changes nothing. @throws NotFoundError, ForbiddenError, GroupInUseError, BusyError */
export async function deleteGroup(
  { database, groupQueue }: Writing,
  viewer: Viewer,
  call: Call,
  participantGroupId: string,
): Promise<{ groupKey: number }> {
  await findGroupToEdit(database, viewer, participantGroupId);
  return groupQueue.run(participantGroupId, () =>
    inTransaction(database, (transaction) =>
      once(transaction, viewer, call, async () => {
        const group = await lockGroup(transaction, viewer, participantGroupId, 'FOR UPDATE');
        if (group.deletedAt === null) {
          if (group.isUniversalBlocklist) throw new GroupInUseError(true);
          await transaction.$executeRaw`UPDATE participant_group
            SET deleted_at = date_trunc('milliseconds', clock_timestamp()) WHERE key = ${group.key}`;
        }
        return { groupKey: group.key };
      }),
    ),
  );
}

/**
 * Brings a deleted group back, under a new name if one is given; restoring a live one changes nothing.
 * @throws NotFoundError, ForbiddenError, NameTakenError, BusyError
 */
export async function restoreGroup(
  { database, groupQueue }: Writing,
  viewer: Viewer,
  call: Call,
  { participantGroupId, name }: { readonly participantGroupId: string; readonly name: string | null },
): Promise<{ groupKey: number }> {
  await findGroupToEdit(database, viewer, participantGroupId);
  return groupQueue.run(participantGroupId, () =>
    inTransaction(database, (transaction) =>
      once(transaction, viewer, call, async () => {
        const group = await lockGroup(transaction, viewer, participantGroupId);
        if (group.deletedAt !== null) await restore(transaction, group, name ?? group.name);
        return { groupKey: group.key };
      }),
    ),
  );
}

async function restore(transaction: Transaction, group: LockedGroupFields, name: string): Promise<void> {
  await requireFreeName(transaction, group.workspaceKey, name, group.key);
  await transaction.participantGroup.update({ where: { key: group.key }, data: { deletedAt: null } });
  if (name !== group.name) await revise(transaction, group.key, { ...group, name });
}
