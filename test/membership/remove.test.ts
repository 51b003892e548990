import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

const makeGroup = (members: readonly string[] = []) =>
  createGroup(app, lab.admin.token, lab.workspaceId, members);

function remove(participantGroupId: string, participantIds: string[], input: object = {}) {
  const edit = { participantGroupId, participantIds, ...input };
  return mutate(app, lab.collaborator.token, 'removeParticipantsFromGroup', edit);
}

describe('removing participants from a group', () => {
  it('answers with exact numbers for who went and who was not in', async () => {
    const id = await makeGroup(people(0, 5));
    expect(await remove(id, people(3, 8))).toMatchObject({
      removedCount: 2,
      notMemberCount: 3,
      skippedCount: 0,
      participantGroup: { participantCount: 3, version: 2 },
    });
  });

  it('makes one numbered change by hand, with its author and note', async () => {
    const id = await makeGroup(people(0, 5));
    expect(await remove(id, people(0, 2), { note: 'Withdrew' })).toMatchObject({
      change: {
        version: 2,
        cause: 'MANUAL',
        note: 'Withdrew',
        addedCount: 0,
        removedCount: 2,
        participantCount: 3,
        actor: { name: 'Cleo Collaborator' },
      },
    });
  });

  it('counts an ID that is named twice once', async () => {
    const id = await makeGroup(['a', 'b']);
    expect(await remove(id, ['a', ' a ', 'x', 'x'])).toMatchObject({ removedCount: 1, notMemberCount: 1 });
  });

  it('makes no change when nobody of the list is in', async () => {
    const id = await makeGroup(['a']);
    expect(await remove(id, ['b', 'c'])).toMatchObject({
      removedCount: 0,
      notMemberCount: 2,
      change: null,
      participantGroup: { version: 1, participantCount: 1 },
    });
  });

  it('makes no change for an empty list', async () => {
    const id = await makeGroup(['a']);
    expect(await remove(id, [])).toMatchObject({ removedCount: 0, notMemberCount: 0, change: null });
  });

  it('counts who has left before as not a member', async () => {
    const id = await makeGroup(['a', 'b']);
    await remove(id, ['a']);
    expect(await remove(id, ['a', 'b'])).toMatchObject({ removedCount: 1, notMemberCount: 1 });
  });

  it('does not bring IDs into being', async () => {
    await remove(await makeGroup(['a']), ['never-seen']);
    const query = `query ($id: ID!) { workspace(id: $id) { participant(participantId: "never-seen") { id } } }`;
    const { data } = await app.ask(lab.viewer.token, query, { id: lab.workspaceId });
    expect(data.workspace.participant).toBeNull();
  });

  it('leaves those who went known to the workspace', async () => {
    const id = await makeGroup(['gone']);
    await remove(id, ['gone']);
    const query = `query ($id: ID!) { workspace(id: $id) { participant(participantId: "gone") { participantId } } }`;
    const { data } = await app.ask(lab.viewer.token, query, { id: lab.workspaceId });
    expect(data.workspace.participant).toEqual({ participantId: 'gone' });
  });

  it('leaves them in their other groups', async () => {
    const [one, other] = [await makeGroup(['both']), await makeGroup(['both'])];
    await remove(one, ['both']);
    const query = 'query ($id: ID!) { participantGroup(id: $id) { hasParticipant(participantId: "both") } }';
    const { data } = await app.ask(lab.viewer.token, query, { id: other });
    expect(data.participantGroup.hasParticipant).toBe(true);
  });
});
