import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../database/transaction.ts';

interface KnownRow {
  key: number;
  participantId: string;
}

/** The keys of those of the IDs that the workspace has seen. */
export async function findParticipants(
  transaction: Transaction,
  workspaceKey: number,
  participantIds: readonly string[],
): Promise<KnownRow[]> {
  return transaction.$queryRaw<KnownRow[]>`
    SELECT key, participant_id AS "participantId" FROM participant
    WHERE workspace_key = ${workspaceKey} AND participant_id = ANY(${participantIds}::text[])`;
}

/**
 * The keys of the participants with these IDs (each valid and named once); the ones never seen come into being. Only
 * the missing are inserted, sorted: a conflict burns a sequence value, and unsorted inserts deadlock.
 */
export async function ensureParticipants(
  transaction: Transaction,
  workspaceKey: number,
  participantIds: readonly string[],
): Promise<number[]> {
  const known = await findParticipants(transaction, workspaceKey, participantIds);
  if (known.length === participantIds.length) return known.map(({ key }) => key);
  const seen = new Set(known.map(({ participantId }) => participantId));
  const missing = participantIds.filter((participantId) => !seen.has(participantId)).sort();
  const made = await transaction.$queryRaw<{ key: number }[]>`
    INSERT INTO participant (id, workspace_key, participant_id)
    SELECT missing.id, ${workspaceKey}::int, missing.participant_id
    FROM unnest(${missing.map(() => uuidv7())}::uuid[], ${missing}::text[]) WITH ORDINALITY
      AS missing(id, participant_id, position)
    ORDER BY missing.position
    ON CONFLICT (workspace_key, participant_id) DO NOTHING RETURNING key`;
  const won = made.length === missing.length;
  const rest = won ? made : await findParticipants(transaction, workspaceKey, missing);
  return [...known, ...rest].map(({ key }) => key);
}
