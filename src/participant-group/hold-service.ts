import { type Sql, sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { GroupDeletedError } from './errors.ts';

interface HeldGroup {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly isDeleted: boolean;
}

/**
 * Keys by id of a workspace's groups, held `FOR KEY SHARE`: who deletes one waits, and looks again.
 * @throws NotFoundError for one that is not the workspace's, GroupDeletedError
 */
export async function holdLiveGroups(
  transaction: Transaction,
  workspaceKey: number,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const found = await holdGroups(
    transaction,
    sql`id = ANY(${ids}::uuid[]) AND workspace_key = ${workspaceKey}::int`,
  );
  const keys = new Map(found.map(({ id, key }) => [id, key]));
  const missing = ids.find((id) => !keys.has(id));
  if (missing !== undefined) throw new NotFoundError(encodeGlobalId('ParticipantGroup', missing));
  refuseDeleted(found);
  return keys;
}

/** The same for groups that are named already, by a query of their keys. @throws GroupDeletedError */
export async function holdNamedGroups(transaction: Transaction, keys: Sql): Promise<void> {
  refuseDeleted(await holdGroups(transaction, sql`key IN (${keys})`));
}

function holdGroups(transaction: Transaction, condition: Sql): Promise<HeldGroup[]> {
  return transaction.$queryRaw<HeldGroup[]>(sql`
    SELECT key, id, name, deleted_at IS NOT NULL AS "isDeleted" FROM participant_group
    WHERE ${condition} ORDER BY id FOR KEY SHARE`);
}

function refuseDeleted(groups: readonly HeldGroup[]): void {
  const deleted = groups.find(({ isDeleted }) => isDeleted);
  if (deleted !== undefined) throw new GroupDeletedError(deleted.key, deleted.name);
}
