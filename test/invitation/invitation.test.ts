import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId, admin, collaborator } = lab;

const invite = (email: string, role = 'COLLABORATOR', token = admin.token) =>
  mutate(app, token, 'addWorkspaceMember', { workspaceId, email, role });

describe('addWorkspaceMember', () => {
  it('answers with an invitation, good for 7 days, and its secret', async () => {
    const { invitation, invitationSecret } = await invite('  new@lab.example ');
    expect(invitation).toMatchObject({
      email: 'new@lab.example',
      role: 'COLLABORATOR',
      isOpen: true,
      redeemedBy: null,
    });
    const days = (Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt)) / 86_400_000;
    expect(days).toBe(7);
    expect(invitationSecret).toMatch(/^rollcall_invitation_[A-Za-z0-9_-]{43}$/);
  });

  it('stores nothing from which the secret could be had', async () => {
    const { invitationSecret } = await invite('new@lab.example');
    const rows = await app.sql(`SELECT row_to_json(t)::text AS text FROM invitation AS t
      UNION ALL SELECT row_to_json(t)::text FROM audit_entry AS t`);
    expect(JSON.stringify(rows)).not.toContain(invitationSecret.slice(20));
  });

  it('answers the same, and asks the database the same, for known and unknown addresses', async () => {
    const [known] = await app.sql<{ email: string }>('SELECT email FROM app_user WHERE id = $1', [
      lab.stranger.userId,
    ]);
    const [member] = await app.sql<{ email: string }>('SELECT email FROM app_user WHERE id = $1', [
      collaborator.userId,
    ]);
    const answers = [];
    for (const email of ['nobody@lab.example', known?.email ?? '', member?.email ?? '']) {
      app.statements.splice(0);
      const answer = JSON.stringify(await invite(email));
      const blank = answer
        .replaceAll(email, '')
        .replaceAll(/"(id|invitationSecret|createdAt|expiresAt)":"[^"]*"/g, '');
      answers.push({ blank, statements: app.statements.splice(0) });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it.each([
    '',
    'nobody',
    'a@b@c',
    'a b@c.example',
    '@lab.example',
    'ada@',
    `${'a'.repeat(250)}@b.example`,
    'a\u0000@b.example',
    '<a@b.example>',
  ])('refuses %j as an address, with its path', async (email) => {
    expect(await invite(email)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'email'], message: expect.stringContaining('ada@lab.example') }],
    });
  });

  it('takes an address with letters of any script', async () => {
    expect(await invite('jürgen@bücher.example')).toMatchObject({
      invitation: { email: 'jürgen@bücher.example' },
    });
  });

  it('leaves one open invitation for one address, whatever its case', async () => {
    const older = await invite('Twice@lab.example');
    const newer = await invite('twice@LAB.example');
    const { data } = await app.ask(
      admin.token,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Invitation { isOpen } } }',
      { ids: [older.invitation.id, newer.invitation.id] },
    );
    expect(data.nodes).toEqual([{ isOpen: false }, { isOpen: true }]);
  });

  it('needs an admin', async () => {
    expect(await invite('x@lab.example', 'VIEWER', collaborator.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'ADMIN',
    });
  });
});

describe('Workspace.invitations', () => {
  const query = `query ($id: ID!) { workspace(id: $id) { title invitations(last: 1) { totalCount nodes { email } } } }`;
  const count = async () =>
    (await app.ask(admin.token, query, { id: workspaceId })).data.workspace.invitations.totalCount;

  it('lists the open ones to admins', async () => {
    const before = await count();
    await invite('last@lab.example');
    const { data } = await app.ask(admin.token, query, { id: workspaceId });
    expect(data.workspace.invitations).toEqual({
      totalCount: before + 1,
      nodes: [{ email: 'last@lab.example' }],
    });
  });

  it('is FORBIDDEN for everyone else', async () => {
    const { errors } = await app.ask(collaborator.token, query, { id: workspaceId });
    expect(errors).toMatchObject([{ path: ['workspace', 'invitations'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('lists none that was revoked, redeemed or has expired', async () => {
    const before = await count();
    const [revoked, redeemed] = [await invite('a@lab.example'), await invite('b@lab.example')];
    const expired = await invite('c@lab.example');
    expect(await count()).toBe(before + 3);
    await mutate(app, admin.token, 'revokeInvitation', { invitationId: revoked.invitation.id });
    await mutate(app, null, 'redeemInvitation', { invitationSecret: redeemed.invitationSecret, name: 'New' });
    await app.sql(`UPDATE invitation SET expires_at = now() WHERE email = 'c@lab.example'`);
    expect(expired.invitation.isOpen).toBe(true);
    expect(await count()).toBe(before);
  });

  it('is limited to 1,000', async () => {
    await app.sql(
      `INSERT INTO invitation (id, workspace_key, email, email_key, role, secret_hash, invited_by_id, expires_at)
       SELECT gen_random_uuid(), workspace_key, 'x', 'x', 'VIEWER', sha256(n::text::bytea), user_id, now() + interval '1 day'
       FROM workspace_member, generate_series(1, $2) AS n WHERE user_id = $1 AND role = 'ADMIN' LIMIT $2`,
      [admin.userId, 1_000 - (await count())],
    );
    expect(await invite('one-more@lab.example')).toMatchObject({ __typename: 'InvalidInputError' });
    await app.sql(`UPDATE invitation SET revoked_at = now() WHERE email = 'x'`);
  });
});

describe('revokeInvitation', () => {
  it('makes the secret good for nothing', async () => {
    const { invitation, invitationSecret } = await invite('gone@lab.example');
    const revoked = await mutate(app, admin.token, 'revokeInvitation', { invitationId: invitation.id });
    expect(revoked).toMatchObject({ revokedInvitationId: invitation.id });
    expect(await mutate(app, null, 'redeemInvitation', { invitationSecret, name: 'Late' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });

  it('leaves one that was redeemed as it is', async () => {
    const { invitation, invitationSecret } = await invite('done@lab.example');
    await mutate(app, null, 'redeemInvitation', { invitationSecret, name: 'Done' });
    await mutate(app, admin.token, 'revokeInvitation', { invitationId: invitation.id });
    const [row] = await app.sql(`SELECT revoked_at FROM invitation WHERE email = 'done@lab.example'`);
    expect(row).toEqual({ revoked_at: null });
  });

  it('is for admins, for whom alone there are invitations', async () => {
    const { invitation } = await invite('hidden@lab.example');
    expect(
      await mutate(app, collaborator.token, 'revokeInvitation', { invitationId: invitation.id }),
    ).toMatchObject({
      __typename: 'NotFoundError',
    });
  });
});
