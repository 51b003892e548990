import type { Viewer } from '../access/viewer.ts';
import { type AuditChange, changesBetween } from '../audit/rules.ts';
import type { GivenCode } from '../completion-code/rules.ts';
import { readStoredCodes, replaceCodes } from '../completion-code/service.ts';
import { codeChanges } from '../completion-code/trail.ts';
import type { Database } from '../database/client.ts';
import type { StudyStatus } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { ModelTransaction, Transaction } from '../database/transaction.ts';
import { VersionConflictError } from '../errors.ts';
import type { Call } from '../idempotency/service.ts';
import { copyTree, retireTree } from '../study-filter/copy-service.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { checkCustomIds, type TreePlace } from '../study-filter/service.ts';
import { listSameIds } from '../study-filter/trail.ts';
import { type LockedStudy, lockStudy, writeStudy } from './access.ts';
import { InvalidStudyStateError } from './errors.ts';
import {
  type HeldSet,
  holdFilterSet,
  newestFilters,
  ownFilters,
  type StudyFilters,
} from './filters-service.ts';
import { completeIfFilled, requirePlaces, statusWith } from './places-service.ts';
import { filterChanges, type OwnFields, ownFieldsOf, recordStudyAudit, tellFilters } from './trail.ts';

/** New values; what is undefined stays. */
export interface StudyEdit {
  readonly studyId: string;
  readonly name: string | undefined;
  readonly internalName: string | null | undefined;
  readonly description: string | null | undefined;
  readonly totalAvailablePlaces: number | undefined;
  readonly maximumMinutes: number | null | undefined;
  /** Filters of its own, which detach it from a set. */
  readonly filters: readonly GivenNode[] | undefined;
  /** A set to take the filters from, or null to go on with a copy of the set's filters. Not with `filters`. */
  readonly filterSetId: string | null | undefined;
  /** All of them, in place of those that it has. */
  readonly completionCodes: readonly GivenCode[] | undefined;
  readonly expectedRevision: number | null;
}

/**
 * Edits a study. The revision moves only when something differs.
 * @throws NotFoundError, ForbiddenError, InvalidInputError, InvalidParticipantIdsError, GroupDeletedError,
 * InvalidStudyStateError, VersionConflictError, BusyError
 */
export async function updateStudy(
  database: Database,
  viewer: Viewer,
  call: Call,
  edit: StudyEdit,
): Promise<{ studyKey: number }> {
  return writeStudy(database, viewer, call, edit.studyId, (found) => {
    checkCustomIds(edit.filters ?? [], found.format);
    return async (transaction) => {
      const { filterSetId } = edit;
      const set = filterSetId ? await holdFilterSet(transaction, found.workspaceKey, filterSetId) : null;
      const study = await lockStudy(transaction, viewer, edit.studyId);
      requireEditable(study, edit);
      const filters = await chosenFilters(transaction, { ...study, format: found.format }, edit, set);
      await applyEdit(transaction, viewer, study, edit, filters);
      return { studyKey: study.key };
    };
  });
}

/** @throws VersionConflictError, InvalidStudyStateError */
function requireEditable(study: LockedStudy, edit: StudyEdit): void {
  const { revision, status } = study;
  const { expectedRevision, filters, filterSetId, completionCodes, maximumMinutes } = edit;
  if (expectedRevision !== null && expectedRevision !== revision)
    throw new VersionConflictError('revision', expectedRevision, revision);
  const ofDrafts = [filters, filterSetId, completionCodes, maximumMinutes];
  if (ofDrafts.some((value) => value !== undefined) && status !== 'UNPUBLISHED') {
    const refusal =
      'Filters, filter set, completion codes and minutes can be edited only while a study is UNPUBLISHED.';
    throw new InvalidStudyStateError(refusal, study);
  }
}

/** Where the filters are to come from; the study's own where nothing else is asked for. */
async function chosenFilters(
  transaction: ModelTransaction,
  study: LockedStudy & TreePlace,
  { filters, filterSetId }: StudyEdit,
  set: HeldSet | null,
): Promise<StudyFilters> {
  const { filterTreeKey, filterSetKey } = study;
  if (filters !== undefined) return ownFilters(transaction, study, filters);
  if (typeof filterSetId === 'string') return newestFilters(transaction, filterSetId, set);
  if (filterSetId === undefined || filterSetKey === null) return { filterTreeKey, filterSetKey };
  return { filterTreeKey: await copyTree(transaction, filterTreeKey), filterSetKey: null };
}

/** Writes what differs, if anything does. */
async function applyEdit(
  transaction: ModelTransaction,
  viewer: Viewer,
  study: LockedStudy,
  edit: StudyEdit,
  filters: StudyFilters,
): Promise<void> {
  const now = fieldsAfter(study, edit);
  const hasFewer = now.totalAvailablePlaces < study.totalAvailablePlaces;
  if (hasFewer) await requirePlaces(transaction, study.key, now.totalAvailablePlaces);
  const ofFilters = await changesOfFilters(transaction, study, filters);
  const status = await statusWith(transaction, study, now.totalAvailablePlaces);
  const ofFields = changesBetween({ ...ownFieldsOf(study), status: study.status }, { ...now, status });
  const ofCodes = await editCodes(transaction, study, edit.completionCodes);
  const changes = [...ofFields, ...(ofFilters ?? []), ...ofCodes];
  const kept = ofFilters === null ? study : filters;
  if (changes.length > 0) {
    await revise(transaction, study.key, { ...now, status }, kept);
    const named = { ...study, name: now.name };
    await recordStudyAudit(transaction, viewer.userId, named, 'STUDY_UPDATED', changes);
  }
  if (hasFewer) await completeIfFilled(transaction, viewer.userId, study.key);
  for (const { filterTreeKey, filterSetKey } of [study, filters])
    if (filterSetKey === null && filterTreeKey !== kept.filterTreeKey)
      await retireTree(transaction, filterTreeKey);
}

function fieldsAfter(study: LockedStudy, edit: StudyEdit): OwnFields {
  return {
    name: edit.name ?? study.name,
    internalName: edit.internalName === undefined ? study.internalName : edit.internalName,
    description: edit.description === undefined ? study.description : edit.description,
    totalAvailablePlaces: edit.totalAvailablePlaces ?? study.totalAvailablePlaces,
    maximumMinutes: edit.maximumMinutes === undefined ? study.maximumMinutes : edit.maximumMinutes,
  };
}

/** What the audit log is to tell of new filters; null where they are the same as before. */
async function changesOfFilters(
  transaction: Transaction,
  before: StudyFilters,
  after: StudyFilters,
): Promise<AuditChange[] | null> {
  if (before.filterTreeKey === after.filterTreeKey) return null;
  const [from, to] = [await tellFilters(transaction, before), await tellFilters(transaction, after)];
  const isToldSame = from.filters === to.filters && from.filterSetId === to.filterSetId;
  if (isToldSame && (await listSameIds(transaction, before.filterTreeKey, after.filterTreeKey))) return null;
  return filterChanges(from, to);
}

/** Writes completion codes that differ; answers with what the audit log is to tell of them. */
async function editCodes(
  transaction: Transaction,
  study: LockedStudy,
  codes: readonly GivenCode[] | undefined,
): Promise<AuditChange[]> {
  if (codes === undefined) return [];
  const changes = codeChanges(await readStoredCodes(transaction, study.key), codes);
  if (changes.length > 0) await replaceCodes(transaction, study, codes);
  return changes;
}

/** Writes own fields; `updated_at` comes from the database's clock and never goes back. */
async function revise(
  transaction: Transaction,
  key: number,
  fields: OwnFields & { readonly status: StudyStatus },
  { filterTreeKey, filterSetKey }: StudyFilters,
): Promise<void> {
  await transaction.$executeRaw(sql`UPDATE study
    SET name = ${fields.name}, internal_name = ${fields.internalName}, description = ${fields.description},
      total_available_places = ${fields.totalAvailablePlaces}::int, maximum_minutes = ${fields.maximumMinutes}::int,
      filter_tree_key = ${filterTreeKey}::int, filter_set_key = ${filterSetKey}::int, revision = revision + 1,
      status = ${fields.status}::study_status, is_filled = is_filled AND ${fields.status}::text = 'COMPLETED',
      updated_at = greatest(date_trunc('milliseconds', clock_timestamp()), updated_at + interval '1 millisecond')
    WHERE key = ${key}::int`);
}
