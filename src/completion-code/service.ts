import type { CompletionActionKind } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { holdLiveGroups } from '../participant-group/hold-service.ts';
import { type GivenAction, type GivenCode, groupIdsOf } from './rules.ts';

/** Whose codes: a study that this transaction has locked, or just made. */
export interface CodesPlace {
  readonly workspaceKey: number;
  readonly key: number;
}

/** A study's codes as they would be asked for, so that they can be compared, told and copied. */
export async function readStoredCodes(transaction: Transaction, studyKey: number): Promise<GivenCode[]> {
  return transaction.$queryRaw<GivenCode[]>(sql`
    SELECT code.code, code.code_type::text AS "codeType", (
      SELECT coalesce(json_agg(json_build_object('kind', action.kind, 'groupId', participant_group.id,
        'returnReason', action.return_reason) ORDER BY action.position), '[]')
      FROM completion_action AS action
      LEFT JOIN participant_group ON participant_group.key = action.group_key
      WHERE action.code_key = code.key) AS actions
    FROM completion_code AS code WHERE code.study_key = ${studyKey}::int ORDER BY code.position`);
}

/**
 * Gives a new study its codes. The groups that they name are held until the transaction ends: after those of the
 * filters, which is out of order and harmless, for who deletes a group locks no other.
 * @throws NotFoundError for a group that is not the workspace's, GroupDeletedError
 */
export async function writeCodes(
  transaction: Transaction,
  { workspaceKey, key: studyKey }: CodesPlace,
  codes: readonly GivenCode[],
): Promise<void> {
  if (codes.length === 0) return;
  const groupKeys = await holdLiveGroups(transaction, workspaceKey, groupIdsOf(codes));
  const actions = codes.flatMap((code, position) => actionRows(code, position, groupKeys));
  await transaction.$executeRaw(sql`
    WITH made AS (
      INSERT INTO completion_code (workspace_key, study_key, position, code, code_type)
      SELECT ${workspaceKey}::int, ${studyKey}::int, given.ordinal - 1, given.code, given.code_type::completion_code_type
      FROM unnest(${codes.map(({ code }) => code)}::text[], ${codes.map(({ codeType }) => codeType)}::text[])
        WITH ORDINALITY AS given(code, code_type, ordinal)
      RETURNING key, position)
    INSERT INTO completion_action (workspace_key, code_key, position, kind, group_key, return_reason)
    SELECT ${workspaceKey}::int, made.key, given.position, given.kind::completion_action_kind, given.group_key,
      given.return_reason
    FROM unnest(${actions.map((row) => row.codePosition)}::int[], ${actions.map((row) => row.position)}::int[],
      ${actions.map((row) => row.kind)}::text[], ${actions.map((row) => row.groupKey)}::int[],
      ${actions.map((row) => row.returnReason)}::text[])
      AS given(code_position, position, kind, group_key, return_reason)
    JOIN made ON made.position = given.code_position`);
}

/** Puts other codes in the place of all that a study has. @throws NotFoundError, GroupDeletedError */
export async function replaceCodes(
  transaction: Transaction,
  place: CodesPlace,
  codes: readonly GivenCode[],
): Promise<void> {
  await transaction.$executeRaw(sql`DELETE FROM completion_code WHERE study_key = ${place.key}::int`);
  await writeCodes(transaction, place, codes);
}

interface ActionRow {
  readonly codePosition: number;
  readonly position: number;
  readonly kind: CompletionActionKind;
  readonly groupKey: number | null;
  readonly returnReason: string | null;
}

function actionRows(
  { actions }: GivenCode,
  codePosition: number,
  groupKeys: ReadonlyMap<string, number>,
): ActionRow[] {
  return actions.map(({ kind, groupId, returnReason }: GivenAction, position) => ({
    ...{ codePosition, position, kind, returnReason },
    groupKey: groupId === null ? null : (groupKeys.get(groupId) ?? null),
  }));
}
