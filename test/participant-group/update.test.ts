import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, unknownId } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const projectId = await createProject(app, lab.admin.token, lab.workspaceId);
let made = 0;

/** A group in a project, with a description and two members: at version 1 and revision 1. */
async function makeGroup() {
  const { participantGroup } = await mutate(app, lab.admin.token, 'createParticipantGroup', {
    scope: { projectId },
    name: `Edited ${made++}`,
    description: 'Before',
    participantIds: ['a', 'b'],
  });
  return participantGroup;
}

function update(participantGroupId: string, input: object, token = lab.collaborator.token) {
  return mutate(app, token, 'updateParticipantGroup', { participantGroupId, ...input });
}

describe("editing a group's own fields", () => {
  it('keeps what is left out', async () => {
    const group = await makeGroup();
    const { participantGroup } = await update(group.id, { name: 'Renamed' });
    expect(participantGroup).toMatchObject({
      name: 'Renamed',
      description: 'Before',
      project: { id: projectId },
      isUniversalBlocklist: false,
    });
  });

  it('clears the description with null', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { description: null })).toMatchObject({
      participantGroup: { description: null, project: { id: projectId } },
    });
  });

  it('takes the group out of its project with null', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { projectId: null })).toMatchObject({
      participantGroup: { project: null, description: 'Before' },
    });
  });

  it.each(['name', 'isUniversalBlocklist'])('refuses null for %s, which cannot be cleared', async (field) => {
    const group = await makeGroup();
    expect(await update(group.id, { [field]: null })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', field] }],
    });
  });

  it('trims the new name', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { name: '  Trimmed ' })).toMatchObject({
      participantGroup: { name: 'Trimmed' },
    });
  });

  it('lets a group change the case of its own name', async () => {
    const group = await makeGroup();
    const name = group.name.toUpperCase();
    expect(await update(group.id, { name })).toMatchObject({ participantGroup: { name, revision: 2 } });
  });

  it('refuses the name of another live group, and names that group', async () => {
    const [group, other] = [await makeGroup(), await makeGroup()];
    expect(await update(group.id, { name: other.name.toUpperCase() })).toMatchObject({
      __typename: 'NameTakenError',
      participantGroup: { id: other.id },
    });
  });

  it('changes nothing of an edit in which one field is refused', async () => {
    const [group, other] = [await makeGroup(), await makeGroup()];
    await update(group.id, { name: other.name, description: 'After' });
    expect((await update(group.id, {})).participantGroup).toEqual(group);
  });

  it('is refused for a viewer', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { name: 'No' }, lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it('answers a stranger as if the group did not exist', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { name: 'No' }, lab.stranger.token)).toMatchObject({
      __typename: 'NotFoundError',
      id: group.id,
    });
  });

  it('is refused for a deleted group, which the error names', async () => {
    const group = await makeGroup();
    await mutate(app, lab.admin.token, 'deleteParticipantGroup', { participantGroupId: group.id });
    expect(await update(group.id, { name: 'No' })).toMatchObject({
      __typename: 'GroupDeletedError',
      code: 'INVALID_STATE',
      participantGroup: { id: group.id },
    });
  });
});

describe('moving a group', () => {
  it('goes to another project of the workspace', async () => {
    const group = await makeGroup();
    const other = await createProject(app, lab.admin.token, lab.workspaceId, 'Other');
    expect(await update(group.id, { projectId: other })).toMatchObject({
      participantGroup: { project: { id: other }, revision: 2 },
    });
  });

  it('does not find a project of another workspace, though the mover may see it', async () => {
    const group = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId);
    const { workspace } = await mutate(app, lab.stranger.token, 'createWorkspace', { title: 'Second' });
    const elsewhere = await createProject(app, lab.stranger.token, workspace.id);
    expect(await update(group, { projectId: elsewhere }, lab.stranger.token)).toMatchObject({
      __typename: 'NotFoundError',
      id: elsewhere,
    });
  });

  it('does not find a project that was never made', async () => {
    const group = await makeGroup();
    const never = unknownId('Project');
    expect(await update(group.id, { projectId: never })).toMatchObject({
      __typename: 'NotFoundError',
      id: never,
    });
  });
});
