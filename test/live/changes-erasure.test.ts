import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { ChangesSource, placeOf } from '../../src/membership/changes-source.ts';
import { loadFollowed } from '../../src/membership/feed-loaders.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { keyOf } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { change } from './fixtures/groups.ts';
import { follow, followFromNow } from './fixtures/subscriber.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

const erase = (participantId: string) =>
  mutate(app, token, 'eraseParticipant', { workspaceId, participantId });

describe('an erasure', () => {
  it('is a change of each group that the person was in', async () => {
    const who = randomUUID();
    const groupIds = [
      await createGroup(app, token, workspaceId, [who]),
      await createGroup(app, token, workspaceId, [who]),
    ];
    const { subscriber } = await followFromNow(app, token, groupIds);
    await erase(who);
    const told = (await subscriber.take(2)).map((event) => event.change);
    expect(new Set(told.map((each) => each?.participantGroup.id))).toEqual(new Set(groupIds));
    for (const each of told) expect(each).toMatchObject({ version: 2, cause: 'ERASURE', removedCount: 1 });
    await subscriber.end();
  });

  it('is not undone by a note that was read for somebody before', async () => {
    const who = randomUUID();
    const groupId = await createGroup(app, token, workspaceId, [who]);
    const { subscriber, cursor } = await followFromNow(app, token, [groupId]);
    await change(app, token, groupId, `Instead of ${who}`);
    expect((await subscriber.next()).change?.note).toBe(`Instead of ${who}`);
    const { participant } = await erase(who);
    const late = follow(app, token, [groupId], { after: cursor });
    await late.next();
    const told = (await late.take(2)).map((event) => event.change);
    expect(told).toMatchObject([
      { version: 2, note: `Instead of ${participant.participantId}` },
      { version: 3, cause: 'ERASURE' },
    ]);
    await Promise.all([subscriber.end(), late.end()]);
  });

  it('is not undone by changes that were read for a slow subscriber and not told yet', async () => {
    const who = randomUUID();
    const groupId = await createGroup(app, token, workspaceId, [who]);
    const workspaceKey = await keyOf(app, 'workspace', workspaceId);
    const groups = await loadFollowed(app.live.reader, [decodeGlobalId(groupId)?.key ?? ''], [workspaceKey]);
    const source = new ChangesSource(app.live, groups, groups.map(placeOf));
    await source.take();
    await change(app, token, groupId, 'The first');
    await change(app, token, groupId, `Instead of ${who}`);
    expect((await source.take())?.root.change?.note).toBe('The first');
    const { participant } = await erase(who);
    expect((await source.take())?.root.change).toMatchObject({
      version: 3,
      note: `Instead of ${participant.participantId}`,
    });
    expect((await source.take())?.root.change).toMatchObject({ version: 4, cause: 'ERASURE' });
    source.close();
  });
});
