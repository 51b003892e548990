import type { CompletionActionKind, CompletionCodeType } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { sql } from '../database/sql.ts';

export interface ActionRow {
  readonly kind: CompletionActionKind;
  readonly groupKey: number | null;
  readonly returnReason: string | null;
}

export interface CodeRow {
  readonly studyKey: number;
  readonly workspaceKey: number;
  readonly code: string;
  readonly codeType: CompletionCodeType;
  readonly actions: readonly ActionRow[];
}

/** The codes of each study, of the viewer's workspaces, in one statement. */
export async function loadCodes(scope: ReadScope, studyKeys: readonly number[]): Promise<CodeRow[][]> {
  const rows = await scope.reader.rows<CodeRow>(sql`
    SELECT code.study_key AS "studyKey", code.workspace_key AS "workspaceKey", code.code, code.code_type AS "codeType", (
      SELECT coalesce(json_agg(json_build_object('kind', action.kind, 'groupKey', action.group_key,
        'returnReason', action.return_reason) ORDER BY action.position), '[]')
      FROM completion_action AS action WHERE action.code_key = code.key) AS actions
    FROM completion_code AS code
    WHERE code.study_key = ANY(${studyKeys}::int[]) AND code.workspace_key = ANY(${scope.workspaceKeys}::int[])
    ORDER BY code.study_key, code.position`);
  const byStudy = new Map<number, CodeRow[]>(studyKeys.map((key) => [key, []]));
  for (const row of rows) byStudy.get(row.studyKey)?.push(row);
  return studyKeys.map((key) => byStudy.get(key) ?? []);
}

/** A code of a study that edits a group, and how. */
export interface FeederCode {
  readonly codeType: CompletionCodeType;
  readonly actionKind: CompletionActionKind;
}

/** A study beside a group that its codes edit, as the key of a loader. */
export function feederKey(studyKey: number, groupKey: number): string {
  return `${studyKey} ${groupKey}`;
}

/** The codes of studies that edit groups, for each pair of the two, in one statement. */
export async function loadFeederCodes(scope: ReadScope, pairs: readonly string[]): Promise<FeederCode[][]> {
  const asked = pairs.map((pair) => pair.split(' ').map(Number));
  const found = await scope.reader.rows<{ codes: FeederCode[] }>(sql`
    SELECT feeding.codes
    FROM unnest(${asked.map(([studyKey]) => studyKey)}::int[], ${asked.map(([, groupKey]) => groupKey)}::int[])
      WITH ORDINALITY AS asked(study_key, group_key, position)
    CROSS JOIN LATERAL (
      SELECT coalesce(json_agg(json_build_object('codeType', code.code_type, 'actionKind', action.kind)
        ORDER BY code.position, action.position), '[]') AS codes
      FROM completion_code AS code JOIN completion_action AS action ON action.code_key = code.key
      WHERE code.study_key = asked.study_key AND action.group_key = asked.group_key
        AND code.workspace_key = ANY(${scope.workspaceKeys}::int[])) AS feeding
    ORDER BY asked.position`);
  return found.map(({ codes }) => codes);
}
