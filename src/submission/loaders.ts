import type { Submission } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';
import { effectiveStatus } from '../study/open.ts';

/** A submission; its status is the effective one. */
export type SubmissionRow = Submission;

const stored = columnsOf<SubmissionRow>('submission', [
  'key',
  'id',
  'workspaceKey',
  'studyKey',
  'participantKey',
  'startedAt',
  'expiresAt',
  'completedAt',
  'enteredCode',
  'codeKey',
  'returnRequested',
  'rejectionMessage',
  'completionKey',
]);

export const submissionColumns = sql`${stored}, ${effectiveStatus} AS status`;

export const reviveSubmission = reviveDates<SubmissionRow>(['startedAt', 'expiresAt', 'completedAt']);

/** Submissions by key or id, of the viewer's workspaces. */
export async function loadSubmissions(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(SubmissionRow | null)[]> {
  const rows = await scope.reader.rows<SubmissionRow>(sql`
    SELECT ${submissionColumns} FROM submission
    WHERE ${isAsked('submission', asked)}
      AND submission.workspace_key = ANY(${scope.workspaceKeys}::int[])`);
  return arrange(asked, rows);
}
