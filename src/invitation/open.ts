import { sql } from '../database/sql.ts';

/** Whether an invitation can be redeemed, as a condition in SQL. */
export const isOpen = sql`invitation.redeemed_at IS NULL AND invitation.revoked_at IS NULL
  AND invitation.expires_at > clock_timestamp()`;
