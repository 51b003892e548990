import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { Participant } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, type RowKey, reviveDates, splitKeys } from '../database/rows.ts';
import { sql } from '../database/sql.ts';

export type ParticipantRow = Participant;

export const participantColumns = columnsOf<ParticipantRow>('participant', [
  'key',
  'id',
  'workspaceKey',
  'participantId',
  'firstSeenAt',
]);

export const reviveParticipant = reviveDates<ParticipantRow>(['firstSeenAt']);

/** In the order in which the workspace saw them first. */
export const participantOrder = {
  name: 'seen',
  columns: [{ expression: 'participant.key', type: 'int' }],
  descending: false,
} as const;

/** Participants by key or id, of the viewer's workspaces. */
export async function loadParticipants(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(ParticipantRow | null)[]> {
  const { keys, ids } = splitKeys(asked);
  const rows = await scope.reader.rows<ParticipantRow>(sql`
    SELECT ${participantColumns} FROM participant
    WHERE (participant.key = ANY(${keys}::int[]) OR participant.id = ANY(${ids}::uuid[]))
      AND participant.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** A page of each workspace's participants. */
export function loadWorkspaceParticipants(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  range: PageRange,
): Promise<Page<ParticipantRow>[]> {
  const select = sql`SELECT ${participantColumns} FROM participant
    WHERE participant.workspace_key = parent.key ${pageClause(participantOrder, range)}`;
  return readPages(scope.reader, workspaceKeys, range, select, reviveParticipant);
}

/** How many participants each workspace knows. */
export function countParticipants(scope: ReadScope, workspaceKeys: readonly number[]): Promise<number[]> {
  return readCounts(
    scope.reader,
    workspaceKeys,
    sql`SELECT 1 FROM participant WHERE participant.workspace_key = parent.key`,
  );
}

/** One participant ID in one workspace; the text form is a loader's key. */
export function platformKey(workspaceKey: number, participantId: string): string {
  return `${workspaceKey} ${participantId}`;
}

/** Splits a `platformKey` (or a group's key and an ID) again. */
export function splitPlatformKey(key: string): { key: number; participantId: string } {
  const space = key.indexOf(' ');
  return { key: Number(key.slice(0, space)), participantId: key.slice(space + 1) };
}

/** Participants by workspace and participant ID; null where the workspace has never seen the ID. */
export async function loadByParticipantId(
  scope: ReadScope,
  asked: readonly string[],
): Promise<(ParticipantRow | null)[]> {
  const pairs = asked.map(splitPlatformKey);
  const rows = await scope.reader.rows<ParticipantRow>(sql`
    SELECT ${participantColumns}
    FROM unnest(${pairs.map(({ key }) => key)}::int[], ${pairs.map(({ participantId }) => participantId)}::text[])
      AS wanted(workspace_key, participant_id)
    JOIN participant USING (workspace_key, participant_id)
    WHERE workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  const byPair = new Map(rows.map((row) => [platformKey(row.workspaceKey, row.participantId), row]));
  return asked.map((pair) => byPair.get(pair) ?? null);
}
