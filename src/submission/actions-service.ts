import type { MatchedAction } from '../completion-code/match-service.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { applyChange, nobody, these } from '../membership/change.ts';
import type { LockedGroup } from '../participant-group/access.ts';

/** A group that a code edits, whose row this transaction has locked. */
export type HeldGroup = LockedGroup & { readonly id: string };

/** Locks the groups that a code edits, by id. None of them can be deleted from then on. */
export async function holdGroups(
  transaction: Transaction,
  actions: readonly MatchedAction[],
  workspaceKey: number,
): Promise<HeldGroup[]> {
  const ids = actions.flatMap(({ groupId }) => groupId ?? []);
  if (ids.length === 0) return [];
  return transaction.$queryRaw<HeldGroup[]>(sql`
    SELECT id, key, workspace_key AS "workspaceKey", version, participant_count AS "participantCount",
      deleted_at AS "deletedAt"
    FROM participant_group WHERE id = ANY(${ids}::uuid[]) AND workspace_key = ${workspaceKey}::int
    ORDER BY id FOR NO KEY UPDATE`);
}

/** What a code does to groups, for whom and on whose word. */
export interface GroupActions {
  readonly actions: readonly MatchedAction[];
  /** The groups that they name. */
  readonly groups: readonly HeldGroup[];
  readonly submission: { readonly key: number; readonly participantKey: number };
  readonly actorId: string | null;
}

/**
 * Adds the participant to groups and takes them out of others: one numbered change for each group in which that makes
 * a difference.
 */
export async function editGroups(
  transaction: Transaction,
  { actions, groups, submission, actorId }: GroupActions,
): Promise<void> {
  const kinds = new Map(actions.map(({ groupId, kind }) => [groupId, kind]));
  const participant = these([submission.participantKey]);
  for (const group of groups) {
    const isJoining = kinds.get(group.id) === 'ADD_TO_PARTICIPANT_GROUP';
    await applyChange(transaction, group, {
      joining: isJoining ? participant : nobody,
      leaving: isJoining ? nobody : participant,
      cause: 'COMPLETION_CODE',
      note: null,
      actorId,
      submissionKey: submission.key,
    });
  }
}
