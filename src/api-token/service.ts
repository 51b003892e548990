import { hashSecret, newTokenSecret, secretPrefix } from '../access/rules.ts';
import { requireGoodNow, requireRoleAtStart, requireRoleNow, requireWriting } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import {
  inModelTransaction,
  inTransaction,
  type ModelTransaction,
  type Transaction,
} from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type Call, once } from '../idempotency/service.ts';
import { findWorkspace } from '../workspace/access.ts';
import { lockWorkspace } from '../workspace-member/grant.ts';
import { maySeeToken, mostTokens, requireWithin } from './rules.ts';

export interface NewApiToken {
  readonly name: string;
  readonly workspaceId: string | null;
  readonly readOnly: boolean;
  readonly expiresAt: Date | null;
}

/** A token as it was made, with its secret: nobody can read that again. */
export interface MadeToken {
  readonly tokenId: string;
  readonly secret: string;
}

/** Makes a token for the viewer's user. @throws NotFoundError, ForbiddenError, InvalidInputError */
export async function createApiToken(
  database: Database,
  viewer: Viewer,
  { workspaceId, ...data }: NewApiToken,
): Promise<MadeToken> {
  requireWriting(viewer);
  const workspaceKey = workspaceId === null ? null : await placeOf(database.reader, viewer, workspaceId);
  const maker = { workspaceKey: viewer.narrowedTo, expiresAt: viewer.expiresAt };
  requireWithin(maker, { workspaceKey, expiresAt: data.expiresAt });
  return inModelTransaction(database, async (transaction) => {
    // Who leaves meanwhile, or has left, gets no token that would be good again for who comes back.
    if (workspaceKey !== null) await lockWorkspace(transaction, workspaceKey);
    // One user's tokens are made one after the other, so that the limit holds.
    await requireGoodNow(transaction, viewer);
    if (workspaceKey !== null) await requireRoleNow(transaction, viewer, workspaceKey, 'VIEWER', null);
    await requireRoomForToken(transaction, viewer.userId);
    return makeToken(transaction, { ...data, userId: viewer.userId, workspaceKey });
  });
}

async function placeOf(reader: Reader, viewer: Viewer, workspaceId: string): Promise<number> {
  const { key, globalId } = await findWorkspace(reader, workspaceId);
  requireRoleAtStart(viewer, key, 'VIEWER', globalId);
  return key;
}

/** @throws InvalidInputError when the user has as many tokens as one may have */
async function requireRoomForToken(transaction: Transaction, userId: string): Promise<void> {
  const [row] = await transaction.$queryRaw<
    { count: number }[]
  >(sql`SELECT count(*)::int AS count FROM api_token
    WHERE user_id = ${userId}::uuid AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`);
  if (row !== undefined && row.count < mostTokens) return;
  const message = `You have ${mostTokens} tokens, the most that a user may have. Revoke one that is not needed.`;
  throw new InvalidInputError([{ path: ['input'], message }]);
}

interface TokenToMake extends Omit<NewApiToken, 'workspaceId'> {
  readonly userId: string;
  readonly workspaceKey: number | null;
}

/** Makes a token; one that is narrowed to a workspace is in its audit trail. */
export async function makeToken(transaction: ModelTransaction, token: TokenToMake): Promise<MadeToken> {
  const secret = newTokenSecret();
  const hashed = { secretHash: hashSecret(secret), prefix: secretPrefix(secret) };
  const { id } = await transaction.apiToken.create({ data: { ...token, ...hashed }, select: { id: true } });
  const { workspaceKey, userId, name, readOnly, expiresAt } = token;
  if (workspaceKey !== null) {
    const after = { name, readOnly, expiresAt: expiresAt?.toISOString() ?? null };
    await recordAudit(transaction, {
      workspaceKey,
      actorId: userId,
      action: 'API_TOKEN_CREATED',
      subject: { type: 'ApiToken', id, name },
      changes: changesBetween({}, after),
    });
  }
  return { tokenId: id, secret };
}

interface FoundToken {
  readonly name: string;
  readonly userId: string;
  readonly workspaceKey: number | null;
}

/**
 * Revokes a token: it is good for no request that begins afterwards. Revoking a revoked one changes nothing.
 * @throws NotFoundError, ForbiddenError
 */
export async function revokeApiToken(
  database: Database,
  viewer: Viewer,
  call: Call,
  tokenId: string,
): Promise<{ tokenId: string }> {
  const globalId = encodeGlobalId('ApiToken', tokenId);
  const [token] = await database.reader.rows<FoundToken>(sql`
    SELECT name, user_id AS "userId", workspace_key AS "workspaceKey" FROM api_token WHERE id = ${tokenId}::uuid`);
  const isAdminOf = (key: number) => viewer.roles.get(key) === 'ADMIN';
  if (token === undefined || !maySeeToken({ ...viewer, isAdminOf }, token)) throw new NotFoundError(globalId);
  requireWriting(viewer);
  const authorize = (transaction: Transaction) => () => requireRevoking(transaction, viewer, token, globalId);
  return inTransaction(database, (transaction) =>
    once(transaction, viewer, call, authorize(transaction), async () => {
      await authorize(transaction)();
      await revoke(transaction, viewer, tokenId, token);
      return { tokenId };
    }),
  );
}

/** One's own tokens take nothing but a good token; others' take an admin. @throws NotFoundError, ForbiddenError */
async function requireRevoking(
  transaction: Transaction,
  viewer: Viewer,
  { userId, workspaceKey }: FoundToken,
  globalId: string,
): Promise<void> {
  if (userId === viewer.userId || workspaceKey === null) await requireGoodNow(transaction, viewer);
  else await requireRoleNow(transaction, viewer, workspaceKey, 'ADMIN', globalId);
}

async function revoke(
  transaction: Transaction,
  viewer: Viewer,
  tokenId: string,
  { name, workspaceKey }: FoundToken,
): Promise<void> {
  const revoked = await transaction.$executeRaw(
    sql`UPDATE api_token SET revoked_at = clock_timestamp() WHERE id = ${tokenId}::uuid AND revoked_at IS NULL`,
  );
  if (revoked === 0 || workspaceKey === null) return;
  await recordAudit(transaction, {
    workspaceKey,
    actorId: viewer.userId,
    action: 'API_TOKEN_REVOKED',
    subject: { type: 'ApiToken', id: tokenId, name },
  });
}
