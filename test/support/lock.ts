import pg from 'pg';
import { decodeGlobalId } from '../../src/global-id.ts';

/** Locks a group's row, as an edit does, in a session of the test's own; releases it when told. */
export async function holdGroup(databaseUrl: string, groupId: string): Promise<() => Promise<void>> {
  const statement = 'SELECT 1 FROM participant_group WHERE id = $1 FOR NO KEY UPDATE';
  const { rowCount, release } = await hold(databaseUrl, statement, [decodeGlobalId(groupId)?.key]);
  if (rowCount !== 1) throw new Error('There is no such group');
  return release;
}

/** Lets every look-up of a token wait until told. */
export async function holdTokens(databaseUrl: string): Promise<() => Promise<void>> {
  return (await hold(databaseUrl, 'LOCK TABLE api_token IN ACCESS EXCLUSIVE MODE')).release;
}

async function hold(databaseUrl: string, statement: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  const { rowCount } = await client.query(statement, values);
  const release = async () => {
    await client.query('COMMIT');
    await client.end();
  };
  return { rowCount, release };
}
