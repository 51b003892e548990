import { afterEach, describe, expect, it } from 'vitest';
import { createFormerMember, createToken, removeMember } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import {
  addMember,
  createGroup,
  createLab,
  createPerson,
  createWorkspace,
  unknownId,
} from '../support/factories.ts';
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
  const unknown = unknownId('Workspace');
  const refusal = async (as: string | null, id: string) => {
    const watcher = watch(app, as, workspaceDocument, { id });
    await expect.poll(watcher.failure).not.toBeNull();
    await watcher.end();
    expect(watcher.told).toEqual([]);
    return watcher.failure();
  };

  it.each([
    ['a stranger', async () => lab.stranger.token],
    ['who was a member', async () => (await createFormerMember(app, workspaceId)).token],
    [
      'a token that is narrowed to another workspace',
      async () => createToken(app, lab.admin, { workspaceId: await createWorkspace(app, lab.admin) }),
    ],
  ])('is for %s as one that never was', async (_who, tokenOf) => {
    const as = await tokenOf();
    const [own, none] = [await refusal(as, workspaceId), await refusal(as, unknown)];
    expect(own).toMatchObject({ extensions: { code: 'NOT_FOUND', ids: [workspaceId] } });
    expect(JSON.stringify(own).replaceAll(workspaceId, unknown)).toBe(JSON.stringify(none));
  });

  it('cannot be watched without a token', async () => {
    expect(await refusal(null, workspaceId)).toMatchObject({ message: expect.stringContaining('401') });
  });

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
