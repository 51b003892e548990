import { v7 as uuidv7 } from 'uuid';
import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { loadEligibilities, pairKey } from '../eligibility/loaders.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { readParticipantIds } from '../participant/rules.ts';
import { ensureParticipants } from '../participant/service.ts';
import type { Writing } from '../participant-group/access.ts';
import { findStudy } from '../study/access.ts';
import { InvalidStudyStateError } from '../study/errors.ts';
import { countTaken } from '../study/places-service.ts';
import { type HeldStudy, holdStudies, writeSubmissions } from './access.ts';
import { AlreadySubmittedError, NotEligibleError, StudyFullError } from './errors.ts';

/** Who starts which study: the participant ID as it was given. */
export interface Start {
  readonly studyId: string;
  readonly participantId: string;
}

/**
 * Starts a participant's go at a study. Who was never seen comes into being.
 * @throws NotFoundError, ForbiddenError, InvalidParticipantIdsError, InvalidStudyStateError, AlreadySubmittedError,
 * NotEligibleError, StudyFullError, BusyError
 */
export async function startSubmission(
  { database, queue }: Writing,
  viewer: Viewer,
  call: Call,
  { studyId, participantId: given }: Start,
): Promise<{ submissionKey: number }> {
  const globalId = encodeGlobalId('Study', studyId);
  const found = await findStudy(database.reader, studyId);
  if (found === null) throw new NotFoundError(globalId);
  requireRoleAtStart(viewer, found.workspaceKey, 'COLLABORATOR', globalId);
  const participantId = readParticipantId(given, found.format);
  return queue.runAll([studyId, `${found.workspaceKey} ${participantId}`], () =>
    inTransaction(database, (transaction) => {
      const authorize = () =>
        requireRoleNow(transaction, viewer, found.workspaceKey, 'COLLABORATOR', globalId);
      return once(transaction, viewer, call, authorize, async () => {
        const [study] = await holdStudies(transaction, [found.workspaceKey], [found.key]);
        if (study === undefined) throw new NotFoundError(globalId);
        await authorize();
        await requirePlaceFor(database, transaction, study, participantId);
        const made = await insertSubmission(transaction, study, { id: uuidv7(), participantId });
        return { submissionKey: made };
      });
    }),
  );
}

/** @throws InvalidParticipantIdsError */
function readParticipantId(given: string, format: ParticipantIdFormat): string {
  const { valid, invalid, invalidCount } = readParticipantIds([given], format);
  const [participantId] = valid;
  if (participantId === undefined) throw new InvalidParticipantIdsError(invalidCount, invalid);
  return participantId;
}

/** Whether they may start, in the order of what they would ask first. @throws as `startSubmission` */
async function requirePlaceFor(
  database: Database,
  transaction: Transaction,
  study: HeldStudy,
  participantId: string,
): Promise<void> {
  if (study.status !== 'ACTIVE')
    throw new InvalidStudyStateError('Only an ACTIVE study can be started by participants.', study);
  await holdOffStarts(transaction, study.workspaceKey, participantId);
  const [earlier] = await transaction.$queryRaw<{ key: number }[]>(sql`
    SELECT submission.key FROM participant JOIN submission ON submission.participant_key = participant.key
    WHERE participant.workspace_key = ${study.workspaceKey}::int AND participant.participant_id = ${participantId}
      AND submission.study_key = ${study.key}::int`);
  if (earlier !== undefined) throw new AlreadySubmittedError(earlier.key);
  await requireEligible(database, study, participantId);
  if ((await countTaken(transaction, study.key)) >= study.totalAvailablePlaces)
    throw new StudyFullError(study.key, study.totalAvailablePlaces);
}

/**
 * Lets one participant start one study at a time: of two that keep out who has a submission to the other, they must not
 * get into both. By ID and not by row: who was never seen has none yet.
 */
async function holdOffStarts(
  transaction: Transaction,
  workspaceKey: number,
  participantId: string,
): Promise<void> {
  await transaction.$queryRaw(sql`SELECT 1 FROM (
    SELECT pg_advisory_xact_lock(hashtextextended(${`${workspaceKey} ${participantId}`}, 0))) AS held`);
}

/**
 * Asks what the field `eligibility` asks, of all that is committed by now; a statement of this transaction would take
 * its windows from the moment at which it began to wait. @throws NotEligibleError
 */
async function requireEligible(
  { reader }: Database,
  { key, workspaceKey }: HeldStudy,
  participantId: string,
): Promise<void> {
  const scope = { reader, workspaceKeys: [workspaceKey] };
  const [eligibility] = await loadEligibilities(scope, [pairKey(key, participantId)]);
  if (!eligibility) throw new Error(`Study ${key} is gone`);
  if (eligibility.isEligible) return;
  const { participantKey, explain } = eligibility;
  throw new NotEligibleError({ studyKey: key, participantId, participantKey, verdict: explain() });
}

/** Writes the submission of somebody who may start; answers with its key. */
export async function insertSubmission(
  transaction: Transaction,
  { key, workspaceKey, maximumMinutes }: HeldStudy,
  { id, participantId }: { readonly id: string; readonly participantId: string },
): Promise<number> {
  const [participantKey] = await ensureParticipants(transaction, workspaceKey, [participantId]);
  const [made] = await writeSubmissions(
    transaction,
    sql`INSERT INTO submission (id, workspace_key, study_key, participant_key, started_at, expires_at)
    SELECT ${id}::uuid, ${workspaceKey}::int, ${key}::int, ${participantKey}::int, now.at,
      now.at + make_interval(mins => ${maximumMinutes}::int)
    FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS at) AS now`,
  );
  if (made === undefined) throw new Error('No submission was made');
  return made.key;
}
