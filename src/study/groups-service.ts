import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { holdNamedGroups } from '../participant-group/hold-service.ts';

/**
 * Holds every group that a study's filters or completion codes name `FOR KEY SHARE`, by id, until the transaction ends,
 * and refuses deleted ones. Who publishes or reopens a study, or unrejects a submission to it, locks the study first.
 * @throws GroupDeletedError
 */
export async function requireLiveGroupsOf(transaction: Transaction, studyKey: number): Promise<void> {
  await holdNamedGroups(
    transaction,
    sql`SELECT named.group_key FROM study JOIN filter_node_group AS named ON named.tree_key = study.filter_tree_key
      WHERE study.key = ${studyKey}::int
      UNION ALL SELECT action.group_key FROM completion_code AS code
      JOIN completion_action AS action ON action.code_key = code.key AND action.group_key IS NOT NULL
      WHERE code.study_key = ${studyKey}::int`,
  );
}
