import { describe, expect, it } from 'vitest';
import { createFormerMember, removeMember } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createGroup, createLab, createPerson } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.admin;
const groupId = await createGroup(app, token, workspaceId, ['a'], 'Wave 1');

const log = 'query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes { id } totalCount } } }';

async function newestEntry(): Promise<string> {
  const { data } = await app.ask(token, log, { id: workspaceId });
  return data.workspace.auditLog.nodes[0].id;
}

describe('the audit log', () => {
  it('runs from the newest entry to the oldest', async () => {
    const query =
      'query ($id: ID!) { workspace(id: $id) { auditLog { totalCount nodes { action occurredAt } } } }';
    const { nodes, totalCount } = (await app.ask(token, query, { id: workspaceId })).data.workspace.auditLog;
    expect(nodes.map(({ action }: { action: string }) => action)).toEqual([
      'PARTICIPANT_GROUP_CREATED',
      'WORKSPACE_CREATED',
    ]);
    expect(totalCount).toBe(2);
    const moments = nodes.map(({ occurredAt }: { occurredAt: string }) => Date.parse(occurredAt));
    expect(moments[0]).toBeGreaterThanOrEqual(moments[1]);
  });

  it.each(['collaborator', 'viewer'] as const)('is forbidden to a %s, who is told the role', async (who) => {
    const { data, errors } = await app.ask(lab[who].token, log, { id: workspaceId });
    expect(data).toEqual({ workspace: { auditLog: null } });
    expect(errors).toMatchObject([
      { path: ['workspace', 'auditLog'], extensions: { code: 'FORBIDDEN', requiredRole: 'ADMIN' } },
    ]);
  });

  it('is that of no workspace for a stranger', async () => {
    expect(await app.ask(lab.stranger.token, log, { id: workspaceId })).toEqual({
      data: { workspace: null },
    });
  });

  it('holds nothing of another workspace', async () => {
    const query = `query ($id: ID!) { workspace(id: $id) { auditLog { nodes { subject { id } } } } }`;
    const { data } = await app.ask(lab.stranger.token, query, { id: lab.strangersWorkspaceId });
    expect(data.workspace.auditLog.nodes).toEqual([{ subject: { id: lab.strangersWorkspaceId } }]);
  });
});

describe('an audit entry by its id', () => {
  const node =
    'query ($id: ID!) { node(id: $id) { id ... on AuditEntry { action } } nodes(ids: [$id]) { id } }';

  it('is read by an admin', async () => {
    const id = await newestEntry();
    expect((await app.ask(token, node, { id })).data).toEqual({
      node: { id, action: 'PARTICIPANT_GROUP_CREATED' },
      nodes: [{ id }],
    });
  });

  it('is nothing for a collaborator, a viewer, a stranger and a former admin', async () => {
    const id = await newestEntry();
    const former = await createFormerMember(app, workspaceId);
    for (const person of [lab.collaborator, lab.viewer, lab.stranger, former]) {
      expect(await app.ask(person.token, node, { id })).toEqual({ data: { node: null, nodes: [null] } });
    }
  });
});

describe('what an entry is about', () => {
  it('is the node as it is now, and is called what it was called then', async () => {
    await mutate(app, token, 'updateParticipantGroup', { participantGroupId: groupId, name: 'Wave one' });
    const query = `query ($id: ID!) { workspace(id: $id) { auditLog(last: 2) { nodes {
      subjectName subject { id ... on ParticipantGroup { name } } } } } }`;
    const { data } = await app.ask(token, query, { id: workspaceId });
    expect(data.workspace.auditLog.nodes[0]).toEqual({
      subjectName: 'Wave 1',
      subject: { id: groupId, name: 'Wave one' },
    });
  });

  it('is null where it cannot be read, and its name stays', async () => {
    await app.sql(
      `INSERT INTO audit_entry (id, workspace_key, action, occurred_at, subject, subject_name, changes)
       SELECT gen_random_uuid(), key, 'PROJECT_UPDATED', now(), 'Project:' || gen_random_uuid(), 'Gone', '[]'
       FROM workspace WHERE title = 'Lab' ORDER BY key LIMIT 1`,
    );
    const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes {
      actor { name } subjectName subject { id } } } } }`;
    const { data, errors } = await app.ask(token, query, { id: workspaceId });
    expect(errors).toBeUndefined();
    expect(data.workspace.auditLog.nodes).toEqual([{ actor: null, subjectName: 'Gone', subject: null }]);
  });

  it('takes one statement for each type, however many entries there are', async () => {
    for (let count = 0; count < 5; count++) await createGroup(app, token, workspaceId);
    const query = `query ($id: ID!, $n: Int!) { workspace(id: $id) { auditLog(first: $n) { nodes {
      actor { name } subject { id } } } } }`;
    const statements = async (n: number) => {
      app.statements.splice(0);
      await app.ask(token, query, { id: workspaceId, n });
      return app.statements.length;
    };
    expect([await statements(2), await statements(5)]).toEqual([4, 4]);
  });

  it('keeps its author’s name after they have left', async () => {
    const leaver = await createPerson(app, 'Lea Leaver');
    await addMember(app, workspaceId, leaver, 'COLLABORATOR');
    await createGroup(app, leaver.token, workspaceId);
    await removeMember(app, workspaceId, leaver);
    const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes { actor { name } } } } }`;
    const { data } = await app.ask(token, query, { id: workspaceId });
    expect(data.workspace.auditLog.nodes).toEqual([{ actor: { name: 'Lea Leaver' } }]);
  });
});
