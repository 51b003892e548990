import { describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createLab, createPerson, createWorkspace, type Person } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { admin, collaborator, viewer, stranger } = lab;

const userIdOf = ({ userId }: Person) => encodeGlobalId('User', userId);
const query = `query ($id: ID!) { workspace(id: $id) { members { totalCount edges { role email joinedAt node { id name } } } } }`;

interface Member {
  readonly role: string;
  readonly email: string | null;
  readonly node: { readonly name: string };
}

async function members(token: string, id = lab.workspaceId): Promise<Member[]> {
  return (await app.ask(token, query, { id })).data.workspace.members.edges;
}

const rolesOf = (edges: readonly Member[]) => edges.map(({ role, node }) => `${node.name}: ${role}`);

/** A workspace with an admin, and people with these roles besides. */
async function staff(...roles: readonly ('ADMIN' | 'COLLABORATOR' | 'VIEWER')[]) {
  const workspaceId = await createWorkspace(app, admin);
  const people = await Promise.all(roles.map((role) => createPerson(app, `Some ${role}`)));
  for (const [index, person] of people.entries()) {
    await addMember(app, workspaceId, person, roles[index] ?? 'VIEWER');
  }
  return { workspaceId, people: people as [Person, ...Person[]] };
}

const change = (token: string, workspaceId: string, person: Person, role: string) =>
  mutate(app, token, 'changeWorkspaceMemberRole', { workspaceId, userId: userIdOf(person), role });
const remove = (token: string, workspaceId: string, person: Person) =>
  mutate(app, token, 'removeWorkspaceMember', { workspaceId, userId: userIdOf(person) });

describe('Workspace.members', () => {
  it('lists who belongs to it, with their roles, in the order in which they joined', async () => {
    const edges = await members(viewer.token);
    expect(rolesOf(edges)).toEqual([
      'Ada Admin: ADMIN',
      'Cleo Collaborator: COLLABORATOR',
      'Vera Viewer: VIEWER',
    ]);
  });

  it('tells e-mail addresses to admins alone', async () => {
    const emails = async (token: string) => (await members(token)).map(({ email }) => email);
    expect(await emails(admin.token)).toEqual(Array(3).fill(expect.stringMatching(/@lab\.example$/)));
    expect(await emails(collaborator.token)).toEqual([null, null, null]);
  });

  it('counts them', async () => {
    const { data } = await app.ask(viewer.token, query, { id: lab.workspaceId });
    expect(data.workspace.members.totalCount).toBe(3);
  });
});

describe('changeWorkspaceMemberRole', () => {
  it('gives a member another role, from the next request on', async () => {
    const { workspaceId, people } = await staff('VIEWER');
    const [person] = people;
    expect(await change(admin.token, workspaceId, person, 'COLLABORATOR')).toMatchObject({
      role: 'COLLABORATOR',
      user: { name: 'Some VIEWER' },
    });
    expect(await mutate(app, person.token, 'createProject', { workspaceId, title: 'Mine' })).toMatchObject({
      __typename: 'CreateProjectPayload',
    });
  });

  it('holds for the rest of the request that lowers one’s own', async () => {
    const { workspaceId, people } = await staff('ADMIN');
    const [person] = people;
    const document = `mutation ($id: ID!, $user: ID!) {
      changeWorkspaceMemberRole(input: { workspaceId: $id, userId: $user, role: VIEWER }) {
        ... on ChangeWorkspaceMemberRolePayload { workspace { viewerRole members { edges { email } } } } }
      createProject(input: { workspaceId: $id, title: "Late" }) { __typename } }`;
    const { data } = await app.ask(person.token, document, { id: workspaceId, user: userIdOf(person) });
    expect(data).toEqual({
      changeWorkspaceMemberRole: {
        workspace: { viewerRole: 'VIEWER', members: { edges: [{ email: null }, { email: null }] } },
      },
      createProject: { __typename: 'ForbiddenError' },
    });
  });

  it('changes nothing, and writes nothing down, where the role is the same', async () => {
    const { workspaceId, people } = await staff('VIEWER');
    const entries = () => app.sql('SELECT count(*)::int AS count FROM audit_entry');
    const before = await entries();
    expect(await change(admin.token, workspaceId, people[0], 'VIEWER')).toMatchObject({ role: 'VIEWER' });
    expect(await entries()).toEqual(before);
  });

  it('knows only members', async () => {
    expect(await change(admin.token, lab.workspaceId, stranger, 'ADMIN')).toMatchObject({
      __typename: 'NotFoundError',
      id: userIdOf(stranger),
    });
    expect(rolesOf(await members(admin.token))).toHaveLength(3);
  });

  it('leaves a workspace at least one admin', async () => {
    const { workspaceId, people } = await staff('COLLABORATOR');
    expect(await change(admin.token, workspaceId, admin, 'VIEWER')).toMatchObject({
      __typename: 'LastAdminError',
    });
    await change(admin.token, workspaceId, people[0], 'ADMIN');
    expect(await change(admin.token, workspaceId, admin, 'VIEWER')).toMatchObject({ role: 'VIEWER' });
  });
});

describe('removeWorkspaceMember', () => {
  it('takes everything from a member, from the next request on', async () => {
    const { workspaceId, people } = await staff('COLLABORATOR');
    const [person] = people;
    expect(await remove(admin.token, workspaceId, person)).toMatchObject({ removedUserId: userIdOf(person) });
    const { data } = await app.ask(person.token, query, { id: workspaceId });
    expect(data.workspace).toBeNull();
    const edit = { workspaceId, title: 'Still here' };
    expect(await mutate(app, person.token, 'createProject', edit)).toMatchObject({
      __typename: 'NotFoundError',
    });
    expect(rolesOf(await members(admin.token, workspaceId))).toEqual(['Ada Admin: ADMIN']);
  });

  it('revokes their tokens that are narrowed to the workspace, and no others', async () => {
    const { workspaceId, people } = await staff('COLLABORATOR');
    const [person] = people;
    const input = { name: 'Narrowed', workspaceId };
    const narrowed = await mutate(app, person.token, 'createApiToken', input);
    await remove(admin.token, workspaceId, person);
    const status = async (token: string) => (await app.post(token, '{ viewer { email } }')).status;
    expect([await status(narrowed.token), await status(person.token)]).toEqual([401, 200]);
  });

  it('revokes open invitations to their address, and no others', async () => {
    const { workspaceId, people } = await staff('COLLABORATOR');
    const [person] = people;
    const [row] = await app.sql<{ email: string }>('SELECT email FROM app_user WHERE id = $1', [
      person.userId,
    ]);
    const invite = async (email: string | undefined) =>
      (await mutate(app, admin.token, 'addWorkspaceMember', { workspaceId, email, role: 'ADMIN' })).invitation
        .id;
    const [theirs, other] = [await invite(row?.email.toUpperCase()), await invite('other@lab.example')];
    await remove(admin.token, workspaceId, person);
    const isOpen = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Invitation { isOpen } } }';
    const { data } = await app.ask(admin.token, isOpen, { ids: [theirs, other] });
    expect(data.nodes).toEqual([{ isOpen: false }, { isOpen: true }]);
  });

  it('closes nobody’s invitation when somebody leaves by themselves', async () => {
    const { workspaceId, people } = await staff('VIEWER');
    const [person] = people;
    const [row] = await app.sql<{ email: string }>('SELECT email FROM app_user WHERE id = $1', [
      person.userId,
    ]);
    const input = { workspaceId, email: row?.email, role: 'ADMIN' };
    const { invitation } = await mutate(app, admin.token, 'addWorkspaceMember', input);
    await remove(person.token, workspaceId, person);
    const query = 'query ($id: ID!) { node(id: $id) { ... on Invitation { isOpen } } }';
    const { data } = await app.ask(admin.token, query, { id: invitation.id });
    expect(data.node).toEqual({ isOpen: true });
  });

  it('writes down what is revoked with them', async () => {
    const { workspaceId, people } = await staff('ADMIN');
    const [person] = people;
    await mutate(app, person.token, 'createApiToken', { name: 'Theirs', workspaceId });
    const invited = { workspaceId, email: 'later@lab.example', role: 'VIEWER' };
    await mutate(app, person.token, 'addWorkspaceMember', invited);
    await remove(admin.token, workspaceId, person);
    const log = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 3) { nodes { action subjectName actor { name } } } } }`;
    const { data } = await app.ask(admin.token, log, { id: workspaceId });
    const actor = { name: 'Ada Admin' };
    expect(data.workspace.auditLog.nodes).toEqual([
      { action: 'MEMBER_REMOVED', subjectName: 'Some ADMIN', actor },
      { action: 'INVITATION_REVOKED', subjectName: 'later@lab.example', actor },
      { action: 'API_TOKEN_REVOKED', subjectName: 'Theirs', actor },
    ]);
  });

  it('lets everyone leave, who then sees nothing of it, in the same answer too', async () => {
    const { workspaceId, people } = await staff('VIEWER');
    const left = await remove(people[0].token, workspaceId, people[0]);
    expect(left).toMatchObject({ removedUserId: userIdOf(people[0]), workspace: null });
  });

  it('lets nobody but admins remove others', async () => {
    const { workspaceId, people } = await staff('COLLABORATOR', 'VIEWER');
    const [person, other] = people as [Person, Person];
    expect(await remove(person.token, workspaceId, other)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'ADMIN',
    });
  });

  it('keeps the name of who did something', async () => {
    const { workspaceId, people } = await staff('COLLABORATOR');
    const [person] = people;
    const input = { scope: { workspaceId }, name: 'Theirs', participantIds: ['p'] };
    const { change: made } = await mutate(app, person.token, 'createParticipantGroup', input);
    await remove(admin.token, workspaceId, person);
    const { data } = await app.ask(
      admin.token,
      'query ($id: ID!) { node(id: $id) { ... on MembershipChange { actor { name } } } }',
      { id: made.id },
    );
    expect(data.node.actor).toEqual({ name: 'Some COLLABORATOR' });
  });

  it('leaves one admin when all of them remove each other at once', async () => {
    for (let round = 0; round < 5; round++) {
      const { workspaceId, people } = await staff('ADMIN', 'ADMIN', 'ADMIN');
      const admins = [admin, ...people];
      const answers = await Promise.all(
        admins.map((person, index) => remove(person.token, workspaceId, admins.at(index - 1) ?? admin)),
      );
      const left = await app.sql<{ count: number }>(
        `SELECT count(*)::int AS count FROM workspace_member JOIN workspace ON workspace.key = workspace_key
         WHERE workspace.id = $1 AND role = 'ADMIN' AND removed_at IS NULL`,
        [Buffer.from(workspaceId, 'base64url').toString().split(':')[1]],
      );
      expect(left[0]?.count).toBeGreaterThanOrEqual(1);
      const removed = answers.filter(({ __typename }) => __typename === 'RemoveWorkspaceMemberPayload');
      expect(left[0]?.count).toBe(admins.length - removed.length);
    }
  });

  it('leaves one admin when the last two leave at once', async () => {
    const { workspaceId, people } = await staff('ADMIN');
    const answers = await Promise.all(
      [admin, people[0]].map((person) => remove(person.token, workspaceId, person)),
    );
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      'LastAdminError',
      'RemoveWorkspaceMemberPayload',
    ]);
  });
});
