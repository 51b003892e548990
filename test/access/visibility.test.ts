import { afterEach, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import {
  addMember,
  createGroup,
  createLab,
  createPerson,
  createProject,
  createWorkspace,
  people,
} from '../support/factories.ts';
import { createFormerMember, createToken, removeMember } from './fixtures/people.ts';

const app = await startApp();
const lab = await createLab(app);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const userOf = async (token: string, userId: string) => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on User { name } } }';
  const { data, errors } = await app.ask(token, query, { id: encodeGlobalId('User', userId) });
  expect(errors).toBeUndefined();
  return data.node;
};

describe('a user', () => {
  it('sees themselves, with nobody beside them', async () => {
    const loner = await createPerson(app, 'Lena Loner');
    expect(await userOf(loner.token, loner.userId)).toEqual({ name: 'Lena Loner' });
  });

  it('sees the members of their workspaces by name, and is seen by them', async () => {
    expect(await userOf(lab.viewer.token, lab.admin.userId)).toEqual({ name: 'Ada Admin' });
    expect(await userOf(lab.admin.token, lab.viewer.userId)).toEqual({ name: 'Vera Viewer' });
  });

  it('does not see strangers, nor do strangers see them', async () => {
    expect(await userOf(lab.stranger.token, lab.admin.userId)).toBeNull();
    expect(await userOf(lab.admin.token, lab.stranger.userId)).toBeNull();
  });

  it('who has left is seen by name by those who stay, and sees none of them', async () => {
    const former = await createFormerMember(app, lab.workspaceId);
    expect(await userOf(lab.viewer.token, former.userId)).toEqual({ name: 'Fred Former' });
    expect(await userOf(former.token, lab.viewer.userId)).toBeNull();
    expect(await userOf(former.token, former.userId)).toEqual({ name: 'Fred Former' });
  });

  it('who has left stays the actor of what they did', async () => {
    const actor = await createPerson(app, 'Gone Actor');
    await addMember(app, lab.workspaceId, actor, 'COLLABORATOR');
    const id = await createGroup(app, actor.token, lab.workspaceId, people(0, 1));
    await removeMember(app, lab.workspaceId, actor);
    const query = 'query ($id: ID!) { participantGroup(id: $id) { changes { nodes { actor { name } } } } }';
    const { data } = await app.ask(lab.viewer.token, query, { id });
    expect(data.participantGroup.changes.nodes).toEqual([{ actor: { name: 'Gone Actor' } }]);
  });

  it('has no e-mail address for others to see', async () => {
    const { data } = await app.ask(lab.admin.token, '{ __type(name: "User") { fields { name } } }');
    expect(data.__type.fields).toEqual([{ name: 'id' }, { name: 'name' }]);
  });
});

describe('a member whose role changes', () => {
  const roleOf = async (token: string) => {
    const { data } = await app.ask(token, 'query ($id: ID!) { workspace(id: $id) { viewerRole } }', {
      id: lab.workspaceId,
    });
    return data.workspace?.viewerRole ?? null;
  };

  it('has the new one from the next request on', async () => {
    const person = await createPerson(app);
    expect(await roleOf(person.token)).toBeNull();
    await addMember(app, lab.workspaceId, person, 'VIEWER');
    expect(await roleOf(person.token)).toBe('VIEWER');
    await app.sql("UPDATE workspace_member SET role = 'COLLABORATOR' WHERE user_id = $1", [person.userId]);
    expect(await roleOf(person.token)).toBe('COLLABORATOR');
    await removeMember(app, lab.workspaceId, person);
    expect(await roleOf(person.token)).toBeNull();
  });
});

describe('a token narrowed to a workspace', async () => {
  const otherId = await createWorkspace(app, lab.admin);
  const token = await createToken(app, lab.admin, { workspaceId: lab.workspaceId });
  const groupId = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 2));
  const otherGroupId = await createGroup(app, lab.admin.token, otherId, people(0, 2));
  const otherProjectId = await createProject(app, lab.admin.token, otherId);

  it('sees this one alone', async () => {
    const query = '{ viewer { email user { name } workspaces { totalCount nodes { id viewerRole } } } }';
    const { data } = await app.ask(token, query);
    expect(data.viewer).toMatchObject({
      user: { name: 'Ada Admin' },
      workspaces: { totalCount: 1, nodes: [{ id: lab.workspaceId, viewerRole: 'ADMIN' }] },
    });
  });

  it('does not see its user’s other workspaces, nor what is in them, through any door', async () => {
    const { data } = await app.ask(
      token,
      `query ($workspace: ID!, $project: ID!, $group: ID!, $ids: [ID!]!) {
        workspace(id: $workspace) { id } project(id: $project) { id } participantGroup(id: $group) { id } nodes(ids: $ids) { id } }`,
      {
        workspace: otherId,
        project: otherProjectId,
        group: otherGroupId,
        ids: [otherId, otherProjectId, otherGroupId, groupId],
      },
    );
    expect(data).toEqual({
      workspace: null,
      project: null,
      participantGroup: null,
      nodes: [null, null, null, { id: groupId }],
    });
  });

  it('does not see those whom its user knows from elsewhere', async () => {
    const colleague = await createPerson(app, 'Elsa Elsewhere');
    await addMember(app, otherId, colleague, 'VIEWER');
    expect(await userOf(lab.admin.token, colleague.userId)).toEqual({ name: 'Elsa Elsewhere' });
    expect(await userOf(token, colleague.userId)).toBeNull();
  });

  it('edits here, and finds nothing to edit there', async () => {
    const participantIds = ['x'];
    const here = await mutate(app, token, 'addParticipantsToGroup', {
      participantGroupId: groupId,
      participantIds,
    });
    const there = await mutate(app, token, 'addParticipantsToGroup', {
      participantGroupId: otherGroupId,
      participantIds,
    });
    expect([here.__typename, there.__typename]).toEqual(['AddParticipantsToGroupPayload', 'NotFoundError']);
  });

  it('moves no group to a project of elsewhere', async () => {
    const input = { participantGroupId: groupId, projectId: otherProjectId };
    const answer = await mutate(app, token, 'updateParticipantGroup', input);
    expect(answer).toMatchObject({ __typename: 'NotFoundError', id: otherProjectId });
  });

  it('makes no workspace', async () => {
    const answer = await mutate(app, token, 'createWorkspace', { title: 'Another' });
    expect(answer).toMatchObject({ __typename: 'ForbiddenError', requiredRole: null });
  });

  it('sees nothing once its user has left, though they are elsewhere', async () => {
    const person = await createPerson(app);
    await addMember(app, lab.workspaceId, person, 'ADMIN');
    await addMember(app, otherId, person, 'ADMIN');
    const narrowed = await createToken(app, person, { workspaceId: otherId });
    await removeMember(app, otherId, person);
    const { data } = await app.ask(narrowed, '{ viewer { workspaces { totalCount nodes { id } } } }');
    expect(data.viewer.workspaces).toEqual({ totalCount: 0, nodes: [] });
  });
});

describe('a token for reading', async () => {
  const token = await createToken(app, lab.admin, { readOnly: true });

  it('reads all that its user may', async () => {
    const { data } = await app.ask(
      token,
      'query ($id: ID!) { workspace(id: $id) { viewerRole participants { totalCount } } }',
      {
        id: lab.workspaceId,
      },
    );
    expect(data.workspace.viewerRole).toBe('ADMIN');
  });

  it('is told nothing of what its user may not see', async () => {
    const input = { workspaceId: lab.strangersWorkspaceId, title: 'Mine' };
    expect(await mutate(app, token, 'updateWorkspace', input)).toMatchObject({ __typename: 'NotFoundError' });
  });
});
