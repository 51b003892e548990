import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import type { KeyedQueue } from '../database/queue.ts';
import { sql, verbatim } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { heldOff } from '../erasure/lock.ts';
import { NotFoundError, type Role } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { GroupDeletedError } from './errors.ts';

/** What edits go through. */
export interface Writing {
  readonly database: Database;
  readonly queue: KeyedQueue;
}

/** A group as the first look sees it, before any lock. */
export interface FoundGroup {
  readonly key: number;
  readonly workspaceKey: number;
  readonly format: ParticipantIdFormat;
}

/** The first look at a group that is to be edited: refuses strangers before they queue. @throws NotFoundError, ForbiddenError */
async function findGroupToEdit(
  database: Database,
  viewer: Viewer,
  participantGroupId: string,
  role: Role = 'COLLABORATOR',
): Promise<FoundGroup> {
  const globalId = encodeGlobalId('ParticipantGroup', participantGroupId);
  const [found] = await database.reader.rows<FoundGroup>(sql`
    SELECT participant_group.key, workspace_key AS "workspaceKey", workspace.participant_id_format AS format
    FROM participant_group JOIN workspace ON workspace.key = participant_group.workspace_key
    WHERE participant_group.id = ${participantGroupId}::uuid`);
  if (found === undefined) throw new NotFoundError(globalId);
  requireRoleAtStart(viewer, found.workspaceKey, role, globalId);
  return found;
}

/** A group whose row this transaction has locked. */
export interface LockedGroup {
  readonly key: number;
  readonly workspaceKey: number;
  readonly version: number;
  readonly participantCount: number;
  readonly deletedAt: Date | null;
}

/** The same with its own fields. */
export interface LockedGroupFields extends LockedGroup {
  readonly id: string;
  readonly projectKey: number | null;
  readonly name: string;
  readonly nameKey: string;
  readonly description: string | null;
  readonly isUniversalBlocklist: boolean;
  readonly revision: number;
}

/**
 * Holds erasures off, locks a group's row, and looks again whether the viewer may. `FOR UPDATE` is for deleting; everything else leaves
 * room for who only needs the row to stay. @throws NotFoundError, ForbiddenError
 */
export async function lockGroup(
  transaction: Transaction,
  viewer: Viewer,
  participantGroupId: string,
  lock: 'FOR NO KEY UPDATE' | 'FOR UPDATE' = 'FOR NO KEY UPDATE',
): Promise<LockedGroupFields> {
  const globalId = encodeGlobalId('ParticipantGroup', participantGroupId);
  const [group] = await transaction.$queryRaw<LockedGroupFields[]>(sql`
    SELECT id, key, workspace_key AS "workspaceKey", version, participant_count AS "participantCount",
      deleted_at AS "deletedAt", project_key AS "projectKey", name, name_key AS "nameKey", description,
      is_universal_blocklist AS "isUniversalBlocklist", revision
    FROM participant_group, (SELECT ${heldOff(sql`found.workspace_key`)}
      FROM participant_group AS found WHERE found.id = ${participantGroupId}::uuid) AS held
    WHERE id = ${participantGroupId}::uuid ${verbatim(lock)} OF participant_group`);
  if (group === undefined) throw new NotFoundError(globalId);
  await requireRoleNow(transaction, viewer, group.workspaceKey, 'COLLABORATOR', globalId);
  return group;
}

/** The same for an edit, which a deleted group does not take. @throws GroupDeletedError too */
export async function lockGroupToEdit(
  transaction: Transaction,
  viewer: Viewer,
  participantGroupId: string,
): Promise<LockedGroupFields> {
  const group = await lockGroup(transaction, viewer, participantGroupId);
  if (group.deletedAt !== null) throw new GroupDeletedError(group.key);
  return group;
}

/**
 * One edit of one group, in the order that every edit keeps: a first look, a turn in the group's queue, a transaction,
 * the idempotency key, and then `effect`, which locks. A repetition looks again for the role that the first call took.
 */
export async function writeGroup<Result extends { readonly groupKey: number; readonly role?: Role }>(
  { database, queue }: Writing,
  viewer: Viewer,
  call: Call,
  participantGroupId: string,
  prepare: (found: FoundGroup) => (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const found = await findGroupToEdit(database, viewer, participantGroupId);
  const effect = prepare(found);
  const globalId = encodeGlobalId('ParticipantGroup', participantGroupId);
  return queue.run(participantGroupId, () =>
    inTransaction(database, (transaction) => {
      const authorize = ({ role = 'COLLABORATOR' }: Result) =>
        requireRoleNow(transaction, viewer, found.workspaceKey, role, globalId);
      return once(transaction, viewer, call, authorize, () => effect(transaction));
    }),
  );
}
