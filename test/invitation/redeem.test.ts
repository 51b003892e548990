import { describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { createToken } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import { documentOf, mutate } from '../support/documents.ts';
import { createLab, createPerson, createWorkspace, type Person } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId, admin, collaborator, viewer } = lab;

async function invite(
  role = 'COLLABORATOR',
  email = 'new@lab.example',
  token = admin.token,
): Promise<string> {
  const input = { workspaceId, email, role };
  return (await mutate(app, token, 'addWorkspaceMember', input)).invitationSecret;
}

const redeem = (token: string | null, invitationSecret: string, name = 'Nora New') =>
  mutate(app, token, 'redeemInvitation', { invitationSecret, name });
const roleIn = async (token: string, id = workspaceId) =>
  (await app.ask(token, 'query ($id: ID!) { workspace(id: $id) { viewerRole } }', { id })).data.workspace
    ?.viewerRole ?? null;
const users = async () =>
  (await app.sql<{ count: number }>('SELECT count(*)::int AS count FROM app_user'))[0]?.count;

describe('redeeming with a token', () => {
  it('gives the role to its user', async () => {
    const person = await createPerson(app, 'Pat');
    const answer = await redeem(person.token, await invite());
    expect(answer).toMatchObject({
      token: null,
      apiToken: null,
      viewer: {
        user: { name: 'Pat' },
        workspaces: { nodes: [{ id: workspaceId, viewerRole: 'COLLABORATOR' }] },
      },
    });
    expect(await roleIn(person.token)).toBe('COLLABORATOR');
  });

  it('makes no user', async () => {
    const [person, secret] = [await createPerson(app), await invite()];
    const before = await users();
    await redeem(person.token, secret);
    expect(await users()).toBe(before);
  });

  it('raises a role, and leaves one that includes it', async () => {
    await redeem(viewer.token, await invite('COLLABORATOR'));
    expect(await roleIn(viewer.token)).toBe('COLLABORATOR');
    await redeem(admin.token, await invite('VIEWER'));
    expect(await roleIn(admin.token)).toBe('ADMIN');
  });

  it('brings back who had left, as a member from now on', async () => {
    const person = await createPerson(app);
    await redeem(person.token, await invite());
    const userId = encodeGlobalId('User', person.userId);
    await mutate(app, admin.token, 'removeWorkspaceMember', { workspaceId, userId });
    expect(await roleIn(person.token)).toBeNull();
    await redeem(person.token, await invite('VIEWER'));
    expect(await roleIn(person.token)).toBe('VIEWER');
  });

  it.each([
    ['is for reading only', (person: Person) => createToken(app, person, { readOnly: true })],
    [
      'is narrowed to another workspace',
      async (person: Person) => createToken(app, person, { workspaceId: await createWorkspace(app, person) }),
    ],
  ])('is forbidden where it %s, and leaves the invitation open', async (_what, narrowed) => {
    const person = await createPerson(app);
    const secret = await invite();
    expect(await redeem(await narrowed(person), secret)).toMatchObject({ __typename: 'ForbiddenError' });
    expect(await redeem(person.token, secret)).toMatchObject({ __typename: 'RedeemInvitationPayload' });
  });

  it('is UNAUTHENTICATED with a token that is good for nothing: its owner is nobody new', async () => {
    const person = await createPerson(app);
    const revoked = await createToken(app, person, { revokedAt: new Date() });
    const before = await users();
    const input = { invitationSecret: await invite(), name: 'Me' };
    const response = await app.post(revoked, documentOf('redeemInvitation'), { input });
    expect(response.status).toBe(401);
    expect(await users()).toBe(before);
  });
});

describe('redeeming without a token', () => {
  it('makes a user with the role, and a token narrowed to the workspace', async () => {
    const answer = await redeem(null, await invite());
    expect(answer).toMatchObject({
      apiToken: {
        name: 'Made by an invitation',
        workspace: { id: workspaceId },
        readOnly: false,
        expiresAt: null,
      },
      viewer: {
        email: 'new@lab.example',
        user: { name: 'Nora New' },
        workspaces: { nodes: [{ id: workspaceId, viewerRole: 'COLLABORATOR' }] },
        apiTokens: [{ id: answer.apiToken.id }],
      },
    });
    expect(await roleIn(answer.token)).toBe('COLLABORATOR');
    expect(await mutate(app, answer.token, 'createWorkspace', { title: 'Own' })).toMatchObject({
      __typename: 'ForbiddenError',
    });
  });

  it("never takes an existing user's account, though the address is theirs", async () => {
    const [{ email }] = (await app.sql('SELECT email FROM app_user WHERE id = $1', [admin.userId])) as [
      { email: string },
    ];
    const answer = await redeem(null, await invite('VIEWER', email));
    expect(answer.viewer.email).toBe(email);
    expect(answer.viewer.user.id).not.toBe(encodeGlobalId('User', admin.userId));
    expect(await roleIn(answer.token)).toBe('VIEWER');
    expect(await roleIn(admin.token)).toBe('ADMIN');
  });

  it('makes two users of two invitations in one request', async () => {
    const fields =
      '... on RedeemInvitationPayload { viewer { user { id } workspaces { nodes { viewerRole } } } }';
    const document = `mutation ($a: RedeemInvitationInput!, $b: RedeemInvitationInput!) {
      a: redeemInvitation(input: $a) { ${fields} } b: redeemInvitation(input: $b) { ${fields} } }`;
    const variables = {
      a: { invitationSecret: await invite('VIEWER', 'a@lab.example'), name: 'A' },
      b: { invitationSecret: await invite('COLLABORATOR', 'b@lab.example'), name: 'B' },
    };
    const { data } = await app.ask(null, document, variables);
    expect(data.a.viewer.workspaces.nodes).toEqual([{ viewerRole: 'VIEWER' }]);
    expect(data.b.viewer.workspaces.nodes).toEqual([{ viewerRole: 'COLLABORATOR' }]);
    expect(data.a.viewer.user.id).not.toBe(data.b.viewer.user.id);
  });

  it('lets the request do nothing else in the new user’s name', async () => {
    const document = `mutation ($input: RedeemInvitationInput!, $id: ID!) {
      redeemInvitation(input: $input) { __typename }
      createProject(input: { workspaceId: $id, title: "Sneaked in" }) { __typename } }`;
    const input = { invitationSecret: await invite(), name: 'Sneak' };
    const { data, errors } = await app.ask(null, document, { input, id: workspaceId });
    expect(data.createProject).toBeNull();
    expect(errors).toMatchObject([{ path: ['createProject'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('takes a name as names are', async () => {
    const secret = await invite();
    expect(await redeem(null, secret, ' ')).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'name'] }],
    });
    expect(await redeem(null, secret)).toMatchObject({ __typename: 'RedeemInvitationPayload' });
  });
});

describe('an invitation is good', () => {
  const refusal = {
    __typename: 'InvalidInputError',
    issues: [{ path: ['input', 'invitationSecret'], message: expect.stringContaining('no open invitation') }],
  };

  it('once, also when ten redeem it at the same moment', async () => {
    const secret = await invite();
    const before = (await users()) ?? 0;
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeem(null, secret)));
    const redeemed = answers.filter(({ __typename }) => __typename === 'RedeemInvitationPayload');
    expect(redeemed).toHaveLength(1);
    expect(await users()).toBe(before + 1);
    expect(await redeem(null, secret)).toMatchObject(refusal);
  });

  it('for 7 days', async () => {
    const secret = await invite('VIEWER', 'late@lab.example');
    await app.sql(`UPDATE invitation SET expires_at = now() WHERE email = 'late@lab.example'`);
    expect(await redeem(null, secret)).toMatchObject(refusal);
  });

  it('never again once whoever made it was no admin, though they are one again', async () => {
    const person = await createPerson(app);
    await redeem(person.token, await invite('ADMIN', 'again@lab.example'));
    const secret = await invite('ADMIN', 'dormant@lab.example', person.token);
    const userId = encodeGlobalId('User', person.userId);
    for (const role of ['VIEWER', 'ADMIN']) {
      await mutate(app, admin.token, 'changeWorkspaceMemberRole', { workspaceId, userId, role });
    }
    expect(await redeem(null, secret)).toMatchObject(refusal);
  });

  it('for as long as whoever made it is an admin', async () => {
    const person = await createPerson(app);
    await redeem(person.token, await invite('ADMIN'));
    const secret = await invite('ADMIN', 'back@lab.example', person.token);
    const userId = encodeGlobalId('User', person.userId);
    await mutate(app, admin.token, 'changeWorkspaceMemberRole', {
      workspaceId,
      userId,
      role: 'COLLABORATOR',
    });
    expect(await redeem(null, secret)).toMatchObject(refusal);
    await mutate(app, admin.token, 'removeWorkspaceMember', { workspaceId, userId });
    expect(await redeem(person.token, secret)).toMatchObject(refusal);
    expect(await roleIn(person.token)).toBeNull();
  });

  it('for nothing with a secret that never was, in the same words', async () => {
    const used = await invite();
    await redeem(null, used);
    const unknown = `rollcall_invitation_${'A'.repeat(43)}`;
    const answers = [await redeem(null, used), await redeem(null, unknown), await redeem(null, admin.token)];
    expect(answers[0]).toMatchObject(refusal);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('not as a token', async () => {
    expect((await app.post(await invite(), '{ viewer { email } }')).status).toBe(401);
    expect(await roleIn(collaborator.token)).toBe('COLLABORATOR');
  });
});
