import { createHash, timingSafeEqual } from 'node:crypto';
import type { CompletionActionKind } from '../database/prisma/client.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';

/** What a code does when it is handed in. */
export interface MatchedAction {
  readonly kind: CompletionActionKind;
  /** Of the kinds that edit a group. */
  readonly groupKey: number | null;
  /** Of REQUEST_RETURN. */
  readonly returnReason: string | null;
}

/** One of a study's codes, and all that it does. */
export interface MatchedCode {
  readonly key: number;
  readonly actions: readonly MatchedAction[];
}

/**
 * The study's code that `entered` is, or null. Every code is compared, and each as a hash: how long it takes tells
 * nothing of how near a guess was. Case counts.
 */
export async function matchCode(
  transaction: Transaction,
  studyKey: number,
  entered: string,
): Promise<MatchedCode | null> {
  const codes = await transaction.$queryRaw<(MatchedCode & { readonly code: string })[]>(sql`
    SELECT code.key, code.code, (
      SELECT coalesce(json_agg(json_build_object('kind', action.kind, 'groupKey', action.group_key,
        'returnReason', action.return_reason) ORDER BY action.position), '[]')
      FROM completion_action AS action WHERE action.code_key = code.key) AS actions
    FROM completion_code AS code WHERE code.study_key = ${studyKey}::int`);
  const given = digest(entered);
  const matching = codes.filter(({ code }) => timingSafeEqual(digest(code), given));
  return matching[0] ?? null;
}

function digest(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
