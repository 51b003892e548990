import type { LookAgain } from '../access/look-again.ts';
import { hashSecret } from '../access/rules.ts';
import { requireGoodNow, requireWriting } from '../access/service.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import { sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { isTicketShaped, mostTickets, newTicket, ticketSeconds } from './rules.ts';

/** A ticket as it was made: nobody can read it again. */
export interface MadeTicket {
  readonly ticket: string;
  readonly expiresAt: Date;
}

/** Makes a ticket for one subscription of the viewer's. @throws ForbiddenError, InvalidInputError */
export async function createSubscriptionTicket(database: Database, viewer: Viewer): Promise<MadeTicket> {
  requireWriting(viewer);
  return inTransaction(database, async (transaction) => {
    // One user's tickets are made one after the other, so that the limit holds.
    await requireGoodNow(transaction, viewer);
    await requireRoomForTicket(transaction, viewer.userId);
    return makeTicket(transaction, viewer);
  });
}

/** @throws InvalidInputError when the user has as many tickets as one may have; those that ended are forgotten first */
async function requireRoomForTicket(transaction: Transaction, userId: string): Promise<void> {
  await transaction.$executeRaw(sql`DELETE FROM subscription_ticket
    WHERE user_id = ${userId}::uuid AND expires_at <= clock_timestamp()`);
  const open = await transaction.$queryRaw<object[]>(
    sql`SELECT 1 FROM subscription_ticket WHERE user_id = ${userId}::uuid LIMIT ${mostTickets}::int`,
  );
  if (open.length < mostTickets) return;
  const message = `You have ${mostTickets} unused tickets, the most that a user may have. Use one, or wait a minute.`;
  throw new InvalidInputError([{ path: [], message }]);
}

async function makeTicket(
  transaction: Transaction,
  { userId, tokenId, expiresAt: tokenExpiresAt }: Viewer,
): Promise<MadeTicket> {
  const ticket = newTicket();
  // A moment goes as text with its zone: Prisma sends a Date without one.
  const [made] = await transaction.$queryRaw<{ expiresAt: Date }[]>(sql`
    INSERT INTO subscription_ticket (secret_hash, user_id, token_id, token_expires_at, expires_at)
    VALUES (${Buffer.from(hashSecret(ticket))}, ${userId}::uuid, ${tokenId}::uuid,
      ${tokenExpiresAt?.toISOString() ?? null}::timestamptz,
      clock_timestamp() + make_interval(secs => ${ticketSeconds}::int))
    RETURNING expires_at AS "expiresAt"`);
  if (made === undefined) throw new Error('The ticket was not stored');
  return { ticket, expiresAt: made.expiresAt };
}

interface RedeemedTicket {
  readonly userId: string;
  readonly tokenId: string | null;
  readonly expiresAt: Date | null;
}

/**
 * Uses a ticket up, and answers with whose it is, as they are now; null for one that is good no longer, or whose token
 * isn't. Of two who use it at the same moment, on whichever nodes, one wins.
 */
export async function redeemTicket(
  database: Database,
  lookAgain: LookAgain,
  ticket: string,
): Promise<Viewer | null> {
  if (!isTicketShaped(ticket)) return null;
  const secretHash = Buffer.from(hashSecret(ticket));
  // Made-up tickets cost one look-up, and no transaction.
  const found = await database.reader.rows(
    sql`SELECT 1 FROM subscription_ticket WHERE secret_hash = ${secretHash}`,
  );
  if (found.length === 0) return null;
  const [redeemed] = await inTransaction(database, (transaction) =>
    transaction.$queryRaw<RedeemedTicket[]>(sql`DELETE FROM subscription_ticket
      WHERE secret_hash = ${secretHash} AND expires_at > clock_timestamp()
      RETURNING user_id::text AS "userId", token_id::text AS "tokenId", token_expires_at AS "expiresAt"`),
  );
  if (redeemed === undefined) return null;
  const bearer: Viewer = { ...redeemed, email: '', isReadOnly: true, narrowedTo: null, roles: new Map() };
  return (await lookAgain([bearer])).get(bearer) ?? null;
}

/** Forgets tickets that have ended; returns how many. */
export async function forgetExpiredTickets(transaction: Transaction): Promise<number> {
  return transaction.$executeRaw`DELETE FROM subscription_ticket WHERE expires_at <= clock_timestamp()`;
}
