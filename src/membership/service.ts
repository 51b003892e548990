import type { Viewer } from '../access/viewer.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import type { Transaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import type { Call } from '../idempotency/service.ts';
import { readParticipantIds } from '../participant/rules.ts';
import { ensureParticipants, findParticipants } from '../participant/service.ts';
import { type LockedGroup, lockGroupToEdit, type Writing, writeGroup } from '../participant-group/access.ts';
import { applyChange, type Change, type Changed, membersAt, membersNotIn, nobody, these } from './change.ts';
import { acceptIds, acceptReplacementIds, type EditResult, type IfInvalid, requireVersion } from './rules.ts';

/** What every edit of members says. */
export interface Edit {
  readonly call: Call;
  readonly participantGroupId: string;
  readonly note: string | null;
}

export interface ListEdit extends Edit {
  readonly participantIds: readonly string[];
  readonly ifInvalid: IfInvalid;
}

/** What an edit is made of, once the group is locked. */
type Work = (transaction: Transaction, group: LockedGroup) => Promise<EditResult>;

/**
 * Adds participants; the ones never seen come into being. Members stay as they are.
 * @throws NotFoundError, ForbiddenError, InvalidParticipantIdsError, GroupDeletedError, BusyError
 */
export async function addParticipants(writing: Writing, viewer: Viewer, edit: ListEdit): Promise<EditResult> {
  return editGroup(writing, viewer, edit, (format) => {
    const { ids, ...skips } = acceptIds(readParticipantIds(edit.participantIds, format), edit.ifInvalid);
    return async (transaction, group) => {
      const changed = await addMembers(transaction, viewer, group, ids, edit.note);
      return answer(group, changed, { ...skips, keptCount: ids.length - changed.addedCount });
    };
  });
}

/** Adds participants to a group that is locked: one change, or none where all are members. */
export async function addMembers(
  transaction: Transaction,
  viewer: Viewer,
  group: LockedGroup,
  participantIds: readonly string[],
  note: string | null,
): Promise<Changed> {
  const keys = await ensureParticipants(transaction, group.workspaceKey, participantIds);
  const change = {
    joining: these(keys),
    leaving: nobody,
    cause: 'MANUAL',
    note,
    actorId: viewer.userId,
  } as const;
  return applyChange(transaction, group, change);
}

/** Removes participants; who is not a member is left alone. @throws as `addParticipants` */
export async function removeParticipants(
  writing: Writing,
  viewer: Viewer,
  edit: ListEdit,
): Promise<EditResult> {
  return editGroup(writing, viewer, edit, (format) => {
    const { ids, ...skips } = acceptIds(readParticipantIds(edit.participantIds, format), edit.ifInvalid);
    return async (transaction, group) => {
      const known = await findParticipants(transaction, group.workspaceKey, ids);
      const leaving = these(known.map(({ key }) => key));
      const changed = await record(transaction, viewer, group, edit, {
        joining: nobody,
        leaving,
        cause: 'MANUAL',
      });
      return answer(group, changed, { ...skips, absentCount: ids.length - changed.removedCount });
    };
  });
}

/** Makes the list the whole membership, as one change. @throws as `addParticipants`, VersionConflictError */
export async function replaceParticipants(
  writing: Writing,
  viewer: Viewer,
  edit: ListEdit & { readonly expectedVersion: number | null },
): Promise<EditResult> {
  return editGroup(writing, viewer, edit, (format) => {
    const list = readParticipantIds(edit.participantIds, format);
    const { ids, ...skips } =
      list.invalidCount === 0 ? acceptIds(list, 'REJECT') : acceptReplacementIds(list, edit.ifInvalid);
    return async (transaction, group) => {
      requireVersion(edit.expectedVersion, group.version);
      const joining = these(await ensureParticipants(transaction, group.workspaceKey, ids));
      const leaving = membersNotIn(group, joining);
      const changed = await record(transaction, viewer, group, edit, {
        joining,
        leaving,
        cause: 'REPLACEMENT',
      });
      return answer(group, changed, { ...skips, keptCount: ids.length - changed.addedCount });
    };
  });
}

/** Makes the members those of an earlier version, as a new change. @throws as `replaceParticipants`, InvalidInputError */
export async function revertGroup(
  writing: Writing,
  viewer: Viewer,
  edit: Edit & { readonly toVersion: number; readonly expectedVersion: number | null },
): Promise<EditResult> {
  return editGroup(writing, viewer, edit, () => async (transaction, group) => {
    requireVersion(edit.expectedVersion, group.version);
    if (edit.toVersion < 0 || edit.toVersion > group.version) {
      const message = `Expected 0 to ${group.version}, but got ${edit.toVersion}.`;
      throw new InvalidInputError([{ path: ['input', 'toVersion'], message }]);
    }
    const joining = membersAt(group, edit.toVersion);
    const leaving = membersNotIn(group, joining);
    const changed = await record(transaction, viewer, group, edit, { joining, leaving, cause: 'REVERSION' });
    return answer(group, changed, { keptCount: changed.participantCount - changed.addedCount });
  });
}

async function editGroup(
  writing: Writing,
  viewer: Viewer,
  { call, participantGroupId }: Edit,
  prepare: (format: ParticipantIdFormat) => Work,
): Promise<EditResult> {
  return writeGroup(writing, viewer, call, participantGroupId, ({ format }) => {
    const work = prepare(format);
    return async (transaction) =>
      work(transaction, await lockGroupToEdit(transaction, viewer, participantGroupId));
  });
}

function record(
  transaction: Transaction,
  viewer: Viewer,
  group: LockedGroup,
  { note }: Edit,
  change: Pick<Change, 'joining' | 'leaving' | 'cause'>,
): Promise<Changed> {
  return applyChange(transaction, group, { ...change, note, actorId: viewer.userId });
}

function answer(
  group: LockedGroup,
  { version, addedCount, removedCount }: Changed,
  rest: Partial<EditResult>,
): EditResult {
  const none = { keptCount: 0, absentCount: 0, skippedCount: 0, skipped: [] };
  return { groupKey: group.key, version, addedCount, removedCount, ...none, ...rest };
}
