import { type Page, type PageRange, pageClause, readShapedPages } from '../database/pages.ts';
import type { Participant } from '../database/prisma/client.ts';
import type { Along } from '../database/read-row.ts';
import type { ReadScope } from '../database/reader.ts';
import { type Reading, readShaped, type Shape, wholeRow } from '../database/reading.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { type Sql, sql } from '../database/sql.ts';
import { columnsIn, type Table } from '../database/table.ts';

export type ParticipantRow = Participant;

export const participantColumns = columnsOf<ParticipantRow>('participant', [
  'key',
  'id',
  'workspaceKey',
  'participantId',
  'firstSeenAt',
  'erasedAt',
]);

export const participantTable: Table<ParticipantRow> = {
  name: 'participant',
  columns: columnsIn('participant', [
    'key',
    'id',
    'workspaceKey',
    'participantId',
    'firstSeenAt',
    'erasedAt',
  ]),
  times: ['firstSeenAt', 'erasedAt'],
  numbers: ['key', 'workspaceKey'],
  plainTexts: ['id', 'participantId'],
  always: ['key', 'id'],
};

export const participantTimes = ['firstSeenAt', 'erasedAt'] as const;
export const reviveParticipant = reviveDates<ParticipantRow>(participantTimes);

/** In the order in which the workspace saw them first. */
export const participantOrder = {
  name: 'seen',
  columns: [{ expression: 'participant.key', type: 'int' }],
  reads: ['key'],
  descending: false,
} as const;

/** Participants by key or id, of the viewer's workspaces. */
export async function loadParticipants(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(ParticipantRow | null)[]> {
  const rows = await scope.reader.rows<ParticipantRow>(sql`
    SELECT ${participantColumns} FROM participant
    WHERE ${isAsked('participant', asked)}
      AND participant.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** A page of each workspace's participants, the erased left out. */
export function loadWorkspaceParticipants(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  { range, reading }: { readonly range: PageRange; readonly reading: Reading<ParticipantRow> },
): Promise<Page<ParticipantRow>[]> {
  const shape = reading.shapeIn(participantTable);
  return readShapedPages(scope.reader, workspaceKeys, range, selectParticipants(shape, range), shape);
}

/** A page of one workspace's participants, the erased left out. */
export function selectParticipants({ item }: Shape<ParticipantRow>, range: PageRange): Sql {
  return sql`SELECT ${item} FROM participant
    WHERE participant.workspace_key = parent.key AND participant.erased_at IS NULL
    ${pageClause(participantOrder, range)}`;
}

/** How many participants each workspace knows: all less the few erased, so that both are counted in an index alone. */
export async function countParticipants(
  scope: ReadScope,
  workspaceKeys: readonly number[],
): Promise<number[]> {
  const found = await scope.reader.rows<{ count: number }>(sql`
    SELECT (SELECT count(*) FROM participant WHERE workspace_key = parent.key)::int
      - (SELECT count(*) FROM participant WHERE workspace_key = parent.key AND erased_at IS NOT NULL)::int AS count
    FROM unnest(${workspaceKeys}::int[]) WITH ORDINALITY AS parent(key, position) ORDER BY parent.position`);
  return found.map(({ count }) => count);
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
  reading: Reading<ParticipantRow> = wholeRow(participantTable),
): Promise<(ParticipantRow | null)[]> {
  const pairs = asked.map(splitPlatformKey);
  const shape = reading.with(['workspaceKey', 'participantId']).shapeIn(participantTable);
  const rows = await readShaped(
    scope.reader,
    shape,
    sql`
    SELECT ${shape.item} AS item
    FROM unnest(${pairs.map(({ key }) => key)}::int[], ${pairs.map(({ participantId }) => participantId)}::text[])
      AS wanted(workspace_key, participant_id)
    JOIN participant USING (workspace_key, participant_id)
    WHERE workspace_key = ANY(${scope.workspaceKeys}::int[])`,
  );
  const byPair = new Map(rows.map((row) => [platformKey(row.workspaceKey, row.participantId), row]));
  return asked.map((pair) => byPair.get(pair) ?? null);
}

/** The participant of a workspace by an ID, read along with the workspace. */
export function participantAlong(
  participantId: string,
  reading: Reading<ParticipantRow>,
): Omit<Along, 'askers'> {
  const { item, make } = reading.shapeIn(participantTable);
  return {
    select: sql`SELECT ${item} FROM participant
      WHERE participant.workspace_key = workspace.key AND participant.participant_id = ${participantId}`,
    make: (value) => (value === null ? null : make(value)),
  };
}
