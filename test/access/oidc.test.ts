import { describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { documentOf } from '../support/documents.ts';
import { createLab, createPerson, createProject } from '../support/factories.ts';
import { inSeconds, sign } from '../support/issuer.ts';
import { startOrganisation } from './fixtures/organisation.ts';
import { removeMember } from './fixtures/people.ts';

const { app, issuer } = await startOrganisation();
const lab = await createLab(app);
const query = '{ viewer { email user { name } workspaces { nodes { id viewerRole } } } }';

const usersOf = (subject: string) =>
  app.sql('SELECT id, name, email, issuer FROM app_user WHERE subject = $1', [subject]);

describe('a token of the issuer', () => {
  it('makes a user at first sight, who is issuer and subject', async () => {
    const token = await issuer.token('ada|1', { name: 'Ada', email: 'ada@lab.example' });
    const { data } = await app.ask(token, query);
    expect(data.viewer).toEqual({
      email: 'ada@lab.example',
      user: { name: 'Ada' },
      workspaces: { nodes: [] },
    });
    expect(await usersOf('ada|1')).toMatchObject([
      { name: 'Ada', email: 'ada@lab.example', issuer: issuer.url },
    ]);
  });

  it('of the same subject is the same user’s, whichever key and type it has', async () => {
    const id = '{ viewer { user { id } } }';
    const first = await app.ask(await issuer.token('bea'), id);
    for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt']) {
      const token = await sign(issuer.claims('bea'), issuer.keys[1], { typ });
      expect(await app.ask(token, id)).toEqual(first);
    }
    expect(await usersOf('bea')).toHaveLength(1);
  });

  it('may name several audiences, and begin a few seconds ahead of us', async () => {
    const claims = { aud: ['another', 'rollcall'], nbf: inSeconds(10) };
    expect((await app.post(await issuer.token('bea', claims), query)).status).toBe(200);
  });

  it('of a subject in other letters is another user’s', async () => {
    await app.ask(await issuer.token('cleo'), query);
    await app.ask(await issuer.token('Cleo'), query);
    expect((await usersOf('cleo')).concat(await usersOf('Cleo'))).toHaveLength(2);
  });

  it('of a subject that another issuer had before is another user’s', async () => {
    const { userId } = await createPerson(app);
    await app.sql("UPDATE app_user SET issuer = 'https://old.example', subject = 'ann' WHERE id = $1", [
      userId,
    ]);
    const { data } = await app.ask(await issuer.token('ann'), '{ viewer { user { id } } }');
    expect(decodeGlobalId(data.viewer.user.id)?.key).not.toBe(userId);
    expect(await usersOf('ann')).toHaveLength(2);
  });

  it('makes one user when ten come at once', async () => {
    const token = await issuer.token('crowd', { name: 'Crowd' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.ask(token, query)));
    expect(answers.map(({ data }) => data.viewer.user.name)).toEqual(Array(10).fill('Crowd'));
    expect(await usersOf('crowd')).toHaveLength(1);
  });

  it('signs in by GET too', async () => {
    const headers = { Authorization: `Bearer ${await issuer.token('getter')}` };
    const response = await fetch(`${app.url}?query=${encodeURIComponent(query)}`, { headers });
    expect(response.status).toBe(200);
    expect(await usersOf('getter')).toHaveLength(1);
  });

  it('takes one statement when there is no news, and the query’s own', async () => {
    const token = await issuer.token('steady', { name: 'S', email: 's@x.example', email_verified: true });
    await app.ask(token, '{ viewer { email } }');
    app.sent.length = 0;
    await app.ask(token, '{ viewer { email } }');
    expect(app.sent).toHaveLength(1);
    await app.ask(token, '{ viewer { email workspaces { nodes { id } } } }');
    expect(app.sent).toHaveLength(3);
  });

  it('works for a token as long as the groups of a large organisation make it', async () => {
    const groups = Array.from({ length: 200 }, () => crypto.randomUUID());
    const token = await issuer.token('member of many', { groups });
    expect(token.length).toBeGreaterThan(8_192);
    expect((await app.post(token, query)).status).toBe(200);
  });

  it('is good for nothing where no issuer is configured', async () => {
    const token = await issuer.token('ada|1');
    expect((await app.post(token, query)).status).toBe(200);
    expect((await plain.post(token, query)).status).toBe(401);
  });
});

const plain = await startApp();

describe('an e-mail address', () => {
  it('of somebody who is there already makes nobody them', async () => {
    const person = await createPerson(app, 'Redeemed');
    const [stored] = await app.sql<{ email: string }>('SELECT email FROM app_user WHERE id = $1', [
      person.userId,
    ]);
    const claims = { email: stored?.email, email_verified: true, name: 'Redeemed' };
    const { data } = await app.ask(
      await issuer.token('not them', claims),
      '{ viewer { user { id } email } }',
    );
    expect(data.viewer.email).toBe(stored?.email);
    expect(decodeGlobalId(data.viewer.user.id)?.key).not.toBe(person.userId);
    expect((await app.post(person.token, query)).status).toBe(200);
  });
});

describe('rights', () => {
  it('are those of the user’s roles: a stranger’s workspace is not there', async () => {
    const token = await issuer.token('stranger');
    const ask = '($id: ID!) { workspace(id: $id) { id } node(id: $id) { id } }';
    const { data, errors } = await app.ask(token, `query ${ask}`, { id: lab.workspaceId });
    expect([data, errors]).toEqual([{ workspace: null, node: null }, undefined]);
  });

  it('include making a workspace and a project in it', async () => {
    const token = await issuer.token('maker');
    const made = await app.ask(token, documentOf('createWorkspace'), { input: { title: 'Ours' } });
    const workspaceId = made.data.createWorkspace.workspace.id;
    expect(await createProject(app, token, workspaceId)).toMatch(/\w/);
    expect((await app.ask(token, query)).data.viewer.workspaces.nodes).toEqual([
      { id: workspaceId, viewerRole: 'ADMIN' },
    ]);
  });

  it('end with the very next request when the member is removed', async () => {
    const token = await issuer.token('removed');
    const userId = await join('removed', token);
    expect((await app.ask(token, query)).data.viewer.workspaces.nodes).toHaveLength(1);
    await removeMember(app, lab.workspaceId, { userId, token });
    expect((await app.ask(token, query)).data.viewer.workspaces.nodes).toEqual([]);
  });
});

/** Makes who a token is for a collaborator of the lab; answers with their user id. */
async function join(subject: string, token: string): Promise<string> {
  await app.ask(token, query);
  const [user] = await app.sql<{ id: string }>('SELECT id FROM app_user WHERE subject = $1', [subject]);
  await app.sql(
    `INSERT INTO workspace_member (workspace_key, user_id, role)
     SELECT key, $1, 'COLLABORATOR' FROM workspace WHERE id = $2`,
    [user?.id, decodeGlobalId(lab.workspaceId)?.key],
  );
  return user?.id ?? '';
}
