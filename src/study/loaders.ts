import type { Study } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';

export type StudyRow = Omit<Study, 'approvedCount' | 'submissionVersion'>;

export const studyColumns = columnsOf<StudyRow>('study', [
  'key',
  'id',
  'workspaceKey',
  'projectKey',
  'name',
  'internalName',
  'description',
  'status',
  'revision',
  'totalAvailablePlaces',
  'maximumMinutes',
  'filterTreeKey',
  'filterSetKey',
  'createdAt',
  'updatedAt',
  'publishedAt',
  'isFilled',
]);

export const reviveStudy = reviveDates<StudyRow>(['createdAt', 'updatedAt', 'publishedAt']);

/** In the order in which they were made. */
export const studyOrder = {
  name: 'made',
  columns: [{ expression: 'study.key', type: 'int' }],
  descending: false,
} as const;

/** Studies by key or id, of the viewer's workspaces. */
export async function loadStudies(scope: ReadScope, asked: readonly RowKey[]): Promise<(StudyRow | null)[]> {
  const rows = await scope.reader.rows<StudyRow>(sql`
    SELECT ${studyColumns} FROM study
    WHERE ${isAsked('study', asked)}
      AND study.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}
