import { afterEach, describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { keyOf } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { Cable } from './fixtures/cable.ts';
import { change, changeOften, numbers } from './fixtures/groups.ts';
import { follow, followFromNow } from './fixtures/subscriber.ts';

const rateLimits = unlimited();
const writing = await startApp({ rateLimits });
const cable = await Cable.start(writing.databaseUrl);
const byCable = new URL(cable.url);
byCable.searchParams.set('application_name', 'losing');
const node = await startNode({ url: byCable.href, query: writing.sql }, { rateLimits });
const lab = await createLab(writing);
const { token } = lab.admin;

afterEach(async () => {
  cable.fray(0);
  expect([...writing.unexpected.splice(0), ...node.unexpected.splice(0)]).toEqual([]);
  await expect.poll(() => node.live.streams.size).toBe(0);
});

describe('a subscriber of a node that loses its database', () => {
  it('is told everything once it is back, on the same connection', async () => {
    const groupId = await createGroup(writing, token, lab.workspaceId);
    const { subscriber } = await followFromNow(node, token, [groupId]);
    cable.close();
    await changeOften(writing, token, groupId, 3);
    // As if it had been told: it tries to read while nothing can be read.
    node.live.wakeUps.wakeGroup(await keyOf(writing, 'participant_group', groupId), 3);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await cable.open();
    await changeOften(writing, token, groupId, 2);
    expect(await subscriber.versions(5)).toEqual(numbers(1, 5));
    await subscriber.end();
  });

  it('is told everything though its connections break again and again', async () => {
    const groupId = await createGroup(writing, token, lab.workspaceId);
    const { subscriber, cursor } = await followFromNow(node, token, [groupId]);
    cable.fray(0.03);
    let version = 0;
    while (version < 40 || cable.breaks < 10) {
      await changeOften(writing, token, groupId, 10);
      expect(await subscriber.versions(10)).toEqual(numbers(version + 1, version + 10));
      version += 10;
    }
    cable.fray(0);
    const late = follow(node, token, [groupId], { after: cursor });
    await late.next();
    expect(await late.versions(version)).toEqual(numbers(1, version));
    await Promise.all([subscriber.end(), late.end()]);
  });

  it('is told everything though the database ends its sessions', async () => {
    const groupId = await createGroup(writing, token, lab.workspaceId);
    const { subscriber } = await followFromNow(node, token, [groupId]);
    for (let version = 1; version <= 5; version++) {
      await writing.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name IN ('losing', 'rollcall live')`);
      await change(writing, token, groupId);
      expect(await subscriber.versions(1)).toEqual([version]);
    }
    await subscriber.end();
  });
});
