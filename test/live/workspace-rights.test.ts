import { afterEach, describe, expect, it } from 'vitest';
import { removeMember } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import { addMember, createGroup, createLab, createPerson } from '../support/factories.ts';
import { holdsUnseen } from './fixtures/unseen.ts';
import { watch } from './fixtures/watcher.ts';
import { watchWorkspace, workspaceDocument } from './fixtures/workspace.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

describe('a workspace that may not be seen', () => {
  holdsUnseen(app, lab, workspaceId, 'Workspace', (as, id) => watch(app, as, workspaceDocument, { id }));

  it('ends the stream of who is removed, with nothing more told', async () => {
    const person = await createPerson(app);
    await addMember(app, workspaceId, person, 'VIEWER');
    const watcher = await watchWorkspace(app, person.token, workspaceId);
    await removeMember(app, workspaceId, person);
    await createGroup(app, token, workspaceId);
    const code = { extensions: { code: 'NOT_FOUND', ids: [workspaceId] } };
    await expect.poll(watcher.failure, { timeout: 15_000 }).toMatchObject(code);
    expect(watcher.told).toEqual([]);
    await watcher.end();
  });
});
