import { requireRoleAtStart, requireRoleNow } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import type { Database } from '../database/client.ts';
import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { holdOffErasures } from '../erasure/lock.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { copyTree } from '../study-filter/copy-service.ts';
import { readTree } from '../study-filter/read-service.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { checkCustomIds, writeTree } from '../study-filter/service.ts';
import { describeFilters } from '../study-filter/text-rules.ts';
import { type FilterSetResult, lockFilterSet, writeFilterSet } from './access.ts';
import { recordFilterSetAudit } from './trail.ts';
import { treeOfVersion, writeVersion } from './version-service.ts';

export interface NewFilterSet {
  readonly workspaceId: string;
  readonly name: string;
  readonly filters: readonly GivenNode[];
}

/**
 * Makes a filter set with its first version.
 * @throws NotFoundError, ForbiddenError, InvalidInputError, InvalidParticipantIdsError, GroupDeletedError, BusyError
 */
export async function createFilterSet(
  database: Database,
  viewer: Viewer,
  call: Call,
  { workspaceId, name, filters }: NewFilterSet,
): Promise<FilterSetResult> {
  const globalId = encodeGlobalId('Workspace', workspaceId);
  const { key: workspaceKey, format } = await findWorkspace(database.reader, workspaceId, globalId);
  requireRoleAtStart(viewer, workspaceKey, 'COLLABORATOR', globalId);
  checkCustomIds(filters, format);
  const authorize = (transaction: Transaction) => () =>
    requireRoleNow(transaction, viewer, workspaceKey, 'COLLABORATOR', globalId);
  return inModelTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await holdOffErasures(transaction, workspaceKey);
      await authorize(transaction)();
      const treeKey = await writeTree(transaction, { workspaceKey, format }, filters);
      return insertFilterSet(transaction, viewer, workspaceKey, treeKey, {
        name,
        filters: describeFilters(filters),
      });
    }),
  );
}

async function findWorkspace(
  reader: Reader,
  workspaceId: string,
  globalId: string,
): Promise<{ key: number; format: ParticipantIdFormat }> {
  const [found] = await reader.rows<{ key: number; format: ParticipantIdFormat }>(
    sql`SELECT key, participant_id_format AS format FROM workspace WHERE id = ${workspaceId}::uuid`,
  );
  if (found === undefined) throw new NotFoundError(globalId);
  return found;
}

/** Writes a filter set whose first version has a tree; `told` is what the audit log tells of it. */
async function insertFilterSet(
  transaction: ModelTransaction,
  viewer: Viewer,
  workspaceKey: number,
  treeKey: number,
  told: { readonly name: string; readonly filters: string; readonly filterSetId?: string },
): Promise<FilterSetResult> {
  const { name } = told;
  const { key, id } = await transaction.filterSet.create({
    data: { workspaceKey, name },
    select: { key: true, id: true },
  });
  await writeVersion(transaction, viewer, { workspaceKey, key }, 1, treeKey);
  const changes = changesBetween({}, { ...told });
  await recordFilterSetAudit(transaction, viewer, { workspaceKey, id, name }, 'FILTER_SET_CREATED', changes);
  return { filterSetKey: key };
}

/**
 * Makes a new filter set of another's newest version, which becomes its version 1; also of a locked or a deleted one.
 * @throws NotFoundError, ForbiddenError, GroupDeletedError, BusyError
 */
export async function duplicateFilterSet(
  database: Database,
  viewer: Viewer,
  call: Call,
  { filterSetId, name }: { readonly filterSetId: string; readonly name: string },
): Promise<FilterSetResult> {
  return writeFilterSet(database, viewer, call, filterSetId, (found) => async (transaction) => {
    const original = await lockFilterSet(transaction, viewer, found, 'FOR KEY SHARE');
    const treeKey = await copyTree(transaction, await treeOfVersion(transaction, original));
    return insertFilterSet(transaction, viewer, found.workspaceKey, treeKey, {
      name,
      filters: describeFilters(await readTree(transaction, treeKey)),
      filterSetId: encodeGlobalId('FilterSet', filterSetId),
    });
  });
}
