import type { ReadScope } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import { changeKey } from '../membership/loaders.ts';

/** The membership changes that each submission's code made, as keys of changes, by group. */
export async function loadChangesOfSubmissions(
  scope: ReadScope,
  submissionKeys: readonly number[],
): Promise<string[][]> {
  const rows = await scope.reader.rows<{ submissionKey: number; groupKey: number; version: number }>(sql`
    SELECT submission_key AS "submissionKey", group_key AS "groupKey", version FROM membership_change
    WHERE submission_key = ANY(${submissionKeys}::int[]) AND workspace_key = ANY(${scope.workspaceKeys}::int[])
    ORDER BY group_key`);
  const changes = new Map<number, string[]>(submissionKeys.map((key) => [key, []]));
  for (const { submissionKey, groupKey, version } of rows)
    changes.get(submissionKey)?.push(changeKey(groupKey, version));
  return submissionKeys.map((key) => changes.get(key) ?? []);
}
