import { type Sql, sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { ForbiddenError, type Role } from '../errors.ts';
import { requireRole } from './rules.ts';
import type { Viewer } from './viewer.ts';

/** @throws ForbiddenError when the viewer's token is for reading only. */
export function requireWriting(viewer: Viewer): void {
  if (viewer.isReadOnly) throw new ForbiddenError('This token is for reading only.');
}

/** The first look, before any lock: the role as it was when the request began. @throws NotFoundError, ForbiddenError */
export function requireRoleAtStart(
  viewer: Viewer,
  workspaceKey: number,
  required: Role,
  globalId: string,
): void {
  requireRole(viewer.roles.get(workspaceKey), required, globalId);
  requireWriting(viewer);
}

/**
 * The look that counts, in the transaction and after its locks: the role that is committed now, through a token that
 * is still good by the clock (now() stands still since the transaction began to wait). @throws NotFoundError, ForbiddenError
 */
export async function requireRoleNow(
  transaction: Transaction,
  viewer: Viewer,
  workspaceKey: number,
  required: Role,
  globalId: string | null,
): Promise<Role> {
  const [member] = await transaction.$queryRaw<{ role: Role }[]>(sql`
    SELECT member.role FROM workspace_member AS member
    WHERE member.user_id = ${viewer.userId}::uuid AND member.workspace_key = ${workspaceKey}
      AND member.removed_at IS NULL AND ${isGoodNow(viewer)}`);
  return requireRole(member?.role, required, globalId);
}

/**
 * The same where no workspace is asked for: what a token makes, it makes while it is good. Its user's row is held, and
 * then its own, so that a revocation comes before or after; not shared, for a crowd of sharers would keep the revocation
 * waiting for ever.
 * @throws ForbiddenError
 */
export async function requireGoodNow(transaction: Transaction, viewer: Viewer): Promise<void> {
  // The user's row first: an edit of their access writes it as well.
  await transaction.$queryRaw(
    sql`SELECT 1 FROM app_user WHERE id = ${viewer.userId}::uuid FOR NO KEY UPDATE`,
  );
  if (viewer.tokenId !== null)
    await transaction.$queryRaw(
      sql`SELECT 1 FROM api_token WHERE id = ${viewer.tokenId}::uuid FOR NO KEY UPDATE`,
    );
  const [row] = await transaction.$queryRaw<{ good: boolean }[]>(sql`SELECT ${isGoodNow(viewer)} AS good`);
  if (row?.good !== true) throw new ForbiddenError('This token was revoked or has expired.');
}

/** Whether the viewer's token is still good, as a condition in SQL: an API token may have been revoked meanwhile. */
export function isGoodNow({ tokenId, expiresAt }: Viewer): Sql {
  // As text with its zone: Prisma sends a Date without one, and the database would take it to be in its own.
  if (tokenId === null) return sql`${expiresAt?.toISOString() ?? null}::timestamptz > clock_timestamp()`;
  return sql`EXISTS (SELECT 1 FROM api_token AS token WHERE token.id = ${tokenId}::uuid AND token.revoked_at IS NULL
    AND (token.expires_at IS NULL OR token.expires_at > clock_timestamp()))`;
}
