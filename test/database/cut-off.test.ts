import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/client.ts';
import { inModelTransaction, inTransaction } from '../../src/database/transaction.ts';
import { BusyError } from '../../src/errors.ts';
import { Cable } from '../live/fixtures/cable.ts';
import { startApp, startNode } from '../support/app.ts';
import { documentOf } from '../support/documents.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { holdGroup, holdTable, untilWaiting } from '../support/lock.ts';
import { membersOf } from '../support/members.ts';

const app = await startApp();
const cable = await Cable.start(app.databaseUrl);
const node = await startNode({ url: cable.url, query: app.sql });
const lab = await createLab(app);
const { token } = lab.admin;
const groupId = await createGroup(app, token, lab.workspaceId);

afterEach(() => {
  node.unexpected.length = 0;
});

/** What each writes is called `what`. */
const writes = [
  {
    by: 'statements',
    name: 'addParticipantsToGroup',
    inputOf: (what: string) => ({ participantGroupId: groupId, participantIds: [what] }),
    hold: () => holdGroup(app.databaseUrl, groupId),
    found: () => membersOf(app, token, groupId),
  },
  {
    by: 'models',
    name: 'createProject',
    inputOf: (what: string) => ({ workspaceId: lab.workspaceId, title: what }),
    hold: () => holdTable(app.databaseUrl, 'audit_entry'),
    found: async () => (await app.sql('SELECT title FROM project')).map(({ title }) => title),
  },
] as const;

const endWaiting = () =>
  app.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`);
const ends = [
  { how: 'ended', end: endWaiting },
  { how: 'reset', end: async () => cable.cut() },
] as const;

const ask = (name: (typeof writes)[number]['name'], input: object) =>
  node.ask(token, documentOf(name), { input });

describe.each(writes)('a write by $by', ({ name, inputOf, hold, found }) => {
  it.each(ends)(
    'whose connection is $how before its commit is BUSY, and changes nothing',
    async ({ how, end }) => {
      const release = await hold();
      const asked = ask(name, inputOf(how));
      await untilWaiting(app);
      await end();
      const { data, errors } = await asked;
      await release();
      expect(data).toEqual({ [name]: null });
      expect(errors).toMatchObject([{ path: [name], extensions: { code: 'BUSY' } }]);
      expect(errors?.[0]?.message).toContain('Nothing was changed');
      expect(node.unexpected).toEqual([]);
      expect(await found()).not.toContain(how);
      await expect.poll(async () => (await ask(name, inputOf(how))).errors).toBeUndefined();
      expect(await found()).toContain(how);
    },
  );

  it.each(ends)('whose connection is $how in its commit is INTERNAL: nobody knows', async ({ how, end }) => {
    const goOn = await holdCommits();
    const asked = ask(name, inputOf(`${how}-in-its-commit`));
    await untilWaiting(app);
    await end();
    const { errors } = await asked;
    await goOn();
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
  });
});

/** Lets commits that have written a project or a member wait until told. */
async function holdCommits(): Promise<() => Promise<void>> {
  await app.sql(`CREATE FUNCTION wait_in_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$`);
  for (const table of ['project', 'membership'])
    await app.sql(`CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait_in_commit()`);
  const holder = new pg.Client({ connectionString: app.databaseUrl });
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock(1)');
  return async () => {
    await holder.end();
    await app.sql('DROP FUNCTION wait_in_commit CASCADE');
  };
}

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
