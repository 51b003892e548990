import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createGroup, createLab, createPerson } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { change, groupWithChanges } from './fixtures/groups.ts';
import { follow, followFromNow } from './fixtures/subscriber.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

/** A member of the lab's workspace, with a token of this kind that they have made. */
async function memberWithToken(settings: object = {}) {
  const person = await createPerson(app);
  await addMember(app, workspaceId, person, 'VIEWER');
  const made = await mutate(app, person.token, 'createApiToken', { name: 'Test', ...settings });
  const apiTokenId: string = made.apiToken.id;
  return {
    ...person,
    token: made.token as string,
    revoke: () => mutate(app, person.token, 'revokeApiToken', { apiTokenId }),
    remove: () =>
      app.sql('UPDATE workspace_member SET removed_at = now() WHERE user_id = $1', [person.userId]),
    giveBack: () =>
      app.sql('UPDATE workspace_member SET removed_at = NULL WHERE user_id = $1', [person.userId]),
  };
}

/** In how many ms a token ends that is to end while its subscriber listens. */
const soon = 1_500;
const untilSoon = () => new Promise((resolve) => setTimeout(resolve, soon + 100));
const expiringSoon = () => memberWithToken({ expiresAt: new Date(Date.now() + soon) });

describe('a subscriber', () => {
  it('is told nothing of a change after the role was taken, and where they were', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const member = await memberWithToken();
    const { subscriber } = await followFromNow(app, member.token, [groupId]);
    await change(app, token, groupId);
    const { cursor } = await subscriber.next();
    await member.remove();
    await change(app, token, groupId);
    const { extensions } = await subscriber.failure();
    expect(extensions).toEqual({ code: 'NOT_FOUND', ids: [groupId], cursor });
    await subscriber.end();
  });

  it('goes on from there when the role is given back', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const member = await memberWithToken();
    const { subscriber } = await followFromNow(app, member.token, [groupId]);
    await member.remove();
    await change(app, token, groupId);
    const { extensions } = await subscriber.failure();
    await member.giveBack();
    const again = follow(app, member.token, [groupId], { after: String(extensions?.cursor) });
    await again.next();
    expect(await again.versions(1)).toEqual([2]);
    await Promise.all([subscriber.end(), again.end()]);
  });

  it('is told nothing of a change after the token was revoked', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const member = await memberWithToken();
    const { subscriber, cursor } = await followFromNow(app, member.token, [groupId]);
    await member.revoke();
    await change(app, token, groupId);
    expect((await subscriber.failure()).extensions).toMatchObject({ code: 'UNAUTHENTICATED', cursor });
    await subscriber.end();
  });

  it('is told nothing of a change after the token has ended', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const member = await expiringSoon();
    const { subscriber, cursor } = await followFromNow(app, member.token, [groupId]);
    await untilSoon();
    await change(app, token, groupId);
    expect((await subscriber.failure()).extensions).toMatchObject({ code: 'UNAUTHENTICATED', cursor });
    await subscriber.end();
  });

  it('ends within ten seconds of losing the right, also where nothing happens', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const [revoked, ended, removed, staying] = [
      await memberWithToken(),
      await expiringSoon(),
      await memberWithToken(),
      await memberWithToken(),
    ];
    const everybody = [revoked, ended, removed, staying];
    const begun = await Promise.all(everybody.map((member) => followFromNow(app, member.token, [groupId])));
    await Promise.all([revoked.revoke(), removed.remove(), untilSoon()]);
    const lost = Date.now();
    const failures = await Promise.all(
      begun.slice(0, 3).map(async ({ subscriber }) => (await subscriber.failure()).extensions),
    );
    expect(Date.now() - lost).toBeLessThan(10_000);
    const cursor = begun[0]?.cursor;
    expect(failures).toMatchObject([
      { code: 'UNAUTHENTICATED', cursor },
      { code: 'UNAUTHENTICATED', cursor },
      { code: 'NOT_FOUND', ids: [groupId], cursor },
    ]);
    await change(app, token, groupId);
    expect(await begun[3]?.subscriber.versions(1)).toEqual([2]);
    await Promise.all(begun.map(({ subscriber }) => subscriber.end()));
  });

  it('follows with a token that only reads, and with one of the workspace alone', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    for (const settings of [{ readOnly: true }, { workspaceId }]) {
      const member = await memberWithToken(settings);
      const { subscriber } = await followFromNow(app, member.token, [groupId]);
      const version = await change(app, token, groupId);
      expect(await subscriber.versions(1)).toEqual([version]);
      await subscriber.end();
    }
  });

  it('sees nothing of a workspace that the token is not for', async () => {
    const elsewhere = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId);
    const member = await memberWithToken({ workspaceId });
    await addMember(app, lab.strangersWorkspaceId, member, 'ADMIN');
    const { extensions } = await follow(app, member.token, [elsewhere]).failure();
    expect(extensions).toEqual({ code: 'NOT_FOUND', ids: [elsewhere] });
  });
});
