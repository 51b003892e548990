import { createHash, timingSafeEqual } from 'node:crypto';
import type { CompletionActionKind } from '../database/prisma/client.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';

/** What a code does when it is handed in. */
export interface MatchedAction {
  readonly kind: CompletionActionKind;
  /** UUID of the group that it edits, if it edits one. */
  readonly groupId: string | null;
  /** Of REQUEST_RETURN. */
  readonly returnReason: string | null;
}

/** One of a study's codes, and all that it does. */
export interface MatchedCode {
  readonly key: number;
  readonly actions: readonly MatchedAction[];
}

/**
 * The published study's code that `entered` is, or null; it stays so, for codes are edited only before. Every code is
 * compared, and each as a hash: how long it takes tells nothing of how near a guess was. Case counts.
 */
export async function matchCode(
  reader: Reader,
  studyKey: number,
  entered: string,
): Promise<MatchedCode | null> {
  const codes = await reader.rows<MatchedCode & { readonly code: string }>(sql`
    SELECT code.key, code.code, (
      SELECT coalesce(json_agg(json_build_object('kind', action.kind, 'groupId', participant_group.id,
        'returnReason', action.return_reason) ORDER BY action.position), '[]')
      FROM completion_action AS action LEFT JOIN participant_group ON participant_group.key = action.group_key
      WHERE action.code_key = code.key) AS actions
    FROM completion_code AS code WHERE code.study_key = ${studyKey}::int`);
  const given = digest(entered);
  const [matching] = codes.filter(({ code }) => timingSafeEqual(digest(code), given));
  return matching ?? null;
}

function digest(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
