import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/errors.ts';
import { decodeGlobalId } from '../../src/global-id.ts';
import { emailKey } from '../../src/invitation/rules.ts';
import { createLab, createPerson, createWorkspace } from '../support/factories.ts';
import { startOrganisation } from './fixtures/organisation.ts';

const { app, issuer } = await startOrganisation();
const lab = await createLab(app);
const query = '{ viewer { workspaces { nodes { id viewerRole } } } }';

interface Invited {
  readonly role?: Role;
  readonly workspaceId?: string;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
  readonly redeemedById?: string;
}

/** An invitation as the workspace's admin would make it. */
async function invite(email: string, settings: Invited = {}): Promise<string> {
  const { workspaceId = lab.workspaceId, redeemedById = null, ...rest } = settings;
  const id = decodeGlobalId(workspaceId)?.key ?? '';
  const { key } = await app.database.prisma.workspace.findUniqueOrThrow({ where: { id } });
  const invitation = await app.database.prisma.invitation.create({
    data: {
      ...{ workspaceKey: key, email, emailKey: emailKey(email), role: 'VIEWER' },
      ...{ secretHash: randomBytes(32), invitedById: lab.admin.userId },
      expiresAt: new Date(Date.now() + 60_000),
      ...{ redeemedById, redeemedAt: redeemedById === null ? null : new Date() },
      ...rest,
    },
  });
  return invitation.id;
}

async function rolesOf(subject: string, claims: object): Promise<unknown> {
  const { data } = await app.ask(await issuer.token(subject, { ...claims }), query);
  return data.viewer.workspaces.nodes;
}

const asViewer = [{ id: lab.workspaceId, viewerRole: 'VIEWER' }];

describe('an open invitation', () => {
  it('to a verified address gives its role at first sight, once, and says who redeemed it', async () => {
    const id = await invite('ada@lab.example');
    const claims = { name: 'Ada', email: 'ada@lab.example', email_verified: true };
    const answers = await Promise.all([1, 2, 3, 4].map(() => rolesOf('ada', claims)));
    expect(answers).toEqual([asViewer, asViewer, asViewer, asViewer]);
    const redeemed = await app.sql(
      `SELECT subject FROM invitation JOIN app_user ON app_user.id = redeemed_by_id
       WHERE invitation.id = $1 AND redeemed_at IS NOT NULL`,
      [id],
    );
    expect(redeemed).toEqual([{ subject: 'ada' }]);
    const told = await app.sql(
      "SELECT action FROM audit_entry JOIN app_user ON app_user.id = actor_id WHERE app_user.subject = 'ada' ORDER BY key",
    );
    expect(told).toEqual([{ action: 'INVITATION_REDEEMED' }, { action: 'MEMBER_ADDED' }]);
  });

  it('gives its role to a user who was there before as well, with the next request', async () => {
    const claims = { email: 'bea@lab.example', email_verified: true };
    expect(await rolesOf('bea', claims)).toEqual([]);
    await invite('bea@lab.example', { role: 'COLLABORATOR' });
    expect(await rolesOf('bea', claims)).toEqual([{ id: lab.workspaceId, viewerRole: 'COLLABORATOR' }]);
  });

  it('to several workspaces gives all of its roles at once', async () => {
    const other = await createWorkspace(app, lab.admin);
    await invite('cleo@lab.example', { role: 'ADMIN' });
    await invite('cleo@lab.example', { role: 'VIEWER' });
    await invite('cleo@lab.example', { workspaceId: other });
    expect(await rolesOf('cleo', { email: 'cleo@lab.example', email_verified: true })).toEqual([
      { id: lab.workspaceId, viewerRole: 'ADMIN' },
      { id: other, viewerRole: 'VIEWER' },
    ]);
  });

  it('is one of very many: 20 are redeemed at a time, and the next requests go on', async () => {
    const inviter = await createPerson(app);
    const workspaces = [];
    for (let count = 0; count < 25; count++) workspaces.push(await createWorkspace(app, inviter));
    for (const workspaceId of workspaces) await invite('many@lab.example', { workspaceId });
    const claims = { email: 'many@lab.example', email_verified: true };
    const count = async () => {
      const { data } = await app.ask(
        await issuer.token('many', claims),
        '{ viewer { workspaces { totalCount } } }',
      );
      return data.viewer.workspaces.totalCount;
    };
    expect([await count(), await count(), await count()]).toEqual([20, 25, 25]);
  });

  it('to a workspace that somebody holds does not keep anybody from signing in', async () => {
    const [held, free] = [await createWorkspace(app, lab.admin), await createWorkspace(app, lab.admin)];
    for (const workspaceId of [held, free]) await invite('patient@lab.example', { workspaceId });
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM workspace WHERE id = $1 FOR UPDATE', [decodeGlobalId(held)?.key]);
    const claims = { email: 'patient@lab.example', email_verified: true };
    expect(await rolesOf('patient', claims)).toEqual([{ id: free, viewerRole: 'VIEWER' }]);
    await client.query('COMMIT');
    await client.end();
    expect(await rolesOf('patient', claims)).toHaveLength(2);
  });

  it('finds the address whichever letters the issuer writes it in', async () => {
    await invite('Dora.Doe@Lab.example');
    expect(await rolesOf('dora', { email: 'dora.DOE@lab.EXAMPLE', email_verified: true })).toEqual(asViewer);
  });

  it('takes the text "true" for true, as some issuers send it', async () => {
    await invite('eve@lab.example');
    expect(await rolesOf('eve', { email: 'eve@lab.example', email_verified: 'true' })).toEqual(asViewer);
  });

  it.each([
    ['is not verified', false],
    ['is not said to be verified', undefined],
    ['is verified with a text that is not "true"', 'yes'],
    ['is verified with a number', 1],
    ['is verified with a list', [true]],
  ])('gives nothing when the address %s', async (_what, email_verified) => {
    await invite('fay@lab.example');
    expect(await rolesOf('fay', { email: 'fay@lab.example', email_verified })).toEqual([]);
  });

  it('gives nothing for an address that only looks like it', async () => {
    await invite('kim@lab.example');
    expect(await rolesOf('kim', { email: '\u212aim@lab.example', email_verified: true })).toEqual([]);
  });

  it('of which only the user name is the address gives nothing', async () => {
    await invite('gil@lab.example');
    const claims = { preferred_username: 'gil@lab.example', email_verified: true };
    expect(await rolesOf('gil@lab.example', claims)).toEqual([]);
  });

  it('takes no role away that includes its own', async () => {
    const claims = { email: 'hal@lab.example', email_verified: true };
    await invite('hal@lab.example', { role: 'ADMIN' });
    await rolesOf('hal', claims);
    await invite('hal@lab.example', { role: 'VIEWER' });
    expect(await rolesOf('hal', claims)).toEqual([{ id: lab.workspaceId, viewerRole: 'ADMIN' }]);
  });
});

describe('an invitation that', () => {
  const past = new Date(Date.now() - 1_000);

  it.each<[string, () => Invited]>([
    ['has expired', () => ({ expiresAt: past })],
    ['was revoked', () => ({ revokedAt: past })],
    ['was redeemed', () => ({ redeemedById: lab.stranger.userId })],
  ])('%s gives nothing, and keeps nobody writing', async (what, settings) => {
    const email = `${what.replaceAll(' ', '.')}@lab.example`;
    await invite(email, settings());
    const claims = { email, email_verified: true };
    expect(await rolesOf(email, claims)).toEqual([]);
    app.sent.length = 0;
    await rolesOf(email, claims);
    expect(app.sent.filter(({ text }) => /^(BEGIN|INSERT|UPDATE)/i.test(text))).toEqual([]);
  });
});

describe('a user without an issuer', () => {
  it('keeps their roles to themselves, whoever has their address', async () => {
    const redeemer = await createPerson(app, 'Rea');
    await app.sql("UPDATE app_user SET email = 'rea@lab.example' WHERE id = $1", [redeemer.userId]);
    await invite('rea@lab.example', { redeemedById: redeemer.userId });
    await app.sql(
      "INSERT INTO workspace_member (workspace_key, user_id, role) SELECT key, $1, 'ADMIN' FROM workspace WHERE id = $2",
      [redeemer.userId, decodeGlobalId(lab.workspaceId)?.key],
    );
    const claims = { email: 'rea@lab.example', email_verified: true, name: 'Rea' };
    expect(await rolesOf('rea', claims)).toEqual([]);
    expect(await app.sql("SELECT name FROM app_user WHERE email = 'rea@lab.example'")).toHaveLength(2);
    const { data } = await app.ask(redeemer.token, query);
    expect(data.viewer.workspaces.nodes).toEqual([{ id: lab.workspaceId, viewerRole: 'ADMIN' }]);
  });
});
