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
  stamp: string,
];

/** A viewer, and the stamp that their token has for as long as it stands for them; null where they have no API token. */
export interface StampedViewer {
  readonly viewer: Viewer;
  readonly stamp: string | null;
}

/** Who a request's `Authorization` header stands for, or null; one statement, none without a header that could be one. */
export async function authenticate(
  reader: Reader,
  authorization: string | null,
): Promise<StampedViewer | null> {
  const secret = secretOf(authorization);
  if (secret === null) return null;
  const [row] = await reader.rows<{ token: string }>(tokenStatement(hashSecret(secret)));
  return row === undefined ? null : viewerOf(row.token);
}

const isGood = sql`token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > now())`;

/**
 * The token, its user, the version of that user's access, and the run of the server: one that was put back to an earlier
 * moment may give the same version to other rights.
 */
const stamp = verbatim(
  "token.id || ' ' || app_user.id || ' ' || app_user.access_version || ' ' || pg_postmaster_start_time()",
);

/** The statement that finds the stamp of the token with this hash, in no row for one that is not good. */
export function stampStatement(secretHash: Uint8Array): Sql {
  return sql`
    SELECT ${stamp} AS stamp FROM api_token AS token JOIN app_user ON app_user.id = token.user_id
    WHERE token.secret_hash = ${Buffer.from(secretHash)} AND ${isGood}`;
}

/**
 * The statement that finds who the token with this hash stands for, if it is good, and their roles as far as it lets
 * them use them: one text, since each column costs as much to read.
 */
function tokenStatement(secretHash: Uint8Array): Sql {
  return sql`
    SELECT '["' || token.id || '","' || token.user_id || '",' || to_json(app_user.email) || ',' || token.read_only
      || ',' || coalesce(${verbatim(millisecondsOf('token.expires_at'))}::text, 'null')
      || ',' || coalesce(token.workspace_key::text, 'null') || ',[' || coalesce((
        SELECT string_agg('[' || member.workspace_key || ',"' || member.role || '"]', ',') FROM workspace_member AS member
        WHERE member.user_id = token.user_id AND member.removed_at IS NULL
          AND member.workspace_key = coalesce(token.workspace_key, member.workspace_key)), '') || '],"' || ${stamp} || '"]' AS token
    FROM api_token AS token JOIN app_user ON app_user.id = token.user_id
    WHERE token.secret_hash = ${Buffer.from(secretHash)} AND ${isGood}`;
}

/** The viewer in the text that `tokenStatement` has found. */
function viewerOf(token: string): StampedViewer {
  const values: TokenValues = JSON.parse(token);
  const [tokenId, userId, email, isReadOnly, expiresAt, narrowedTo, roles, stamp] = values;
  const viewer = {
    ...{ tokenId, userId, email, isReadOnly, narrowedTo, roles: new Map(roles) },
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  };
  return { viewer, stamp };
}
