import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import { type Sql, sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { Role } from '../errors.ts';
import { acceptInvitationsTo } from '../invitation/acceptance.ts';
import { isOpen } from '../invitation/open.ts';
import { type Identity, nameToKeep } from './rules.ts';

interface UserRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly roles: [number, Role][] | null;
  readonly isInvited: boolean;
}

/**
 * The user that an issuer's token stands for: one statement, and a transaction when there is news. They are known by
 * issuer and subject alone, never by an address, and made at first sight. @throws BusyError
 */
export async function signInAs(database: Database, identity: Identity): Promise<Viewer> {
  const [known] = await database.reader.rows<UserRow>(lookUp(identity));
  const user =
    known !== undefined && !hasNews(known, identity)
      ? known
      : await inTransaction(database, (transaction) => welcome(transaction, identity, known));
  return {
    userId: user.userId,
    tokenId: null,
    email: user.email,
    isReadOnly: false,
    expiresAt: identity.expiresAt,
    narrowedTo: null,
    roles: new Map(user.roles ?? []),
  };
}

function lookUp({ issuer, subject, verifiedEmailKey }: Identity): Sql {
  return sql`
    SELECT app_user.id AS "userId", app_user.name, app_user.email,
      (SELECT json_agg(json_build_array(member.workspace_key, member.role)) FROM workspace_member AS member
        WHERE member.user_id = app_user.id AND member.removed_at IS NULL) AS roles,
      EXISTS (SELECT 1 FROM invitation WHERE email_key = ${verifiedEmailKey}::text AND ${isOpen}) AS "isInvited"
    FROM app_user WHERE app_user.issuer = ${issuer} AND app_user.subject = ${subject}`;
}

function hasNews(known: UserRow, identity: Identity): boolean {
  return (
    known.isInvited ||
    known.name !== nameToKeep(identity, known.name) ||
    known.email !== (identity.email ?? known.email)
  );
}

/** Makes the user or takes over what the token says of them, gives them what they are invited to, and looks again. */
async function welcome(
  transaction: Transaction,
  identity: Identity,
  known: UserRow | undefined,
): Promise<UserRow> {
  const { issuer, subject, verifiedEmailKey } = identity;
  const name = nameToKeep(identity, known?.name ?? null);
  // Two first requests at once: the second waits here, and finds the user that the first has made.
  const [user] = await transaction.$queryRaw<{ id: string }[]>(sql`
    INSERT INTO app_user (id, name, email, issuer, subject)
    VALUES (${uuidv7()}::uuid, ${name}, ${identity.email ?? known?.email ?? ''}, ${issuer}, ${subject})
    ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, email = excluded.email
    RETURNING id`);
  if (user !== undefined && verifiedEmailKey !== null) {
    await acceptInvitationsTo(transaction, verifiedEmailKey, { id: user.id, name });
  }
  const [now] = await transaction.$queryRaw<UserRow[]>(lookUp(identity));
  if (now === undefined) throw new Error('The user who has just signed in is not there');
  return now;
}
