import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../access/viewer.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';

/** Writes a version of a filter set. Its moment is looked up now, under the set's lock, and not when the wait for it began. */
export async function writeVersion(
  transaction: Transaction,
  viewer: Viewer,
  set: { readonly workspaceKey: number; readonly key: number },
  version: number,
  treeKey: number,
): Promise<void> {
  await transaction.$executeRaw(sql`
    INSERT INTO filter_set_version (id, workspace_key, filter_set_key, version, filter_tree_key, actor_id, created_at)
    VALUES (${uuidv7()}::uuid, ${set.workspaceKey}::int, ${set.key}::int, ${version}::int, ${treeKey}::int,
      ${viewer.userId}::uuid, date_trunc('milliseconds', clock_timestamp()))`);
}

/** The tree of a filter set's version. */
export async function treeOfVersion(
  transaction: Transaction,
  { key, version }: { readonly key: number; readonly version: number },
): Promise<number> {
  const [found] = await transaction.$queryRaw<{ treeKey: number }[]>(sql`
    SELECT filter_tree_key AS "treeKey" FROM filter_set_version
    WHERE filter_set_key = ${key}::int AND version = ${version}::int`);
  if (found === undefined) throw new Error(`Filter set ${key} has no version ${version}`);
  return found.treeKey;
}
