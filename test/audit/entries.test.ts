import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, createWorkspace, type Person } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.admin;

interface Entry {
  readonly action: string;
  readonly subjectName: string;
  readonly actor: { readonly name: string };
  readonly subject: { readonly id: string } | null;
  readonly changes: readonly { field: string; from: string | null; to: string | null }[];
}

/** The audit log of a workspace, newest first. */
async function logOf(workspaceId: string): Promise<Entry[]> {
  const { data, errors } = await app.ask(
    token,
    `query ($id: ID!) { workspace(id: $id) { auditLog(first: 100) { nodes {
      action actor { name } subject { id } subjectName changes { field from to } } } } }`,
    { id: workspaceId },
  );
  expect(errors).toBeUndefined();
  return data.workspace.auditLog.nodes;
}

/** The entries that `work` makes in the lab's workspace, newest first. */
async function entriesOf(work: () => Promise<unknown>): Promise<Entry[]> {
  const before = await logOf(lab.workspaceId);
  await work();
  const after = await logOf(lab.workspaceId);
  return after.slice(0, after.length - before.length);
}

const update = (input: object, { token: by }: Person = lab.admin) =>
  mutate(app, by, 'updateParticipantGroup', input);
const makeGroup = (name: string) => createGroup(app, token, lab.workspaceId, ['a'], name);

describe('making', () => {
  it('a workspace is told with its fields', async () => {
    const workspaceId = await createWorkspace(app, lab.admin);
    expect(await logOf(workspaceId)).toEqual([
      {
        action: 'WORKSPACE_CREATED',
        actor: { name: 'Ada Admin' },
        subject: { id: workspaceId },
        subjectName: 'Lab',
        changes: [
          { field: 'title', from: null, to: 'Lab' },
          { field: 'participantIdFormat', from: null, to: 'OPAQUE' },
        ],
      },
    ]);
  });

  it('a project is told with its fields', async () => {
    const input = { workspaceId: lab.workspaceId, title: 'Memory', description: 'Waves' };
    const [entry, ...rest] = await entriesOf(() =>
      mutate(app, lab.collaborator.token, 'createProject', input),
    );
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({
      action: 'PROJECT_CREATED',
      actor: { name: 'Cleo Collaborator' },
      subjectName: 'Memory',
      changes: [
        { field: 'title', from: null, to: 'Memory' },
        { field: 'description', from: null, to: 'Waves' },
      ],
    });
  });

  it('a group is told with its fields, and not with its members', async () => {
    const projectId = await createProject(app, token, lab.workspaceId);
    const input = { scope: { projectId }, name: 'Wave 1', participantIds: ['a', 'b'] };
    const [entry, ...rest] = await entriesOf(() => mutate(app, token, 'createParticipantGroup', input));
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({
      action: 'PARTICIPANT_GROUP_CREATED',
      subjectName: 'Wave 1',
      changes: [
        { field: 'name', from: null, to: 'Wave 1' },
        { field: 'isUniversalBlocklist', from: null, to: 'false' },
        { field: 'projectId', from: null, to: projectId },
      ],
    });
  });
});

describe('editing', () => {
  it('a workspace tells the fields that differ, from what to what', async () => {
    const workspaceId = await createWorkspace(app, lab.admin);
    await mutate(app, token, 'updateWorkspace', { workspaceId, title: 'Lab', description: 'New' });
    expect((await logOf(workspaceId))[0]).toMatchObject({
      action: 'WORKSPACE_UPDATED',
      changes: [{ field: 'description', from: null, to: 'New' }],
    });
  });

  it('a project tells the fields that differ, from what to what', async () => {
    const projectId = await createProject(app, token, lab.workspaceId, 'Old');
    const [entry] = await entriesOf(() => mutate(app, token, 'updateProject', { projectId, title: 'New' }));
    expect(entry).toMatchObject({
      action: 'PROJECT_UPDATED',
      subject: { id: projectId },
      subjectName: 'New',
      changes: [{ field: 'title', from: 'Old', to: 'New' }],
    });
  });

  it('a group tells name, description, project and flag', async () => {
    const [from, to] = [
      await createProject(app, token, lab.workspaceId),
      await createProject(app, token, lab.workspaceId),
    ];
    const { participantGroup } = await mutate(app, token, 'createParticipantGroup', {
      scope: { projectId: from },
      name: 'Old name',
      description: 'Old text',
    });
    const edit = { name: 'New name', description: null, projectId: to, isUniversalBlocklist: true };
    const entries = await entriesOf(() => update({ participantGroupId: participantGroup.id, ...edit }));
    expect(entries).toEqual([
      {
        action: 'PARTICIPANT_GROUP_UPDATED',
        actor: { name: 'Ada Admin' },
        subject: { id: participantGroup.id },
        subjectName: 'New name',
        changes: [
          { field: 'name', from: 'Old name', to: 'New name' },
          { field: 'description', from: 'Old text', to: null },
          { field: 'isUniversalBlocklist', from: 'false', to: 'true' },
          { field: 'projectId', from, to },
        ],
      },
    ]);
  });

  it('a group out of its project tells the project that it left', async () => {
    const projectId = await createProject(app, token, lab.workspaceId);
    const participantGroupId = await makeGroup('Mover');
    await update({ participantGroupId, projectId });
    const [entry] = await entriesOf(() => update({ participantGroupId, projectId: null }));
    expect(entry?.changes).toEqual([{ field: 'projectId', from: projectId, to: null }]);
  });
});

describe('deleting and restoring', () => {
  it('a group is told by the action alone', async () => {
    const participantGroupId = await makeGroup('Goes and comes');
    const entries = await entriesOf(async () => {
      await mutate(app, token, 'deleteParticipantGroup', { participantGroupId });
      await mutate(app, token, 'restoreParticipantGroup', { participantGroupId });
    });
    const same = { subject: { id: participantGroupId }, subjectName: 'Goes and comes', changes: [] };
    expect(entries).toMatchObject([
      { action: 'PARTICIPANT_GROUP_RESTORED', ...same },
      { action: 'PARTICIPANT_GROUP_DELETED', ...same },
    ]);
  });

  it('a group under a new name tells the name', async () => {
    const participantGroupId = await makeGroup('First name');
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId });
    const [entry] = await entriesOf(() =>
      mutate(app, token, 'restoreParticipantGroup', { participantGroupId, name: 'Second name' }),
    );
    expect(entry).toMatchObject({
      action: 'PARTICIPANT_GROUP_RESTORED',
      subjectName: 'Second name',
      changes: [{ field: 'name', from: 'First name', to: 'Second name' }],
    });
  });
});

describe('no entry is made', () => {
  it('by an edit that changes nothing', async () => {
    const { workspaceId } = lab;
    const projectId = await createProject(app, token, workspaceId, 'Same');
    const participantGroupId = await makeGroup('Same');
    const entries = await entriesOf(async () => {
      await mutate(app, token, 'updateWorkspace', { workspaceId, title: 'Lab' });
      await mutate(app, token, 'updateProject', { projectId, title: 'Same' });
      await update({ participantGroupId, name: 'Same', projectId: null });
      await mutate(app, token, 'restoreParticipantGroup', { participantGroupId });
    });
    expect(entries).toEqual([]);
  });

  it('by deleting a deleted group', async () => {
    const participantGroupId = await makeGroup('Deleted');
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId });
    const again = () => mutate(app, token, 'deleteParticipantGroup', { participantGroupId });
    expect(await entriesOf(again)).toEqual([]);
  });

  it('by a call that is repeated under its key', async () => {
    const participantGroupId = await makeGroup('Keyed');
    const input = { participantGroupId, name: 'Keyed twice', idempotencyKey: randomUUID() };
    const entries = await entriesOf(async () => {
      await update(input);
      await update(input);
    });
    expect(entries).toHaveLength(1);
  });

  it('by an edit that is refused', async () => {
    const participantGroupId = await makeGroup('Refused');
    await makeGroup('Taken');
    const entries = await entriesOf(async () => {
      expect((await update({ participantGroupId, name: 'Taken' })).__typename).toBe('NameTakenError');
      const flag = { participantGroupId, isUniversalBlocklist: true };
      expect((await update(flag, lab.collaborator)).__typename).toBe('ForbiddenError');
    });
    expect(entries).toEqual([]);
  });
});
