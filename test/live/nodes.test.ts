import { afterEach, describe, expect, it } from 'vitest';
import { postgresBus } from '../../src/live/postgres-bus.ts';
import { startApp, startNode } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { faults, withFault } from './fixtures/buses.ts';
import { change, changeOften, numbers } from './fixtures/groups.ts';
import { followFromNow } from './fixtures/subscriber.ts';

const rateLimits = unlimited();
const one = await startApp({ rateLimits });
const shared = { url: one.databaseUrl, query: one.sql };
const heard: string[] = [];
const two = await startNode(shared, {
  rateLimits,
  openBus: withFault(postgresBus(one.databaseUrl), (message, deliver) => {
    heard.push(message);
    deliver(message);
  }),
});
const lab = await createLab(one);
const { token } = lab.admin;

afterEach(() => {
  expect([...one.unexpected.splice(0), ...two.unexpected.splice(0)]).toEqual([]);
});

/** Somebody who follows a new group on a node. */
async function followNew(node = two) {
  const groupId = await createGroup(one, token, lab.workspaceId);
  return { groupId, ...(await followFromNow(node, token, [groupId])) };
}

describe('a commit on one node', () => {
  it('reaches subscribers on another by what the nodes tell each other', async () => {
    const { groupId, subscriber } = await followNew();
    const before = heard.length;
    await changeOften(one, token, groupId, 10);
    expect(await subscriber.versions(10)).toEqual(numbers(1, 10));
    expect(heard.length).toBeGreaterThan(before);
    await subscriber.end();
  });

  it('reaches subscribers on both nodes, wherever it was made', async () => {
    const { groupId, subscriber } = await followNew(one);
    const other = await followFromNow(two, token, [groupId]);
    for (let version = 1; version <= 10; version++) await change(version % 2 ? one : two, token, groupId);
    expect(await subscriber.versions(10)).toEqual(numbers(1, 10));
    expect(await other.subscriber.versions(10)).toEqual(numbers(1, 10));
    await Promise.all([subscriber.end(), other.subscriber.end()]);
  });

  it('reaches them again after the sessions that listen were ended', async () => {
    const sessions = async () => {
      const rows = await one.sql<{ pid: number }>(`SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'rollcall live'`);
      return rows.map(({ pid }) => pid);
    };
    const before = await sessions();
    const { groupId, subscriber } = await followNew();
    await one.sql('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [before]);
    const missed = await change(one, token, groupId);
    expect(await subscriber.versions(1)).toEqual([missed]);
    const again = async () => (await sessions()).filter((pid) => !before.includes(pid)).length;
    await expect.poll(again).toBe(before.length);
    const told = heard.length;
    const hearsMore = async () => {
      await change(one, token, groupId);
      return heard.length;
    };
    await expect.poll(hearsMore).toBeGreaterThan(told);
    await subscriber.end();
  });
});

const faulty = await Promise.all(
  Object.entries(faults).map(async ([name, fault]) => ({
    name,
    node: await startNode(shared, {
      rateLimits,
      openBus: withFault(postgresBus(one.databaseUrl), fault()),
    }),
  })),
);

describe('a node whose way from the others', () => {
  it.concurrent.for(faulty)(
    '$name every wake-up tells all within five seconds',
    async ({ node }, context) => {
      const { groupId, subscriber } = await followNew(node);
      for (let version = 1; version <= 2; version++) {
        await change(one, token, groupId);
        const committed = Date.now();
        context.expect(await subscriber.versions(1)).toEqual([version]);
        context.expect(Date.now() - committed).toBeLessThan(5_000);
      }
      await subscriber.end();
    },
  );
});
