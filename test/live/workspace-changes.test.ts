import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sweepTimeouts } from '../../src/submission/expire-service.ts';
import { submit } from '../submission/fixtures/submissions.ts';
import { type App, startNode } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { mutate } from '../support/documents.ts';
import { edit } from '../support/edits.ts';
import { createGroup, createLab, createProject, createWorkspace } from '../support/factories.ts';
import { allowing, createStudy, keyOf } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { deafBus } from './fixtures/deaf-bus.ts';
import { untilTold, watchWorkspace } from './fixtures/workspace.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());
const app = await startNode(database, { rateLimits: unlimited() });
const other = await startNode(database, { rateLimits: unlimited() });
const deaf = await startNode(database, { rateLimits: unlimited(), openBus: deafBus });
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;
const projectId = await createProject(app, token, workspaceId);

afterEach(async () => {
  for (const node of [app, other, deaf]) {
    expect(node.unexpected.splice(0)).toEqual([]);
    await expect.poll(() => node.live.streams.size).toBe(0);
  }
});

const follow = (node: App) => watchWorkspace(node, lab.viewer.token, workspaceId);

const addTo = (participantGroupId: string, participantId: string, node = app) =>
  edit(node, token, 'addParticipantsToGroup', { participantGroupId, participantIds: [participantId] });

describe.each([
  ['the same node', app],
  ['another node', other],
] as const)('a subscriber on %s', (_name, node) => {
  it('is told of a group that is created, filled, renamed, deleted and restored', async () => {
    const watcher = await follow(node);
    const id = await createGroup(app, token, workspaceId, ['a']);
    const group = { participantGroupId: id };
    const untilGroup = (participantGroup: object) =>
      untilTold(watcher, id, { participantGroup, study: null, deletedStudyId: null });
    await untilGroup({ participantCount: 1, isDeleted: false });
    await addTo(id, 'b');
    await untilGroup({ participantCount: 2 });
    const name = `Renamed ${id}`;
    await mutate(app, token, 'updateParticipantGroup', { ...group, name });
    await untilGroup({ name });
    await mutate(app, token, 'deleteParticipantGroup', group);
    await untilGroup({ name, isDeleted: true });
    await mutate(app, token, 'restoreParticipantGroup', group);
    await untilGroup({ name, isDeleted: false, participantCount: 2 });
    await watcher.end();
  });

  it('is told of a study that is created, edited, moved, taken and completed by itself', async () => {
    const watcher = await follow(node);
    const studyId = await createStudy(app, token, projectId, { totalAvailablePlaces: 1 });
    const untilStudy = (study: object) =>
      untilTold(watcher, studyId, { participantGroup: null, study, deletedStudyId: null });
    await untilStudy({ status: 'UNPUBLISHED', placesTaken: 0 });
    await mutate(app, token, 'updateStudy', { studyId, name: 'Edited' });
    await untilStudy({ name: 'Edited', revision: 2 });
    for (const [move, status] of [
      ['publishStudy', 'ACTIVE'],
      ['pauseStudy', 'PAUSED'],
      ['startStudy', 'ACTIVE'],
    ] as const) {
      await mutate(app, token, move, { studyId });
      await untilStudy({ status });
    }
    const returned = await submit(app, token, { studyId, participantId: 'a' });
    await untilStudy({ placesTaken: 1 });
    await mutate(app, token, 'returnSubmission', { submissionId: returned });
    await untilStudy({ placesTaken: 0 });
    await submit(app, token, { studyId, participantId: 'b', code: 'ANY', moves: ['approve'] });
    await untilStudy({ status: 'COMPLETED', placesTaken: 1 });
    await watcher.end();
  });

  it('is told of a place that is free again since time ran out', async () => {
    const studyId = await createStudy(app, token, projectId, { maximumMinutes: 5 }, 'publishStudy');
    await submit(app, token, { studyId, participantId: 'c' });
    const watcher = await follow(node);
    const key = await keyOf(app, 'study', studyId);
    await app.sql('UPDATE submission SET expires_at = now() WHERE study_key = $1', [key]);
    await sweepTimeouts(app.database);
    await untilTold(watcher, studyId, { study: { placesTaken: 0 } });
    await watcher.end();
  });

  it('is told of a draft that is deleted, by its id alone', async () => {
    const studyId = await createStudy(app, token, projectId);
    const watcher = await follow(node);
    await mutate(app, token, 'deleteStudy', { studyId });
    const told = await untilTold(watcher, studyId, { deletedStudyId: studyId });
    expect(told).toEqual([{ participantGroup: null, study: null, deletedStudyId: studyId }]);
    await watcher.end();
  });

  it('is told of a draft whose filter set has another version', async () => {
    const groupId = await createGroup(app, token, workspaceId);
    const set = { workspaceId, name: 'Filters', filters: [] };
    const { filterSet } = await mutate(app, token, 'createFilterSet', set);
    const studyId = await createStudy(app, token, projectId, { filterSetId: filterSet.id });
    const watcher = await follow(node);
    const version = { filterSetId: filterSet.id, filters: allowing(groupId) };
    await mutate(app, token, 'updateFilterSet', version);
    await untilTold(watcher, studyId, { study: { id: studyId } });
    await watcher.end();
  });

  it('is told of an erasure as of a member less', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['whom', 'another']);
    const watcher = await follow(node);
    await mutate(app, token, 'eraseParticipant', { workspaceId, participantId: 'whom' });
    await untilTold(watcher, groupId, { participantGroup: { participantCount: 1 } });
    await watcher.end();
  });
});

describe('a subscriber on a node that hears of nobody', () => {
  it('is told of all that is edited elsewhere, since that node looks', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['a']);
    const drafts = [
      await createStudy(app, token, projectId),
      await createStudy(app, token, projectId),
      await createStudy(app, token, projectId),
    ] as const;
    const watcher = await follow(deaf);
    const created = await createGroup(app, token, workspaceId);
    await addTo(groupId, 'b');
    await mutate(app, token, 'updateStudy', { studyId: drafts[0], name: 'Edited' });
    await mutate(app, token, 'deleteStudy', { studyId: drafts[1] });
    await mutate(app, token, 'publishStudy', { studyId: drafts[2] });
    await submit(app, token, { studyId: drafts[2], participantId: 'b' });
    await untilTold(watcher, created, { participantGroup: { participantCount: 0 } });
    await untilTold(watcher, groupId, { participantGroup: { participantCount: 2 } });
    await untilTold(watcher, drafts[0], { study: { name: 'Edited' } });
    await untilTold(watcher, drafts[1], { deletedStudyId: drafts[1] });
    await untilTold(watcher, drafts[2], { study: { status: 'ACTIVE', placesTaken: 1 } });
    await watcher.end();
  });

  it('is told of what is again as it was when that node looked last', async () => {
    const studyId = await createStudy(app, token, projectId, {}, 'publishStudy');
    const watcher = await follow(deaf);
    const seen = await createGroup(app, token, workspaceId);
    await untilTold(watcher, seen, { participantGroup: { id: seen } });
    // It has just looked: both of these are between two looks, and of the first alone it hears.
    await mutate(deaf, token, 'pauseStudy', { studyId });
    await untilTold(watcher, studyId, { study: { status: 'PAUSED' } });
    await mutate(app, token, 'startStudy', { studyId });
    await untilTold(watcher, studyId, { study: { status: 'ACTIVE' } });
    await watcher.end();
  });
});

describe('an event', () => {
  it('holds the newest state of a row, whose edits are told together', async () => {
    const groupId = await createGroup(app, token, workspaceId);
    const watcher = await follow(other);
    const began = Date.now();
    for (let index = 0; index < 100; index++) await addTo(groupId, `m${index}`);
    const told = await untilTold(watcher, groupId, { participantGroup: { participantCount: 100 } });
    // Once for every half of a second that the edits took, and one at the begin and at the end.
    expect(told.length).toBeLessThanOrEqual((Date.now() - began) / 500 + 2);
    await watcher.end();
  });

  it('does not come twice for one edit, though it is looked for again', async () => {
    const groupId = await createGroup(app, token, workspaceId);
    const watcher = await follow(app);
    await addTo(groupId, 'once');
    await untilTold(watcher, groupId, { participantGroup: { participantCount: 1 } });
    app.live.wakeUps.wakeWorkspace(await keyOf(app, 'workspace', workspaceId));
    const later = await createGroup(app, token, workspaceId);
    await untilTold(watcher, later, { participantGroup: { id: later } });
    expect(watcher.told).toHaveLength(2);
    await watcher.end();
  });

  it('comes when an erasure replaces an ID in names', async () => {
    const participantId = 'somebody-to-erase';
    const groupId = await createGroup(app, token, workspaceId, [], `About ${participantId}`);
    await createGroup(app, token, workspaceId, [participantId]);
    const watcher = await follow(app);
    await mutate(app, token, 'eraseParticipant', { workspaceId, participantId });
    const told = await untilTold(watcher, groupId, {
      participantGroup: { name: expect.stringContaining('erased~') },
    });
    expect(told).toHaveLength(1);
    await watcher.end();
  });

  it('does not come of another workspace', async () => {
    const elsewhere = await createWorkspace(app, lab.admin);
    const watcher = await follow(app);
    await createGroup(app, token, elsewhere, ['a']);
    await createStudy(app, token, await createProject(app, token, elsewhere));
    const own = await createGroup(app, token, workspaceId);
    await untilTold(watcher, own, { participantGroup: { id: own } });
    expect(watcher.told).toHaveLength(1);
    await watcher.end();
  });
});
