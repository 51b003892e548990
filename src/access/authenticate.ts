import type { Reader } from '../database/reader.ts';
import { type Sql, sql, verbatim } from '../database/sql.ts';
import { millisecondsOf } from '../database/table.ts';
import type { Role } from '../errors.ts';
import { hashSecret, secretOf } from './rules.ts';
import type { Viewer } from './viewer.ts';

type TokenValues = readonly [
  tokenId: string,
  userId: string,
  email: string,
  isReadOnly: boolean,
  expiresAt: number | null,
  narrowedTo: number | null,
  roles: readonly (readonly [workspaceKey: number, role: Role])[],
];

/** Who a request's `Authorization` header stands for, or null; one statement, none without a header that could be one. */
export async function authenticate(reader: Reader, authorization: string | null): Promise<Viewer | null> {
  const secret = secretOf(authorization);
  if (secret === null) return null;
  const [row] = await reader.rows<{ token: string }>(tokenStatement(hashSecret(secret)));
  return viewerOf(row?.token ?? null);
}

/**
 * The statement that finds who the token with this hash stands for, if it is good, and their roles as far as it lets
 * them use them: one text, since each column costs as much to read.
 */
export function tokenStatement(secretHash: Uint8Array): Sql {
  return sql`
    SELECT '["' || token.id || '","' || token.user_id || '",' || to_json(app_user.email) || ',' || token.read_only
      || ',' || coalesce(${verbatim(millisecondsOf('token.expires_at'))}::text, 'null')
      || ',' || coalesce(token.workspace_key::text, 'null') || ',[' || coalesce((
        SELECT string_agg('[' || member.workspace_key || ',"' || member.role || '"]', ',') FROM workspace_member AS member
        WHERE member.user_id = token.user_id AND member.removed_at IS NULL
          AND member.workspace_key = coalesce(token.workspace_key, member.workspace_key)), '') || ']]' AS token
    FROM api_token AS token JOIN app_user ON app_user.id = token.user_id
    WHERE token.secret_hash = ${Buffer.from(secretHash)} AND token.revoked_at IS NULL
      AND (token.expires_at IS NULL OR token.expires_at > now())`;
}

/** The viewer in the text that `tokenStatement` has found, or null. */
export function viewerOf(token: string | null): Viewer | null {
  if (token === null) return null;
  const values: TokenValues = JSON.parse(token);
  const [tokenId, userId, email, isReadOnly, expiresAt, narrowedTo, roles] = values;
  return {
    ...{ tokenId, userId, email, isReadOnly, narrowedTo, roles: new Map(roles) },
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  };
}
