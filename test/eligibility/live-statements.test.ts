import { afterEach, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { edit } from '../support/edits.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { allowing, createStudy } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { watchEligibility } from './fixtures/live-watcher.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const projectId = await createProject(app, token, lab.workspaceId);
const groupId = await createGroup(app, token, lab.workspaceId, ['a']);
const studyId = await createStudy(app, token, projectId, { filters: allowing(groupId) });

afterEach(() => expect.poll(() => app.live.streams.size).toBe(0));

const addTo = (participantGroupId: string, participantId: string) =>
  edit(app, token, 'addParticipantsToGroup', { participantGroupId, participantIds: [participantId] });
const watchAs = (as: string) => watchEligibility(app, as, studyId);

/** What was read of the study since this was last asked: its stamp, or that and everybody who is eligible. */
function readings() {
  const texts = app.statements.splice(0).filter((text) => text.includes('md5(ROW(study.filter_tree_key'));
  const snapshots = texts.filter((text) => text.includes('int4send'));
  return { stamps: texts.length - snapshots.length, snapshots: snapshots.length };
}

it('looks at the stamp alone when something else of the workspace was edited', async () => {
  const other = await createGroup(app, token, lab.workspaceId);
  const watcher = watchAs(lab.viewer.token);
  await watcher.until(1);
  readings();
  await addTo(other, 'b');
  const seen = { stamps: 0, snapshots: 0 };
  const look = () => {
    const { stamps, snapshots } = readings();
    seen.stamps += stamps;
    seen.snapshots += snapshots;
    return seen.stamps;
  };
  await expect.poll(look, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(seen.snapshots).toBe(0);
  await watcher.end();
});

it('reads who is eligible once a change for 50 subscribers', async () => {
  const watchers = Array.from({ length: 50 }, () => watchAs(lab.viewer.token));
  for (const watcher of watchers) await watcher.until(1);
  expect(readings().snapshots).toBe(1);
  for (const [index, id] of ['c', 'd'].entries()) {
    await addTo(groupId, id);
    for (const watcher of watchers) await watcher.until(index + 2);
    expect(readings().snapshots).toBe(1);
  }
  for (const watcher of watchers) await watcher.end();
});

it('reads nothing of a study that nobody watches any more', async () => {
  const watcher = watchAs(lab.viewer.token);
  await watcher.until(1);
  await watcher.end();
  await expect.poll(() => app.live.streams.size).toBe(0);
  expect(app.live.wakeUps.watchedWorkspaces()).toEqual([]);
});
