import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { columnsOf, type RowKey, reviveDates } from '../database/rows.ts';
import { type Sql, sql } from '../database/sql.ts';

export interface ApiTokenRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly prefix: string;
  readonly workspaceKey: number | null;
  readonly readOnly: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

const columns = columnsOf<ApiTokenRow>('api_token', [
  'id',
  'userId',
  'name',
  'prefix',
  'workspaceKey',
  'readOnly',
  'createdAt',
  'lastUsedAt',
  'expiresAt',
]);

const isGood = sql`api_token.revoked_at IS NULL AND (api_token.expires_at IS NULL OR api_token.expires_at > now())`;

/** The viewer's own; of them, where the token that asks is narrowed to a workspace, those that are narrowed to it too. */
function isOwn({ userId, narrowedTo }: ReadScope): Sql {
  return sql`api_token.user_id = ${userId}::uuid
    AND (${narrowedTo}::int IS NULL OR api_token.workspace_key = ${narrowedTo}::int)`;
}

/** In the order in which they were made: the ids are UUIDv7. */
export const apiTokenOrder = {
  name: 'made',
  columns: [{ expression: 'api_token.id', type: 'uuid' }],
  descending: false,
} as const;

/** Good tokens by id: the viewer's own, and those narrowed to workspaces of which the viewer is an admin. */
export async function loadApiTokens(
  scope: ReadScope,
  ids: readonly RowKey[],
): Promise<(ApiTokenRow | null)[]> {
  const rows = await scope.reader.rows<ApiTokenRow>(sql`
    SELECT ${columns} FROM api_token WHERE api_token.id = ANY(${ids.map(String)}::uuid[]) AND ${isGood}
      AND (${isOwn(scope)} OR api_token.workspace_key = ANY(${scope.adminWorkspaceKeys}::int[]))`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(String(id)) ?? null);
}

/** The viewer's own good tokens. */
export function loadOwnApiTokens(scope: ReadScope): Promise<ApiTokenRow[]> {
  return scope.reader.rows<ApiTokenRow>(
    sql`SELECT ${columns} FROM api_token WHERE ${isOwn(scope)} AND ${isGood} ORDER BY api_token.id`,
  );
}

/** A page of the good tokens that are narrowed to each workspace. */
export function loadWorkspaceApiTokens(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  range: PageRange,
): Promise<Page<ApiTokenRow>[]> {
  const select = sql`SELECT ${columns} FROM api_token
    WHERE api_token.workspace_key = parent.key AND ${isGood} ${pageClause(apiTokenOrder, range)}`;
  const revive = reviveDates<ApiTokenRow>(['createdAt', 'lastUsedAt', 'expiresAt']);
  return readPages(scope.reader, workspaceKeys, range, select, revive);
}

/** How many good tokens are narrowed to each workspace. */
export function countWorkspaceApiTokens(
  scope: ReadScope,
  workspaceKeys: readonly number[],
): Promise<number[]> {
  const select = sql`SELECT 1 FROM api_token WHERE api_token.workspace_key = parent.key AND ${isGood}`;
  return readCounts(scope.reader, workspaceKeys, select);
}
