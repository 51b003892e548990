import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createPerson, unknownId } from '../support/factories.ts';
import { holdGroups, waitForWaiter } from '../support/lock.ts';
import { unlimited } from '../support/unlimited.ts';
import { change } from './fixtures/groups.ts';
import { sendSubscription } from './fixtures/sockets.ts';
import { changesDocument, follow, followFromNow } from './fixtures/subscriber.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const groupId = await createGroup(app, token, lab.workspaceId);
const open = () => app.live.streams.size;

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(open).toBe(0);
});

const most = 100;

/** As many subscriptions as one user may have. */
async function takeAllPlaces() {
  const begun = await Promise.all(Array.from({ length: most }, () => followFromNow(app, token, [groupId])));
  return begun.map(({ subscriber }) => subscriber);
}

describe('a user', () => {
  it('has a hundred subscriptions, and another one when one of them has ended', async () => {
    const [first, ...subscribers] = await takeAllPlaces();
    const { message, extensions } = await follow(app, token, [groupId]).failure();
    expect(extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit: 'subscriptions' });
    expect(message).toBe(
      'You have 100 subscriptions here; at most 100 are allowed. End one that is not needed.',
    );
    await first?.end();
    await expect.poll(open).toBe(most - 1);
    subscribers.push((await followFromNow(app, token, [groupId])).subscriber);
    const version = await change(app, token, groupId);
    for (const subscriber of subscribers) expect(await subscriber.versions(1)).toEqual([version]);
    await Promise.all(subscribers.map((subscriber) => subscriber.end()));
  });

  it('has them with all tokens together, and takes nobody else’s', async () => {
    const subscribers = await takeAllPlaces();
    const another = await mutate(app, token, 'createApiToken', { name: 'Another' });
    const { extensions } = await follow(app, another.token, [groupId]).failure();
    expect(extensions).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    subscribers.push((await followFromNow(app, lab.viewer.token, [groupId])).subscriber);
    await Promise.all(subscribers.map((subscriber) => subscriber.end()));
  });
});

describe('a place for a subscription', () => {
  it('is free again when the client only hangs up', async () => {
    const sockets = await Promise.all(
      Array.from({ length: most }, () =>
        sendSubscription(app.url, token, changesDocument, { ids: [groupId] }),
      ),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    expect(open()).toBe(most);
    for (const socket of sockets) socket.destroy();
    await expect.poll(open).toBe(0);
  });

  it('is free again when the client hangs up before anything was told', async () => {
    const release = await holdGroups(app.databaseUrl);
    const socket = await sendSubscription(app.url, token, changesDocument, { ids: [groupId] });
    await waitForWaiter(app, 'relation');
    expect(open()).toBe(1);
    socket.destroy();
    await once(socket, 'close');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await release();
    await expect.poll(open).toBe(0);
  });

  it('is free again when a subscription is refused', async () => {
    const person = await createPerson(app);
    for (let time = 0; time <= most; time++) {
      const { extensions } = await follow(app, person.token, [unknownId('ParticipantGroup')]).failure();
      expect(extensions).toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});
