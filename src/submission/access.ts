import { touch } from '../database/commits.ts';
import type { Submission } from '../database/prisma/client.ts';
import type { Reader } from '../database/reader.ts';
import { type Sql, sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { heldOff } from '../erasure/lock.ts';
import type { LockedStudy } from '../study/access.ts';
import { effectiveStatus } from '../study/open.ts';

/** A submission as the first look sees it, before any lock. */
export interface FoundSubmission {
  readonly key: number;
  readonly id: string;
  readonly studyKey: number;
  readonly studyId: string;
  readonly workspaceKey: number;
}

/** The same with its effective status. */
export type SeenSubmission = FoundSubmission & Pick<Submission, 'status'>;

/** The first look at submissions that are to be edited, in no order; what is not there is left out. */
export function findSubmissions(reader: Reader, which: Sql): Promise<SeenSubmission[]> {
  return reader.rows<SeenSubmission>(sql`
    SELECT submission.key, submission.id, study.key AS "studyKey", study.id AS "studyId",
      submission.workspace_key AS "workspaceKey", ${effectiveStatus} AS status
    FROM submission JOIN study ON study.key = submission.study_key WHERE ${which}`);
}

/** Submissions with these UUIDs. */
export function withIds(ids: readonly string[]): Sql {
  return sql`submission.id = ANY(${ids}::uuid[])`;
}

/** A study whose row this transaction has locked, which holds off every other edit of its submissions. */
export type HeldStudy = Pick<
  LockedStudy,
  'key' | 'id' | 'workspaceKey' | 'name' | 'status' | 'isFilled' | 'totalAvailablePlaces' | 'maximumMinutes'
>;

/**
 * Holds erasures off and locks studies of these workspaces, by id: whoever edits a submission does, so that places are
 * counted and taken by one at a time.
 */
export function holdStudies(
  transaction: Transaction,
  workspaceKeys: readonly number[],
  keys: readonly number[],
): Promise<HeldStudy[]> {
  const sorted = workspaceKeys.toSorted((a, b) => a - b);
  return transaction.$queryRaw<HeldStudy[]>(sql`
    SELECT key, id, workspace_key AS "workspaceKey", name, status::text AS status, is_filled AS "isFilled",
      total_available_places AS "totalAvailablePlaces", maximum_minutes AS "maximumMinutes"
    FROM study, (SELECT count(${heldOff(sql`workspace.key`)}) FROM unnest(${sorted}::int[]) AS workspace(key)) AS held
    WHERE key = ANY(${keys}::int[]) ORDER BY id FOR NO KEY UPDATE OF study`);
}

/** A submission whose row this transaction has locked. */
export interface LockedSubmission
  extends Pick<
    Submission,
    'key' | 'id' | 'studyKey' | 'participantKey' | 'completedAt' | 'enteredCode' | 'codeKey'
  > {
  /** The effective one: who has run out of time is TIMED_OUT, recorded or not. */
  readonly status: Submission['status'];
  readonly isErased: boolean;
}

/** Locks submissions by id, once their studies are held. */
export function lockSubmissions(
  transaction: Transaction,
  keys: readonly number[],
): Promise<LockedSubmission[]> {
  return transaction.$queryRaw<LockedSubmission[]>(sql`
    SELECT submission.key, submission.id, submission.study_key AS "studyKey",
      submission.participant_key AS "participantKey", (${effectiveStatus})::text AS status,
      submission.completed_at AS "completedAt", submission.entered_code AS "enteredCode",
      submission.code_key AS "codeKey", participant.erased_at IS NOT NULL AS "isErased"
    FROM submission JOIN participant ON participant.key = submission.participant_key
    WHERE submission.key = ANY(${keys}::int[]) ORDER BY submission.id FOR NO KEY UPDATE OF submission`);
}

/** Which submission was written, and of which study. */
export interface WrittenSubmission {
  readonly key: number;
  readonly studyKey: number;
  readonly workspaceKey: number;
}

/**
 * Runs an INSERT or UPDATE of submissions whose studies are held, and counts it in their `submission_version`: whoever
 * watches the studies is told, and finds it by that number if it is not.
 */
export async function writeSubmissions(
  transaction: Transaction,
  statement: Sql,
): Promise<WrittenSubmission[]> {
  const written = await transaction.$queryRaw<WrittenSubmission[]>(sql`
    WITH written AS (${statement} RETURNING submission.key, submission.study_key, submission.workspace_key),
    counted AS (UPDATE study SET submission_version = submission_version + 1
      WHERE key IN (SELECT study_key FROM written))
    SELECT key, study_key AS "studyKey", workspace_key AS "workspaceKey" FROM written`);
  const studies = new Map(written.map(({ studyKey, workspaceKey }) => [studyKey, workspaceKey]));
  for (const [row, workspaceKey] of studies)
    touch(transaction, { kind: 'study', workspaceKey, row, version: 0 });
  return written;
}
