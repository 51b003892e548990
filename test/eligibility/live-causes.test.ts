import { afterEach, describe, expect, it } from 'vitest';
import { sweepTimeouts } from '../../src/submission/expire-service.ts';
import { removeMember } from '../access/fixtures/people.ts';
import { holdsUnseen } from '../live/fixtures/unseen.ts';
import { submit } from '../submission/fixtures/submissions.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createGroup, createLab, createPerson, createProject } from '../support/factories.ts';
import { allowing, createStudy, keyOf } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { watchEligibility } from './fixtures/live-watcher.ts';

const app = await startApp({ rateLimits: unlimited(), windowMilliseconds: 200 });
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;
const projectId = await createProject(app, token, workspaceId);

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

/** Watches a study, does something, and answers with the counts before and after. */
async function countsAround(studyId: string, act: () => Promise<unknown>) {
  const watcher = watchEligibility(app, lab.viewer.token, studyId);
  await watcher.until(1);
  await act();
  const told = await watcher.until(2);
  await watcher.end();
  return told.map(({ eligibleParticipantCount }) => eligibleParticipantCount);
}

const draft = (filters: readonly object[]) => createStudy(app, token, projectId, { filters });
const published = (input: object = {}) => createStudy(app, token, projectId, input, 'publishStudy');

describe('an event comes of', () => {
  it('a submission that is started, and one that is approved', async () => {
    const first = await published();
    const statuses = ['APPROVED'];
    const groupId = await createGroup(app, token, workspaceId, ['s1', 's2']);
    const without = [...allowing(groupId), { previousStudiesBlocklist: { studyIds: [first] } }];
    const started = await draft(without);
    const approved = await draft([{ previousStudiesAllowlist: { studyIds: [first], statuses } }]);
    const submission = { studyId: first, participantId: 's1' };
    expect(await countsAround(started, () => submit(app, token, submission))).toEqual([2, 1]);
    const other = { studyId: first, participantId: 's2', code: 'ANY', moves: ['approve'] as const };
    expect(await countsAround(approved, () => submit(app, token, other))).toEqual([0, 1]);
  });

  it('a submission whose time has run out', async () => {
    const first = await published({ maximumMinutes: 10 });
    const previous = { studyIds: [first], statuses: ['TIMED_OUT'] };
    const studyId = await draft([{ previousStudiesAllowlist: previous }]);
    await submit(app, token, { studyId: first, participantId: 't1' });
    const runOut = async () => {
      await app.sql(`UPDATE submission SET expires_at = now() WHERE study_key = $1`, [
        await keyOf(app, 'study', first),
      ]);
      await sweepTimeouts(app.database);
    };
    expect(await countsAround(studyId, runOut)).toEqual([0, 1]);
  });

  it('a universal blocklist that is made one, and made none again', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['u1', 'u2']);
    const blocking = await createGroup(app, token, workspaceId, ['u1']);
    const studyId = await draft(allowing(groupId));
    const flag = (isUniversalBlocklist: boolean) => () =>
      mutate(app, token, 'updateParticipantGroup', { participantGroupId: blocking, isUniversalBlocklist });
    expect(await countsAround(studyId, flag(true))).toEqual([2, 1]);
    expect(await countsAround(studyId, flag(false))).toEqual([1, 2]);
  });

  it('somebody whom the workspace has never seen before, where the filters let in everybody but some', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['e1']);
    const studyId = await draft([{ participantGroupBlocklist: { participantGroupIds: [groupId] } }]);
    const meet = () => createGroup(app, token, workspaceId, ['somebody-new']);
    const [before, after] = await countsAround(studyId, meet);
    expect(after).toBe((before ?? 0) + 1);
  });

  it('somebody whom a list names and the workspace comes to know', async () => {
    const studyId = await draft([{ customAllowlist: { participantIds: ['named'] } }]);
    const first = await published();
    const start = () => submit(app, token, { studyId: first, participantId: 'named' });
    expect(await countsAround(studyId, start)).toEqual([0, 1]);
  });

  it('an erasure', async () => {
    const studyId = await draft([{ customAllowlist: { participantIds: ['gone', 'stays'] } }]);
    await createGroup(app, token, workspaceId, ['gone', 'stays']);
    const erase = () => mutate(app, token, 'eraseParticipant', { workspaceId, participantId: 'gone' });
    expect(await countsAround(studyId, erase)).toEqual([2, 1]);
  });

  it('another filter, and another version of the filter set that a draft follows', async () => {
    const groups = [
      await createGroup(app, token, workspaceId, ['f1']),
      await createGroup(app, token, workspaceId, ['f1', 'f2', 'f3']),
    ] as const;
    const input = { workspaceId, name: 'Filters', filters: allowing(groups[0]) };
    const { filterSet } = await mutate(app, token, 'createFilterSet', input);
    const studyId = await draft(allowing(groups[1]));
    const follow = () => mutate(app, token, 'updateStudy', { studyId, filterSetId: filterSet.id });
    expect(await countsAround(studyId, follow)).toEqual([3, 1]);
    const edit = { filterSetId: filterSet.id, filters: allowing(groups[1]) };
    expect(await countsAround(studyId, () => mutate(app, token, 'updateFilterSet', edit))).toEqual([1, 3]);
  });

  it.each([
    ['joinedWithinDays', [1, 0]],
    ['joinedBeforeDays', [0, 1]],
  ])('the end of a window (%s), though nobody edits anything', async (window, counts) => {
    const groupId = await createGroup(app, token, workspaceId, ['w1']);
    const filter = { participantGroupIds: [groupId], [window]: 7 };
    const studyId = await draft([{ participantGroupAllowlist: filter }]);
    const age = async () =>
      app.sql(`UPDATE membership_change SET occurred_at = now() - interval '8 days' WHERE group_key = $1`, [
        await keyOf(app, 'participant_group', groupId),
      ]);
    expect(await countsAround(studyId, age)).toEqual(counts);
  });
});

describe('a study that may not be seen', async () => {
  const studyId = await draft([]);
  holdsUnseen(app, lab, studyId, 'Study', (as, id) => watchEligibility(app, as, id));

  it('ends the stream of who is removed', async () => {
    const person = await createPerson(app);
    await addMember(app, workspaceId, person, 'VIEWER');
    const watcher = watchEligibility(app, person.token, studyId);
    await watcher.until(1);
    await removeMember(app, workspaceId, person);
    await createGroup(app, token, workspaceId, ['unseen']);
    await expect
      .poll(watcher.failure, { timeout: 15_000 })
      .toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    expect(watcher.told).toHaveLength(1);
    await watcher.end();
  });

  it('ends the stream of whoever watches a draft that is deleted', async () => {
    const deleted = await draft([]);
    const watcher = watchEligibility(app, lab.viewer.token, deleted);
    await watcher.until(1);
    await mutate(app, token, 'deleteStudy', { studyId: deleted });
    await expect
      .poll(watcher.failure, { timeout: 5_000 })
      .toMatchObject({ extensions: { code: 'NOT_FOUND', ids: [deleted] } });
    await watcher.end();
  });
});
