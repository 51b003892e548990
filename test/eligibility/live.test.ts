import { afterEach, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { edit } from '../support/edits.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { holdMembers } from '../support/lock.ts';
import { allowing, createStudy } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { addUpCounts, watchEligibility } from './fixtures/live-watcher.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const projectId = await createProject(app, token, lab.workspaceId);

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

const add = (participantGroupId: string, ...participantIds: string[]) =>
  edit(app, token, 'addParticipantsToGroup', { participantGroupId, participantIds });
const remove = (participantGroupId: string, ...participantIds: string[]) =>
  edit(app, token, 'removeParticipantsFromGroup', { participantGroupId, participantIds });
const watchStudy = (studyId: string) => watchEligibility(app, lab.viewer.token, studyId);

/** A draft for the members of a group with these members. */
async function draftFor(...participantIds: string[]) {
  const groupId = await createGroup(app, token, lab.workspaceId, participantIds);
  const studyId = await createStudy(app, token, projectId, { filters: allowing(groupId) });
  return { groupId, studyId };
}

/** People as an event names them, in the order in which the workspace saw them. */
async function idsOf(...participantIds: string[]) {
  const query = 'SELECT id FROM participant WHERE participant_id = ANY($1) ORDER BY key';
  const rows = await app.sql<{ id: string }>(query, [participantIds]);
  return rows.map(({ id }) => ({ id: encodeGlobalId('Participant', id) }));
}

describe('the first event', () => {
  it('is the count now, which differs from nothing', async () => {
    const { studyId } = await draftFor('a', 'b');
    const watcher = watchStudy(studyId);
    expect(await watcher.until(1)).toEqual([
      {
        study: { id: studyId },
        eligibleParticipantCount: 2,
        becameEligibleCount: 0,
        becameIneligibleCount: 0,
        becameEligible: [],
        becameIneligible: [],
      },
    ]);
    await watcher.end();
  });

  it('is the count now for whoever comes later, too', async () => {
    const { studyId, groupId } = await draftFor('a');
    const watcher = watchStudy(studyId);
    await watcher.until(1);
    await add(groupId, 'b');
    const late = watchStudy(studyId);
    expect(await late.until(1)).toMatchObject([{ eligibleParticipantCount: 2, becameEligibleCount: 0 }]);
    await watcher.end();
    await late.end();
  });

  it('has no count where counting takes too long, and the next one has', async () => {
    const { studyId } = await draftFor('a', 'b', 'c');
    const release = await holdMembers(app.databaseUrl);
    const watcher = watchStudy(studyId);
    await watcher.until(1);
    await release();
    expect(await watcher.until(2)).toMatchObject([
      { eligibleParticipantCount: null, becameEligibleCount: 0 },
      { eligibleParticipantCount: 3, becameEligibleCount: 0, becameEligible: [] },
    ]);
    await watcher.end();
  });
});

describe('an event', () => {
  it('tells who has become eligible and who ineligible', async () => {
    const { studyId, groupId } = await draftFor('a', 'b');
    const watcher = watchStudy(studyId);
    await watcher.until(1);
    const replacement = { participantGroupId: groupId, participantIds: ['b', 'c', 'd'] };
    await edit(app, token, 'replaceGroupParticipants', replacement);
    expect((await watcher.until(2))[1]).toEqual({
      study: { id: studyId },
      eligibleParticipantCount: 3,
      becameEligibleCount: 2,
      becameIneligibleCount: 1,
      becameEligible: await idsOf('c', 'd'),
      becameIneligible: await idsOf('a'),
    });
    await watcher.end();
  });

  it('names the first hundred of each, as the workspace saw them, and counts all', async () => {
    const ids = people(0, 250);
    await createGroup(app, token, lab.workspaceId, ids);
    const { studyId, groupId } = await draftFor();
    const watcher = watchStudy(studyId);
    await watcher.until(1);
    await add(groupId, ...ids.toReversed());
    await watcher.until(2);
    await remove(groupId, ...ids);
    const [, came, left] = await watcher.until(3);
    const first = (await idsOf(...ids)).slice(0, 100);
    expect(came).toMatchObject({ eligibleParticipantCount: 250, becameEligibleCount: 250 });
    expect(came?.becameEligible).toEqual(first);
    expect(left).toMatchObject({ eligibleParticipantCount: 0, becameIneligibleCount: 250 });
    expect(left?.becameIneligible).toEqual(first);
    await watcher.end();
  });

  it('comes at most once a second, and holds all that has happened', async () => {
    const { studyId, groupId } = await draftFor();
    const began = Date.now();
    const watcher = watchStudy(studyId);
    await watcher.until(1);
    for (const id of people(0, 40)) await add(groupId, id);
    await expect.poll(() => addUpCounts(watcher.told), { timeout: 10_000 }).toBe(40);
    expect(watcher.told.length).toBeLessThanOrEqual((Date.now() - began) / 1_000 + 1);
    await watcher.end();
  });

  it('does not come for what changes nothing', async () => {
    const { studyId, groupId } = await draftFor('a');
    const watcher = watchStudy(studyId);
    await watcher.until(1);
    await add(groupId, 'a');
    await createGroup(app, token, lab.workspaceId, ['a', 'x']);
    await add(groupId, 'b');
    expect(await watcher.until(2)).toMatchObject([
      { eligibleParticipantCount: 1 },
      { eligibleParticipantCount: 2, becameEligible: await idsOf('b'), becameIneligibleCount: 0 },
    ]);
    await watcher.end();
  });
});
