import { v7 as uuidv7 } from 'uuid';
import { sql } from '../database/sql.ts';
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
  const found = await transaction.$queryRaw<{ key: number }[]>(sql`
    WITH known AS (
      SELECT key, participant_id FROM participant
      WHERE workspace_key = ${workspaceKey}::int AND participant_id = ANY(${participantIds}::text[])),
    made AS (
      INSERT INTO participant (id, workspace_key, participant_id)
      SELECT missing.id, ${workspaceKey}::int, missing.participant_id
      FROM unnest(${participantIds.map(() => uuidv7())}::uuid[], ${participantIds}::text[]) AS missing(id, participant_id)
      WHERE NOT EXISTS (SELECT 1 FROM known WHERE known.participant_id = missing.participant_id)
      ORDER BY missing.participant_id COLLATE "C"
      ON CONFLICT (workspace_key, participant_id) DO NOTHING RETURNING key)
    SELECT key FROM known UNION ALL SELECT key FROM made`);
  if (found.length === participantIds.length) return found.map(({ key }) => key);
  // Another transaction has made some of them since the statement began: it is committed, and seen by the next one.
  return (await findParticipants(transaction, workspaceKey, participantIds)).map(({ key }) => key);
}
