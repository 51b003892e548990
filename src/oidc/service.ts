import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import { type Sql, sql } from '../database/sql.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { Role } from '../errors.ts';
import { acceptInvitationsTo, type Invitee } from '../invitation/acceptance.ts';
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
 * The user that an issuer's token stands for: one statement, and more when there is news. They are known by issuer and
 * subject alone, never by an address, and made at first sight. @throws BusyError
 */
export async function signInAs(database: Database, identity: Identity): Promise<Viewer> {
  const [known] = await database.reader.rows<UserRow>(lookUp(identity));
  const user =
    known !== undefined && !hasNews(known, identity) ? known : await welcome(database, identity, known);
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

/** Who is being welcomed on this node: the same user's other requests wait for the same. */
const welcomes = new Map<string, Promise<UserRow>>();

/** Makes the user or takes over what the token says of them, gives them what they are invited to, and looks again. */
function welcome(database: Database, identity: Identity, known: UserRow | undefined): Promise<UserRow> {
  const who = JSON.stringify([identity.issuer, identity.subject]);
  const underWay = welcomes.get(who) ?? greet(database, identity, known).finally(() => welcomes.delete(who));
  welcomes.set(who, underWay);
  return underWay;
}

async function greet(database: Database, identity: Identity, known: UserRow | undefined): Promise<UserRow> {
  const user = await inTransaction(database, (transaction) => keepUser(transaction, identity, known));
  if (identity.verifiedEmailKey !== null)
    await acceptInvitationsTo(database, identity.verifiedEmailKey, user);
  const [now] = await database.reader.rows<UserRow>(lookUp(identity));
  if (now === undefined) throw new Error('The user who has just signed in is not there');
  return now;
}

async function keepUser(
  transaction: Transaction,
  identity: Identity,
  known: UserRow | undefined,
): Promise<Invitee> {
  const { issuer, subject, email } = identity;
  const name = nameToKeep(identity, known?.name ?? null);
  // Two first requests at once: the second waits here, and finds the user that the first has made.
  const [user] = await transaction.$queryRaw<{ id: string }[]>(sql`
    INSERT INTO app_user (id, name, email, issuer, subject)
    VALUES (${uuidv7()}::uuid, ${name}, ${email ?? known?.email ?? ''}, ${issuer}, ${subject})
    ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, email = excluded.email
    RETURNING id`);
  if (user === undefined) throw new Error('The user who signs in could not be kept');
  return { id: user.id, name };
}
