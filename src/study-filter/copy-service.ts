import { sql } from '../database/sql.ts';
import type { ModelTransaction, Transaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { holdNamedGroups } from '../participant-group/hold-service.ts';
import { allStatuses, mostNodes } from './rules.ts';

/** Copies a tree; answers with the copy's key. What it names is held as for a new one. @throws GroupDeletedError */
export async function copyTree(transaction: ModelTransaction, treeKey: number): Promise<number> {
  // Studies before groups, as everywhere; one that is being deleted is waited for, and is then named by nobody.
  await transaction.$queryRaw(sql`SELECT 1 FROM study
    WHERE key IN (SELECT study_key FROM filter_node_study WHERE tree_key = ${treeKey}::int) ORDER BY id FOR KEY SHARE`);
  await requireLiveGroups(transaction, treeKey);
  const [copy] = await transaction.$queryRaw<{ key: number }[]>(sql`
    INSERT INTO filter_tree (workspace_key) SELECT workspace_key FROM filter_tree WHERE key = ${treeKey}::int RETURNING key`);
  if (copy === undefined) throw new Error(`There is no filter tree ${treeKey}`);
  await transaction.$executeRaw(sql`
    INSERT INTO filter_node (tree_key, workspace_key, ordinal, parent_ordinal, kind, joined_within_days,
      joined_before_days, statuses, participant_id_count)
    SELECT ${copy.key}::int, workspace_key, ordinal, parent_ordinal, kind, joined_within_days, joined_before_days,
      statuses, participant_id_count FROM filter_node WHERE tree_key = ${treeKey}::int`);
  await transaction.$executeRaw(sql`
    INSERT INTO filter_node_group (tree_key, ordinal, position, workspace_key, group_key)
    SELECT ${copy.key}::int, ordinal, position, workspace_key, group_key FROM filter_node_group WHERE tree_key = ${treeKey}::int`);
  await transaction.$executeRaw(sql`
    INSERT INTO filter_node_study (tree_key, ordinal, position, workspace_key, study_key)
    SELECT ${copy.key}::int, ordinal, position, workspace_key, study_key FROM filter_node_study WHERE tree_key = ${treeKey}::int`);
  await transaction.$executeRaw(sql`
    INSERT INTO filter_node_participant_id (tree_key, ordinal, participant_id, workspace_key)
    SELECT ${copy.key}::int, ordinal, participant_id, workspace_key FROM filter_node_participant_id
    WHERE tree_key = ${treeKey}::int`);
  return copy.key;
}

/**
 * Adds a filter to a new tree, at its end: whoever has any submission to a study does not pass.
 * @throws InvalidInputError when the tree has no room for it.
 */
export async function blockStudy(
  transaction: ModelTransaction,
  treeKey: number,
  { workspaceKey, key: studyKey }: { readonly workspaceKey: number; readonly key: number },
): Promise<void> {
  const ordinal = await transaction.filterNode.count({ where: { treeKey } });
  if (ordinal >= mostNodes) {
    const message = `The original has ${mostNodes} filters, and no more are allowed: the block would be one more.`;
    throw new InvalidInputError([{ path: ['input', 'blockPreviousParticipants'], message }]);
  }
  const kind = 'PREVIOUS_STUDIES_BLOCKLIST';
  await transaction.filterNode.create({
    data: { treeKey, workspaceKey, ordinal, kind, statuses: [...allStatuses] },
  });
  await transaction.filterNodeStudy.create({
    data: { treeKey, workspaceKey, ordinal, position: 0, studyKey },
  });
}

/** Holds the groups that a tree names `FOR KEY SHARE`, and refuses deleted ones. @throws GroupDeletedError */
export async function requireLiveGroups(transaction: Transaction, treeKey: number): Promise<void> {
  await holdNamedGroups(
    transaction,
    sql`SELECT group_key FROM filter_node_group WHERE tree_key = ${treeKey}::int`,
  );
}

/** Retires a study's own tree, which no study has any more: who has just read the study still finds it. */
export async function retireTree(transaction: Transaction, treeKey: number): Promise<void> {
  await transaction.$executeRaw(
    sql`UPDATE filter_tree SET retired_at = clock_timestamp() WHERE key = ${treeKey}::int`,
  );
}

/** Takes trees away that were retired an hour ago; returns how many. */
export async function forgetRetiredTrees(transaction: Transaction): Promise<number> {
  return transaction.$executeRaw(sql`DELETE FROM filter_tree WHERE retired_at < now() - interval '1 hour'`);
}
