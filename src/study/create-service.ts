import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import type { GivenCode } from '../completion-code/rules.ts';
import { readStoredCodes, writeCodes } from '../completion-code/service.ts';
import { codeChanges } from '../completion-code/trail.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { holdOffErasures } from '../erasure/lock.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { blockStudy, copyTree } from '../study-filter/copy-service.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { checkCustomIds } from '../study-filter/service.ts';
import { lockStudy, writeStudy } from './access.ts';
import { holdFilterSet, newestFilters, ownFilters, type StudyFilters } from './filters-service.ts';
import { nameOfCopy } from './rules.ts';
import {
  filterChanges,
  noFilters,
  type OwnFields,
  ownFieldsOf,
  recordStudyAudit,
  tellFilters,
} from './trail.ts';

export interface NewStudy extends OwnFields {
  readonly projectId: string;
  readonly filters: readonly GivenNode[];
  /** A set to take the filters from, instead of `filters`. */
  readonly filterSetId: string | null;
  readonly completionCodes: readonly GivenCode[];
}

/**
 * Makes a study, unpublished.
 * @throws NotFoundError, ForbiddenError, InvalidInputError, InvalidParticipantIdsError, GroupDeletedError, BusyError
 */
export async function createStudy(
  database: Database,
  viewer: Viewer,
  call: Call,
  data: NewStudy,
): Promise<{ studyKey: number }> {
  const globalId = encodeGlobalId('Project', data.projectId);
  const place = await findProject(database.reader, data.projectId, globalId);
  requireRoleAtStart(viewer, place.workspaceKey, 'COLLABORATOR', globalId);
  checkCustomIds(data.filters, place.format);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, place.workspaceKey, 'COLLABORATOR', globalId);
  return inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await holdOffErasures(transaction, place.workspaceKey);
      const { filterSetId } = data;
      const set = filterSetId && (await holdFilterSet(transaction, place.workspaceKey, filterSetId));
      await authorize(transaction)();
      const filters = filterSetId
        ? await newestFilters(transaction, filterSetId, set || null)
        : await ownFilters(transaction, place, data.filters);
      const { projectId, completionCodes } = data;
      return insertStudy(transaction, viewer, { ...place, projectId }, data, filters, completionCodes);
    }),
  );
}

interface StudyPlace {
  readonly workspaceKey: number;
  readonly projectKey: number;
  readonly projectId: string;
}

async function insertStudy(
  transaction: ModelTransaction,
  viewer: Viewer,
  { workspaceKey, projectKey, projectId }: StudyPlace,
  data: OwnFields,
  filters: StudyFilters,
  codes: readonly GivenCode[],
): Promise<{ studyKey: number }> {
  const fields = ownFieldsOf(data);
  const study = await transaction.study.create({
    data: { workspaceKey, projectKey, ...fields, ...filters },
    select: { key: true, id: true, workspaceKey: true, name: true },
  });
  await writeCodes(transaction, study, codes);
  const told = await tellFilters(transaction, filters);
  await recordStudyAudit(transaction, viewer.userId, study, 'STUDY_CREATED', [
    ...changesBetween({}, { ...fields, projectId: encodeGlobalId('Project', projectId) }),
    ...filterChanges(noFilters, told),
    ...codeChanges([], codes),
  ]);
  return { studyKey: study.key };
}

interface FoundProject {
  readonly workspaceKey: number;
  readonly projectKey: number;
  readonly format: ParticipantIdFormat;
}

async function findProject(reader: Reader, projectId: string, globalId: string): Promise<FoundProject> {
  const [found] = await reader.rows<FoundProject>(sql`
    SELECT workspace.key AS "workspaceKey", project.key AS "projectKey", participant_id_format AS format
    FROM project JOIN workspace ON workspace.key = project.workspace_key WHERE project.id = ${projectId}::uuid`);
  if (found === undefined) throw new NotFoundError(globalId);
  return found;
}

export interface Duplication {
  readonly studyId: string;
  /** What to call the copy, or null for the original's name with a mark. */
  readonly name: string | null;
  readonly blockPreviousParticipants: boolean;
}

/**
 * Copies a study into a new, unpublished one of the same project. The copy's filters are its own: those that decide in
 * the original now, and on request one more that keeps out whoever has a submission to the original. Its completion
 * codes are the original's.
 * @throws NotFoundError, ForbiddenError, InvalidInputError, GroupDeletedError, BusyError
 */
export async function duplicateStudy(
  database: Database,
  viewer: Viewer,
  call: Call,
  { studyId, name, blockPreviousParticipants }: Duplication,
): Promise<{ studyKey: number }> {
  return writeStudy(database, viewer, call, studyId, () => async (transaction) => {
    const original = await lockStudy(transaction, viewer, studyId, 'FOR SHARE');
    const filterTreeKey = await copyTree(transaction, original.filterTreeKey);
    if (blockPreviousParticipants) await blockStudy(transaction, filterTreeKey, original);
    const [project] = await transaction.$queryRaw<{ id: string }[]>(
      sql`SELECT id FROM project WHERE key = ${original.projectKey}::int`,
    );
    const place = { ...original, projectId: project?.id ?? '' };
    const fields = { ...original, name: name ?? nameOfCopy(original.name) };
    const codes = await readStoredCodes(transaction, original.key);
    return insertStudy(transaction, viewer, place, fields, { filterTreeKey, filterSetKey: null }, codes);
  });
}
