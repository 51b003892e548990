import { matchCode } from '../completion-code/match-service.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import type { ModelTransaction, Transaction } from '../database/transaction.ts';
import { type HeldStudy, holdStudies } from '../submission/access.ts';
import { handInCode } from '../submission/complete-service.ts';
import { recordTimeouts } from '../submission/expire-service.ts';
import { writeMoves } from '../submission/move-service.ts';
import { insertSubmission } from '../submission/start-service.ts';
import { demoIds, demoParticipantId } from './people.ts';
import { type DemoSubmission, demoSubmissions } from './submission-story.ts';

/** Lets participants take wave 2, once the demonstration's studies are there: what they hand in runs its actions. */
export async function seedSubmissions(transaction: ModelTransaction): Promise<void> {
  const { key, workspaceKey } = await transaction.study.findUniqueOrThrow({
    where: { id: demoIds.study(2) },
    select: { key: true, workspaceKey: true },
  });
  const [study] = await holdStudies(transaction, [workspaceKey], [key]);
  if (study === undefined) throw new Error('Wave 2 is gone');
  for (const [index, submission] of demoSubmissions.entries())
    await seedSubmission(transaction, study, demoIds.submission(index + 1), submission);
  await spreadSubmissions(transaction);
  await recordTimeouts(transaction);
}

async function seedSubmission(
  transaction: ModelTransaction,
  study: HeldStudy,
  id: string,
  { participant, handIn, review }: DemoSubmission,
): Promise<void> {
  const { key: studyKey, id: studyId, workspaceKey } = study;
  const key = await insertSubmission(transaction, study, {
    id,
    participantId: demoParticipantId(participant),
  });
  if (handIn !== undefined) {
    const { code } = handIn;
    const matched = await matchCode(readerOf(transaction), studyKey, code);
    const found = { key, id, studyKey, studyId, workspaceKey };
    await handInCode(transaction, { found, code, matched, actorId: null }, async () => undefined);
  }
  if (review !== undefined) {
    const message = review.move === 'reject' ? review.message : null;
    await writeMoves(transaction, null, [{ key, studyKey }], review.move, message);
  }
}

/** Reads what this transaction has written and not committed yet. */
function readerOf(transaction: Transaction): Reader {
  const rows: Reader['rows'] = (statement) => transaction.$queryRaw(statement);
  return { rows, composed: rows };
}

/** Lets each have been started, and handed in with what its code did to groups, as long ago as the story says. */
async function spreadSubmissions(transaction: Transaction): Promise<void> {
  const ids = demoSubmissions.map((_submission, index) => demoIds.submission(index + 1));
  const started = demoSubmissions.map(({ startedHoursAgo }) => startedHoursAgo);
  const handedIn = demoSubmissions.map(({ handIn }) => handIn?.hoursAgo ?? null);
  await transaction.$executeRaw(sql`
    UPDATE submission SET started_at = started_at - make_interval(hours => story.started),
      expires_at = expires_at - make_interval(hours => story.started),
      completed_at = completed_at - make_interval(hours => story.handed_in)
    FROM unnest(${ids}::uuid[], ${started}::int[], ${handedIn}::int[]) AS story(id, started, handed_in)
    WHERE submission.id = story.id`);
  await transaction.$executeRaw(sql`
    UPDATE membership_change SET occurred_at = submission.completed_at
    FROM submission WHERE submission.key = membership_change.submission_key`);
}
