import type { Reader } from '../database/reader.ts';
import { type Sql, sql } from '../database/sql.ts';
import type { Role } from '../errors.ts';
import { hashSecret, secretOf } from './rules.ts';
import type { Viewer } from './viewer.ts';

/** A good token, and its user's roles as far as it lets them use them. */
export interface TokenRow {
  tokenId: string;
  userId: string;
  email: string;
  isReadOnly: boolean;
  expiresAt: Date | null;
  narrowedTo: number | null;
  roles: [number, Role][] | null;
}

/** Who a request's `Authorization` header stands for, or null; one statement, none without a header that could be one. */
export async function authenticate(reader: Reader, authorization: string | null): Promise<Viewer | null> {
  const secret = secretOf(authorization);
  return secret === null ? null : viewerOf(await reader.rows(tokenStatement(hashSecret(secret))));
}

/** The statement that finds who the token with this hash stands for, if it is good. */
export function tokenStatement(secretHash: Uint8Array): Sql {
  return sql`
    SELECT token.id AS "tokenId", token.user_id AS "userId", app_user.email, token.read_only AS "isReadOnly",
      token.expires_at AS "expiresAt", token.workspace_key AS "narrowedTo",
      (SELECT json_agg(json_build_array(member.workspace_key, member.role)) FROM workspace_member AS member
        WHERE member.user_id = token.user_id AND member.removed_at IS NULL
          AND member.workspace_key = coalesce(token.workspace_key, member.workspace_key)) AS roles
    FROM api_token AS token JOIN app_user ON app_user.id = token.user_id
    WHERE token.secret_hash = ${Buffer.from(secretHash)} AND token.revoked_at IS NULL
      AND (token.expires_at IS NULL OR token.expires_at > now())`;
}

/** The viewer in what `tokenStatement` has found, or null. */
export function viewerOf([row]: readonly TokenRow[]): Viewer | null {
  return row === undefined ? null : { ...row, roles: new Map(row.roles ?? []) };
}
