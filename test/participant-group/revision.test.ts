import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
let made = 0;

async function makeGroup(input: object = {}) {
  const { participantGroup } = await mutate(app, lab.admin.token, 'createParticipantGroup', {
    scope: { workspaceId: lab.workspaceId },
    name: `Revised ${made++}`,
    participantIds: ['a', 'b'],
    ...input,
  });
  return participantGroup;
}

function update(participantGroupId: string, input: object, token = lab.collaborator.token) {
  return mutate(app, token, 'updateParticipantGroup', { participantGroupId, ...input });
}

describe('the revision of a group', () => {
  it('moves by one with an edit, however many fields it changes', async () => {
    const group = await makeGroup();
    const { participantGroup } = await update(group.id, { name: 'Two fields', description: 'At once' });
    expect(participantGroup.revision).toBe(2);
  });

  it('takes updatedAt along', async () => {
    const group = await makeGroup();
    const { participantGroup } = await update(group.id, { description: 'Later' });
    expect(participantGroup.updatedAt > group.updatedAt).toBe(true);
  });

  it('leaves the version and the moment of the last change of members alone', async () => {
    const group = await makeGroup();
    const { participantGroup } = await update(group.id, { description: 'Own field' });
    const { version, lastChangeAt } = group;
    expect(participantGroup).toMatchObject({ version, lastChangeAt });
  });

  it('stays, with updatedAt, when nothing differs', async () => {
    const group = await makeGroup({ description: 'Same' });
    const { participantGroup } = await update(group.id, {
      name: ` ${group.name} `,
      description: 'Same',
      projectId: null,
      isUniversalBlocklist: false,
    });
    expect(participantGroup).toEqual(group);
  });

  it('stays, with updatedAt, when only members change', async () => {
    const group = await makeGroup();
    const { participantGroup } = await mutate(app, lab.admin.token, 'addParticipantsToGroup', {
      participantGroupId: group.id,
      participantIds: ['c'],
    });
    expect(participantGroup).toMatchObject({ revision: 1, updatedAt: group.updatedAt, version: 2 });
  });
});

describe('the expected revision', () => {
  it('lets an edit through when it is the current one', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { description: 'Seen', expectedRevision: 1 })).toMatchObject({
      participantGroup: { revision: 2 },
    });
  });

  it.each([0, 1, 3])(
    'refuses an edit of revision 2 when it is %i, and tells the current',
    async (expected) => {
      const group = await makeGroup();
      await update(group.id, { description: 'Second' });
      expect(await update(group.id, { description: 'Third', expectedRevision: expected })).toMatchObject({
        __typename: 'VersionConflictError',
        code: 'CONFLICT',
        current: 2,
      });
    },
  );
});

describe('the universal flag', () => {
  it('is not set by a collaborator', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { isUniversalBlocklist: true })).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'ADMIN',
    });
  });

  it('is not cleared by a collaborator', async () => {
    const group = await makeGroup({ isUniversalBlocklist: true });
    expect(await update(group.id, { isUniversalBlocklist: false })).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'ADMIN',
    });
  });

  it('is set by an admin, as an edit like any other', async () => {
    const group = await makeGroup();
    expect(await update(group.id, { isUniversalBlocklist: true }, lab.admin.token)).toMatchObject({
      participantGroup: { isUniversalBlocklist: true, revision: 2 },
    });
  });

  it('lets a collaborator edit the other fields of the group', async () => {
    const group = await makeGroup({ isUniversalBlocklist: true });
    expect(await update(group.id, { description: 'Why' })).toMatchObject({
      participantGroup: { description: 'Why', isUniversalBlocklist: true },
    });
  });
});
