import type { UserRow } from '../access/loaders.ts';
import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { ReadScope } from '../database/reader.ts';
import { reviveDates } from '../database/rows.ts';
import { sql } from '../database/sql.ts';
import type { Role } from '../errors.ts';

/** A user as a member of a workspace. */
export interface MemberRow extends UserRow {
  readonly workspaceKey: number;
  readonly role: Role;
  readonly email: string;
  readonly joinedAt: Date;
}

/** In the order in which they joined. */
export const memberOrder = {
  name: 'joined',
  columns: [
    { expression: 'member.created_at', type: 'timestamptz' },
    { expression: 'member.user_id', type: 'uuid' },
  ],
  descending: false,
} as const;

/** A page of each workspace's members. */
export function loadMembers(
  scope: ReadScope,
  workspaceKeys: readonly number[],
  range: PageRange,
): Promise<Page<MemberRow>[]> {
  const select = sql`SELECT app_user.id, app_user.name, app_user.email, member.role,
      member.workspace_key AS "workspaceKey", member.created_at AS "joinedAt"
    FROM workspace_member AS member JOIN app_user ON app_user.id = member.user_id
    WHERE member.workspace_key = parent.key AND member.removed_at IS NULL ${pageClause(memberOrder, range)}`;
  return readPages(scope.reader, workspaceKeys, range, select, reviveDates<MemberRow>(['joinedAt']));
}

/** How many members each workspace has. */
export function countMembers(scope: ReadScope, workspaceKeys: readonly number[]): Promise<number[]> {
  const select = sql`SELECT 1 FROM workspace_member AS member
    WHERE member.workspace_key = parent.key AND member.removed_at IS NULL`;
  return readCounts(scope.reader, workspaceKeys, select);
}
