import { describe, expect, it } from 'vitest';
import { limited } from '../rate-limit/server.ts';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { cursorAt, groupWithChanges, numbers, writeLog } from './fixtures/groups.ts';
import { sendSubscription } from './fixtures/sockets.ts';
import { follow } from './fixtures/subscriber.ts';
import { bareSocket } from './fixtures/ws-client.ts';

describe('a stream that nobody reads', () => {
  it('is dropped after five heartbeats, and gives its place back', async () => {
    const app = await startApp({ rateLimits: unlimited(), heartbeatMilliseconds: 50 });
    const { admin, workspaceId } = await createLab(app);
    const groupId = await groupWithChanges(app, admin.token, workspaceId, 0);
    await writeLog(app, groupId, 5_000);
    const notes = Array.from({ length: 14 }, (_, index) => `n${index}: note`).join(' ');
    const query = `subscription ($ids: [ID!]!, $after: String) {
      membershipChanges(participantGroupIds: $ids, after: $after) { cursor change { ${notes} } } }`;
    await app.sql(`UPDATE membership_change SET note = repeat('x', 500)`);
    const after = await cursorAt(app, groupId, 0);
    const socket = await sendSubscription(app.url, admin.token, query, { ids: [groupId], after });
    socket.pause();
    await expect.poll(() => app.live.streams.size).toBe(1);
    await expect.poll(() => app.live.streams.size, { timeout: 20_000 }).toBe(0);
    socket.destroy();
  });
});

describe('a connection without a token', () => {
  it('costs points when it is opened, and is not kept where nothing is asked', async () => {
    const rateLimits = limited({ anonymous: 12 });
    const app = await startApp({ rateLimits, heartbeatMilliseconds: 200 });
    const opened = [await bareSocket(app, {}), await bareSocket(app, {})];
    for (const { closed } of opened) expect(await closed).toMatchObject({ code: 4403 });
    expect((await app.post(null, '{ viewer { email } }')).status).toBe(429);
  });
});

describe('the events of a subscription', () => {
  it('are charged to the budget of its token, and wait for its next window where that is used up', async () => {
    const app = await startApp({ rateLimits: limited({ perToken: 1_200, windowSeconds: 2 }) });
    const { admin, workspaceId } = await createLab(app);
    const groupId = await groupWithChanges(app, admin.token, workspaceId, 0);
    await writeLog(app, groupId, 800);
    const subscriber = await follow(app, admin.token, [groupId], { after: await cursorAt(app, groupId, 0) });
    await subscriber.next();
    const began = Date.now();
    expect(await subscriber.versions(800)).toEqual(numbers(1, 800));
    // Each costs three points, of which there are 1,200 in two seconds.
    expect(Date.now() - began).toBeGreaterThan(1_000);
    await subscriber.end();
  });
});
