import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { Invitation } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { arrange, columnsOf, isAsked, type RowKey, reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';
import { isOpen } from './open.ts';

/** An invitation as admins see it: not its secret, nor what is stored of that. */
export interface InvitationRow extends Omit<Invitation, 'secretHash' | 'emailKey'> {
  readonly isOpen: boolean;
}

const columns = sql`${columnsOf<Omit<InvitationRow, 'isOpen'>>('invitation', [
  'key',
  'id',
  'workspaceKey',
  'email',
  'role',
  'invitedById',
  'createdAt',
  'expiresAt',
  'redeemedAt',
  'redeemedById',
  'revokedAt',
])}, ${isOpen} AS "isOpen"`;

/** In the order in which they were made. */
export const invitationOrder = {
  name: 'made',
  columns: [{ expression: 'invitation.key', type: 'int' }],
  descending: false,
} as const;

/** Invitations by key or id, to workspaces of which the viewer is an admin. */
export async function loadInvitations(
  scope: ReadScope,
  asked: readonly RowKey[],
): Promise<(InvitationRow | null)[]> {
  const rows = await scope.reader.rows<InvitationRow>(sql`
    SELECT ${columns} FROM invitation
    WHERE ${isAsked('invitation', asked)}
      AND invitation.workspace_key = ANY(${scope.adminWorkspaceKeys}::int[])`);
  return arrange(asked, rows);
}

/** A page of each workspace's open invitations. */
export function loadOpenInvitations(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  range: PageRange,
): Promise<Page<InvitationRow>[]> {
  const select = sql`SELECT ${columns} FROM invitation
    WHERE invitation.workspace_key = parent.key AND ${isOpen} ${pageClause(invitationOrder, range)}`;
  const revive = reviveDates<InvitationRow>(['createdAt', 'expiresAt', 'redeemedAt', 'revokedAt']);
  return readPages(scope.reader, workspaceKeys, range, select, revive);
}

/** How many open invitations each workspace has. */
export function countOpenInvitations(scope: ReadScope, workspaceKeys: readonly number[]): Promise<number[]> {
  const select = sql`SELECT 1 FROM invitation WHERE invitation.workspace_key = parent.key AND ${isOpen}`;
  return readCounts(scope.reader, workspaceKeys, select);
}
