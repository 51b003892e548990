import { requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { NotFoundError, type Role, VersionConflictError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import type { Call } from '../idempotency/service.ts';
import { isOpen, usesGroup } from '../study/open.ts';
import { type LockedGroupFields, lockGroup, lockGroupToEdit, type Writing, writeGroup } from './access.ts';
import { GroupInUseError } from './errors.ts';
import { requireFreeName } from './free-name.ts';
import { nameKey } from './rules.ts';
import { recordGroupAudit } from './trail.ts';

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
  writing: Writing,
  viewer: Viewer,
  call: Call,
  edit: GroupEdit,
): Promise<{ groupKey: number }> {
  return writeGroup(writing, viewer, call, edit.participantGroupId, () => async (transaction) => {
    const group = await lockGroupToEdit(transaction, viewer, edit.participantGroupId);
    if (edit.expectedRevision !== null && edit.expectedRevision !== group.revision) {
      throw new VersionConflictError('revision', edit.expectedRevision, group.revision);
    }
    return { groupKey: group.key, role: await applyEdit(transaction, viewer, group, edit) };
  });
}

/** Writes what differs; answers with the role that it took. */
async function applyEdit(
  transaction: Transaction,
  viewer: Viewer,
  group: LockedGroupFields,
  edit: GroupEdit,
): Promise<Role> {
  const { from, to } = await projectsOf(transaction, group, edit.projectId);
  const now = {
    name: edit.name ?? group.name,
    description: edit.description === undefined ? group.description : edit.description,
    projectKey: to.key,
    isUniversalBlocklist: edit.isUniversalBlocklist ?? group.isUniversalBlocklist,
  };
  const role = now.isUniversalBlocklist === group.isUniversalBlocklist ? 'COLLABORATOR' : 'ADMIN';
  if (role === 'ADMIN') {
    const globalId = encodeGlobalId('ParticipantGroup', edit.participantGroupId);
    await requireRoleNow(transaction, viewer, group.workspaceKey, role, globalId);
  }
  const names = ['name', 'description', 'projectKey', 'isUniversalBlocklist'] as const;
  if (names.every((name) => now[name] === group[name])) return role;
  if (now.name !== group.name) await requireFreeName(transaction, group.workspaceKey, now.name, group.key);
  await revise(transaction, group.key, now);
  const before = { ...ownFields(group), projectId: from.id };
  const after = { ...ownFields(now), projectId: to.id };
  await recordGroupAudit(transaction, viewer, group, 'PARTICIPANT_GROUP_UPDATED', before, after);
  return role;
}

interface ProjectMove {
  readonly from: { readonly key: number | null; readonly id: string | null };
  readonly to: { readonly key: number | null; readonly id: string | null };
}

/** The project that the group is in and the one that it goes to; without a move their ids are not looked up. */
async function projectsOf(
  transaction: Transaction,
  { workspaceKey, projectKey }: LockedGroupFields,
  projectId: string | null | undefined,
): Promise<ProjectMove> {
  const stays = { key: projectKey, id: null };
  if (projectId === undefined) return { from: stays, to: stays };
  const found = await transaction.$queryRaw<{ key: number; id: string }[]>`SELECT key, id FROM project
    WHERE workspace_key = ${workspaceKey} AND (key = ${projectKey} OR id = ${projectId}::uuid)`;
  const nowhere = { key: null, id: null };
  const to = projectId === null ? nowhere : found.find(({ id }) => id === projectId);
  if (to === undefined) throw new NotFoundError(encodeGlobalId('Project', projectId ?? ''));
  return { from: found.find(({ key }) => key === projectKey) ?? nowhere, to };
}

function ownFields({ name, description, isUniversalBlocklist }: OwnFields) {
  return { name, description, isUniversalBlocklist };
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
  writing: Writing,
  viewer: Viewer,
  call: Call,
  participantGroupId: string,
): Promise<{ groupKey: number }> {
  return writeGroup(writing, viewer, call, participantGroupId, () => async (transaction) => {
    const group = await lockGroup(transaction, viewer, participantGroupId, 'FOR UPDATE');
    if (group.deletedAt === null) {
      if (group.isUniversalBlocklist || (await isUsed(transaction, group.key)))
        throw new GroupInUseError(group.key, group.isUniversalBlocklist);
      await transaction.$executeRaw`UPDATE participant_group
        SET deleted_at = date_trunc('milliseconds', clock_timestamp()) WHERE key = ${group.key}`;
      const name = { name: group.name };
      await recordGroupAudit(transaction, viewer, group, 'PARTICIPANT_GROUP_DELETED', name, name);
    }
    return { groupKey: group.key };
  });
}

/** Whether an open study names the group. Who is about to name it holds its row, and so comes before or after. */
async function isUsed(transaction: Transaction, groupKey: number): Promise<boolean> {
  const [user] = await transaction.$queryRaw<{ key: number }[]>(sql`
    SELECT study.key FROM study WHERE ${usesGroup(groupKey)} AND ${isOpen} LIMIT 1`);
  return user !== undefined;
}

/**
 * Brings a deleted group back, under a new name if one is given; restoring a live one changes nothing.
 * @throws NotFoundError, ForbiddenError, NameTakenError, BusyError
 */
export async function restoreGroup(
  writing: Writing,
  viewer: Viewer,
  call: Call,
  { participantGroupId, name }: { readonly participantGroupId: string; readonly name: string | null },
): Promise<{ groupKey: number }> {
  return writeGroup(writing, viewer, call, participantGroupId, () => async (transaction) => {
    const group = await lockGroup(transaction, viewer, participantGroupId);
    if (group.deletedAt !== null) await restore(transaction, viewer, group, name ?? group.name);
    return { groupKey: group.key };
  });
}

async function restore(
  transaction: Transaction,
  viewer: Viewer,
  group: LockedGroupFields,
  name: string,
): Promise<void> {
  await requireFreeName(transaction, group.workspaceKey, name, group.key);
  // Renamed while it is still deleted: its old name may be another's, and the index looks at live groups alone.
  if (name !== group.name) await revise(transaction, group.key, { ...group, name });
  await transaction.$executeRaw(
    sql`UPDATE participant_group SET deleted_at = NULL WHERE key = ${group.key}::int`,
  );
  const before = { name: group.name };
  await recordGroupAudit(transaction, viewer, group, 'PARTICIPANT_GROUP_RESTORED', before, { name });
}
