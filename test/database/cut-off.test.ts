import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/client.ts';
import { inModelTransaction, inTransaction } from '../../src/database/transaction.ts';
import { BusyError } from '../../src/errors.ts';
import { startApp } from '../support/app.ts';
import { documentOf } from '../support/documents.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { holdGroup, holdTable, untilWaiting } from '../support/lock.ts';
import { membersOf } from '../support/members.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.admin;
const groupId = await createGroup(app, token, lab.workspaceId);

afterEach(() => void app.unexpected.splice(0));

const endWaiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;
const projects = async () => (await app.sql('SELECT title FROM project')).map(({ title }) => title);

const writes = [
  {
    by: 'statements',
    name: 'addParticipantsToGroup',
    input: { participantGroupId: groupId, participantIds: ['ann'] },
    hold: () => holdGroup(app.databaseUrl, groupId),
    found: () => membersOf(app, token, groupId),
    wrote: ['ann'],
  },
  {
    by: 'models',
    name: 'createProject',
    input: { workspaceId: lab.workspaceId, title: 'Cut off' },
    hold: () => holdTable(app.databaseUrl, 'audit_entry'),
    found: projects,
    wrote: ['Cut off'],
  },
] as const;

it.each(writes)(
  'a write by $by whose session ends before its commit is BUSY and changes nothing',
  async ({ name, input, hold, found, wrote }) => {
    const release = await hold();
    const asked = app.ask(token, documentOf(name), { input });
    await untilWaiting(app);
    await app.sql(endWaiting);
    const { data, errors } = await asked;
    await release();
    expect(data).toEqual({ [name]: null });
    expect(errors).toMatchObject([{ path: [name], extensions: { code: 'BUSY' } }]);
    expect(errors?.[0]?.message).toContain('Nothing was changed');
    expect(app.unexpected).toEqual([]);
    expect(await found()).toEqual([]);
    expect((await app.ask(token, documentOf(name), { input })).errors).toBeUndefined();
    expect(await found()).toEqual(wrote);
  },
);

it.each(writes)(
  'a write by $by whose session ends in its commit is not said to have changed nothing',
  async ({ name, input }) => {
    await app.sql(`CREATE FUNCTION wait_in_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$`);
    for (const table of ['project', 'membership'])
      await app.sql(`CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait_in_commit()`);
    const holder = new pg.Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(1)');
    const other = 'participantIds' in input ? { ...input, participantIds: ['bob'] } : input;
    const asked = app.ask(token, documentOf(name), { input: other });
    await untilWaiting(app);
    await app.sql(endWaiting);
    expect((await asked).errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    await holder.end();
    await app.sql('DROP FUNCTION wait_in_commit CASCADE');
  },
);

it.each([
  ['statements', inTransaction],
  ['models', inModelTransaction],
])('a write by %s is refused as long as there is no database, and why is told', async (_by, run) => {
  const troubles: Error[] = [];
  const database = openDatabase({
    url: 'postgresql://nobody@127.0.0.1:1/none',
    poolSize: 1,
    onConnectionError: (error) => troubles.push(error),
  });
  const work = run(database, async (transaction) => transaction.$queryRaw`SELECT 1`);
  await expect(work).rejects.toThrow(BusyError);
  expect(troubles).toHaveLength(1);
  await database.close();
});
