import pg from 'pg';
import { decodeGlobalId } from '../../src/global-id.ts';

/** Locks a group's row, as an edit does, in a session of the test's own; releases it when told. */
export async function holdGroup(databaseUrl: string, groupId: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  const { rowCount } = await client.query('SELECT 1 FROM participant_group WHERE id = $1 FOR NO KEY UPDATE', [
    decodeGlobalId(groupId)?.key,
  ]);
  if (rowCount !== 1) throw new Error('There is no such group');
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}
