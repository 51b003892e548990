import type { ReadScope } from '../database/reader.ts';
import type { RowKey } from '../database/rows.ts';
import { sql } from '../database/sql.ts';

export interface UserRow {
  readonly id: string;
  readonly name: string;
}

/** Users by id: the viewer, and whoever is or was a member of one of the viewer's workspaces. */
export async function loadUsers(scope: ReadScope, ids: readonly RowKey[]): Promise<(UserRow | null)[]> {
  // Who has a workspace is a member of it: who asks matters only where there is none, and is not to be asked for else.
  const viewerAlone = scope.workspaceKeys.length === 0 ? scope.userId : null;
  const rows = await scope.reader.rows<UserRow>(sql`
    SELECT app_user.id, app_user.name FROM app_user
    WHERE app_user.id = ANY(${ids.map(String)}::uuid[]) AND (app_user.id = ${viewerAlone}::uuid OR EXISTS (
      SELECT 1 FROM workspace_member AS member
      WHERE member.user_id = app_user.id AND member.workspace_key = ANY(${scope.workspaceKeys}::int[])))`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(String(id)) ?? null);
}
