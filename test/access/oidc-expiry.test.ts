import { afterAll, describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { startNode } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { documentOf } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import { inSeconds } from '../support/issuer.ts';
import { holdGroup } from '../support/lock.ts';
import { startOrganisation } from './fixtures/organisation.ts';

/** An app over a database whose sessions are in a time zone, and a collaborator of a lab in it. */
async function startIn(zone: string) {
  const database = await createTestDatabase();
  afterAll(() => database.drop());
  const name = new URL(database.url).pathname.slice(1);
  await database.query(`ALTER DATABASE ${name} SET timezone = '${zone}'`);
  const { app, issuer, pass } = await startOrganisation((settings) => startNode(database, settings));
  const lab = await createLab(app);
  await app.ask(await issuer.token('ada'), '{ viewer { email } }');
  await app.sql(
    `INSERT INTO workspace_member (workspace_key, user_id, role) SELECT workspace.key, app_user.id, 'COLLABORATOR'
     FROM workspace, app_user WHERE workspace.id = $1 AND app_user.subject = 'ada'`,
    [decodeGlobalId(lab.workspaceId)?.key],
  );
  const participantGroupId = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 3));
  const remove = async (token: string) => {
    const input = { participantGroupId, participantIds: ['p0'] };
    const { data } = await app.ask(token, documentOf('removeParticipantsFromGroup'), { input });
    return data.removeParticipantsFromGroup;
  };
  return { app, issuer, pass, remove, participantGroupId };
}

describe.each(['UTC', 'Asia/Tokyo', 'America/Los_Angeles'])('in a database in %s', async (zone) => {
  const { app, issuer, pass, remove, participantGroupId } = await startIn(zone);

  it('a token that ends while its mutation waits for the group is refused', async () => {
    // The app's clock is behind the database's: however slow this machine is, the token gets as far as the group.
    pass(-60_000);
    const exp = inSeconds(1);
    const release = await holdGroup(app.databaseUrl, participantGroupId);
    const answering = remove(await issuer.token('ada', { exp }));
    await new Promise((resolve) => setTimeout(resolve, exp * 1_000 - Date.now() + 50));
    await release();
    expect(await answering).toMatchObject({ __typename: 'NotFoundError' });
    pass(60_000);
  });

  it('a token that lasts is good for the same mutation', async () => {
    expect(await remove(await issuer.token('ada', { exp: inSeconds(60) }))).toMatchObject({
      removedCount: 1,
    });
  });

  it('a token that ends after all time, or in the middle of a second, is good as well', async () => {
    for (const exp of [1e300, inSeconds(60) + 0.25]) {
      expect(await remove(await issuer.token('ada', { exp }))).toMatchObject({ removedCount: 0 });
    }
    expect(app.unexpected).toEqual([]);
  });
});
