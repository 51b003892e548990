import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people, unknownId } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

const makeGroup = (members: readonly string[] = []) =>
  createGroup(app, lab.admin.token, lab.workspaceId, members);

function add(participantGroupId: string, participantIds: string[], input: object = {}) {
  const edit = { participantGroupId, participantIds, ...input };
  return mutate(app, lab.collaborator.token, 'addParticipantsToGroup', edit);
}

async function isKnown(participantId: string): Promise<boolean> {
  const query =
    'query ($id: ID!, $of: String!) { workspace(id: $id) { participant(participantId: $of) { id } } }';
  const { data } = await app.ask(lab.viewer.token, query, { id: lab.workspaceId, of: participantId });
  return data.workspace.participant !== null;
}

describe('adding participants to a group', () => {
  it('answers with exact numbers for who is new and who is in already', async () => {
    const id = await makeGroup(people(0, 3));
    expect(await add(id, people(1, 6))).toMatchObject({
      addedCount: 3,
      alreadyMemberCount: 2,
      skippedCount: 0,
      skipped: [],
      participantGroup: { participantCount: 6, version: 2 },
    });
  });

  it('makes one numbered change by hand, with its author and note', async () => {
    const id = await makeGroup(people(0, 2));
    expect(await add(id, people(0, 5), { note: 'Second wave' })).toMatchObject({
      change: {
        version: 2,
        cause: 'MANUAL',
        note: 'Second wave',
        addedCount: 3,
        removedCount: 0,
        participantCount: 5,
        actor: { name: 'Cleo Collaborator' },
      },
    });
  });

  it('moves lastChangeAt to the moment of the change', async () => {
    const { participantGroup, change } = await add(await makeGroup(), ['a']);
    expect(participantGroup.lastChangeAt).toBe(change.occurredAt);
  });

  it('counts an ID that is named twice once', async () => {
    expect(await add(await makeGroup(), ['a', 'b', 'a', ' a '])).toMatchObject({
      addedCount: 2,
      alreadyMemberCount: 0,
      participantGroup: { participantCount: 2 },
    });
  });

  it('trims white space around IDs, and changes nothing else', async () => {
    const id = await makeGroup();
    await add(id, ['  Trim.Me\t', '\u00a0other\n']);
    const query =
      'query ($id: ID!) { participantGroup(id: $id) { participants { nodes { participantId } } } }';
    const { data } = await app.ask(lab.viewer.token, query, { id });
    const ids = data.participantGroup.participants.nodes.map((node: { participantId: string }) => node);
    expect(ids).toEqual(expect.arrayContaining([{ participantId: 'Trim.Me' }, { participantId: 'other' }]));
  });

  it('takes IDs that differ in case for two people', async () => {
    expect(await add(await makeGroup(['case']), ['Case'])).toMatchObject({ addedCount: 1 });
  });

  it('makes no change when all are in already', async () => {
    const id = await makeGroup(people(0, 3));
    const answer = await add(id, people(0, 3), { note: 'In vain' });
    expect(answer).toMatchObject({
      addedCount: 0,
      alreadyMemberCount: 3,
      change: null,
      participantGroup: { version: 1 },
    });
  });

  it('leaves lastChangeAt when all are in already', async () => {
    const id = await makeGroup();
    const before = await add(id, ['a']);
    const after = await add(id, ['a']);
    expect(after.participantGroup).toEqual(before.participantGroup);
  });

  it('makes no change for an empty list', async () => {
    expect(await add(await makeGroup(), [])).toMatchObject({
      addedCount: 0,
      alreadyMemberCount: 0,
      change: null,
      participantGroup: { version: 0, lastChangeAt: null },
    });
  });

  it('brings IDs that the workspace has never seen into being', async () => {
    expect(await isKnown('newcomer')).toBe(false);
    await add(await makeGroup(), ['newcomer']);
    expect(await isKnown('newcomer')).toBe(true);
  });

  it('brings nobody into being when the call is refused', async () => {
    await add(await makeGroup(), ['unborn', 'not valid']);
    expect(await isKnown('unborn')).toBe(false);
  });

  it('makes another participant of the same ID in another workspace', async () => {
    await add(await makeGroup(), ['shared']);
    await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId, ['shared']);
    const query = `query ($id: ID!) { workspace(id: $id) { participant(participantId: "shared") { id } } }`;
    const here = await app.ask(lab.viewer.token, query, { id: lab.workspaceId });
    const there = await app.ask(lab.stranger.token, query, { id: lab.strangersWorkspaceId });
    expect(here.data.workspace.participant.id).not.toBe(there.data.workspace.participant.id);
  });
});

const mutations = [
  ['addParticipantsToGroup', { participantIds: ['x'] }],
  ['removeParticipantsFromGroup', { participantIds: ['x'] }],
  ['replaceGroupParticipants', { participantIds: ['x'] }],
  ['revertParticipantGroup', { toVersion: 0 }],
] as const;

describe.each(mutations)('who may %s', (mutation, input) => {
  const edit = (participantGroupId: string, token: string) =>
    mutate(app, token, mutation, { participantGroupId, ...input });

  it('is not a viewer', async () => {
    expect(await edit(await makeGroup(['x']), lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it('is not a stranger, for whom the group does not exist', async () => {
    const id = await makeGroup(['x']);
    expect(await edit(id, lab.stranger.token)).toMatchObject({ __typename: 'NotFoundError', id });
  });

  it('is nobody for a group that was never made', async () => {
    const id = unknownId('ParticipantGroup');
    expect(await edit(id, lab.admin.token)).toMatchObject({ __typename: 'NotFoundError', id });
  });

  it('is nobody with the id of something else, which is an InvalidInputError', async () => {
    expect(await edit(lab.workspaceId, lab.admin.token)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'participantGroupId'] }],
    });
  });
});
