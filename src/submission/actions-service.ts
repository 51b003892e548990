import type { MatchedAction } from '../completion-code/match-service.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { applyChange, nobody, these } from '../membership/change.ts';
import type { LockedGroup } from '../participant-group/access.ts';

/** What a code does to groups, for whom and on whose word. */
export interface GroupActions {
  readonly actions: readonly MatchedAction[];
  readonly submission: { readonly key: number; readonly participantKey: number };
  readonly workspaceKey: number;
  readonly actorId: string | null;
}

/**
 * Adds the participant to groups and takes them out of others: one numbered change for each group in which that makes
 * a difference. All groups are locked first, by id.
 */
export async function editGroups(
  transaction: Transaction,
  { actions, submission, workspaceKey, actorId }: GroupActions,
): Promise<void> {
  const kinds = new Map(actions.flatMap(({ groupId, kind }) => (groupId === null ? [] : [[groupId, kind]])));
  if (kinds.size === 0) return;
  const groups = await transaction.$queryRaw<(LockedGroup & { readonly id: string })[]>(sql`
    SELECT id, key, workspace_key AS "workspaceKey", version, participant_count AS "participantCount",
      deleted_at AS "deletedAt"
    FROM participant_group WHERE id = ANY(${[...kinds.keys()]}::uuid[]) AND workspace_key = ${workspaceKey}::int
    ORDER BY id FOR NO KEY UPDATE`);
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
