import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { recordAudit } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { type Call, once } from '../idempotency/service.ts';
import { leaveAllGroups } from '../membership/change.ts';
import { participantIdProblem } from '../participant/rules.ts';
import { findParticipants } from '../participant/service.ts';
import { findWorkspace } from '../workspace/access.ts';
import { holdOffEdits } from './lock.ts';
import { newErasedId } from './rules.ts';
import { replaceInTexts } from './texts.ts';

/** Whom to erase: the participant ID as it was given. */
export interface Erasure {
  readonly workspaceId: string;
  readonly participantId: string;
}

/** What an erasure did: the changes that it made, one for each group. */
export interface Erased {
  readonly workspaceKey: number;
  readonly participantKey: number;
  readonly changes: readonly { readonly groupKey: number; readonly version: number }[];
}

/**
 * Erases a person: they leave every group, and a random ID takes the place of theirs wherever the workspace keeps it.
 * @throws NotFoundError, ForbiddenError, InvalidInputError, IdempotencyKeyReusedError, BusyError
 */
export async function eraseParticipant(
  database: Database,
  viewer: Viewer,
  call: Call,
  erasure: Erasure,
): Promise<Erased> {
  const { key, format, globalId } = await findWorkspace(database.reader, erasure.workspaceId);
  requireRoleAtStart(viewer, key, 'ADMIN', globalId);
  const participantId = erasure.participantId.trim();
  const problem = participantIdProblem(participantId, format);
  if (problem !== null) throw new InvalidInputError([{ path: ['input', 'participantId'], message: problem }]);
  return inTransaction(database, (transaction) => {
    const authorize = () => requireRoleNow(transaction, viewer, key, 'ADMIN', globalId);
    return once(transaction, viewer, call, authorize, async () => {
      // Whom the workspace does not know is no reason to hold its edits up.
      await findPerson(transaction, key, participantId);
      await holdOffEdits(transaction, key);
      await authorize();
      return erase(transaction, viewer, key, participantId);
    });
  });
}

async function erase(
  transaction: Transaction,
  viewer: Viewer,
  workspaceKey: number,
  participantId: string,
): Promise<Erased> {
  const participantKey = await findPerson(transaction, workspaceKey, participantId);
  const departure = { workspaceKey, participantKey, actorId: viewer.userId };
  const changes = await leaveAllGroups(transaction, departure);
  const erasedId = newErasedId();
  const id = await renamePerson(transaction, participantKey, erasedId);
  await replaceInTexts(transaction, { workspaceKey, participantId, erasedId });
  await recordAudit(transaction, {
    workspaceKey,
    actorId: viewer.userId,
    action: 'PARTICIPANT_ERASED',
    subject: { type: 'Participant', id, name: erasedId },
  });
  return { workspaceKey, participantKey, changes };
}

/** Gives a person the ID of the erased; answers with their UUID, which stays. */
async function renamePerson(transaction: Transaction, key: number, erasedId: string): Promise<string> {
  const [person] = await transaction.$queryRaw<{ id: string }[]>(sql`
    UPDATE participant SET participant_id = ${erasedId}, erased_at = date_trunc('milliseconds', clock_timestamp())
    WHERE key = ${key}::int RETURNING id`);
  if (person === undefined) throw new Error(`Participant ${key} is gone`);
  return person.id;
}

/** The key of a person whom the workspace knows. @throws NotFoundError, without an id: theirs is no global id */
async function findPerson(
  transaction: Transaction,
  workspaceKey: number,
  participantId: string,
): Promise<number> {
  const [person] = await findParticipants(transaction, workspaceKey, [participantId]);
  if (person === undefined) {
    const message = `The workspace knows nobody by the participant ID "${participantId}".`;
    throw new NotFoundError(null, message);
  }
  return person.key;
}
