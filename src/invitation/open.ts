import { sql } from '../database/sql.ts';

/**
 * Whether an invitation can be redeemed, as a condition in SQL. It is good for as long as whoever made it is an admin:
 * nobody keeps a way back in for the time after their own removal.
 */
export const isOpen = sql`invitation.redeemed_at IS NULL AND invitation.revoked_at IS NULL
  AND invitation.expires_at > clock_timestamp() AND EXISTS (
    SELECT 1 FROM workspace_member AS inviter WHERE inviter.workspace_key = invitation.workspace_key
      AND inviter.user_id = invitation.invited_by_id AND inviter.role = 'ADMIN' AND inviter.removed_at IS NULL)`;
