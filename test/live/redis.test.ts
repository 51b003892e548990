import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redisBus } from '../../src/live/redis-bus.ts';
import { type App, startApp, startNode } from '../support/app.ts';
import { createGroup, createLab, type Lab } from '../support/factories.ts';
import { reasonToSkip, TestRedis } from '../support/redis.ts';
import { unlimited } from '../support/unlimited.ts';
import { withFault } from './fixtures/buses.ts';
import { change, changeOften, numbers } from './fixtures/groups.ts';
import { followFromNow } from './fixtures/subscriber.ts';

describe.skipIf(reasonToSkip !== null)(
  `nodes that tell each other by Redis${reasonToSkip === null ? '' : ` (${reasonToSkip})`}`,
  () => {
    let redis: TestRedis;
    let writing: App;
    let node: App;
    let lab: Lab;
    /** What the node was told by Redis. */
    const heard: string[] = [];

    beforeAll(async () => {
      redis = await TestRedis.start();
      const rateLimits = unlimited();
      writing = await startApp({ rateLimits, openBus: redisBus(redis.url) });
      const openBus = withFault(redisBus(redis.url), (message, deliver) => {
        heard.push(message);
        deliver(message);
      });
      node = await startNode({ url: writing.databaseUrl, query: writing.sql }, { rateLimits, openBus });
      lab = await createLab(writing);
    });
    afterEach(() => {
      expect([...writing.unexpected.splice(0), ...node.unexpected.splice(0)]).toEqual([]);
    });
    afterAll(() => redis?.remove());

    async function followNew() {
      const { token } = lab.admin;
      const groupId = await createGroup(writing, token, lab.workspaceId);
      const { subscriber } = await followFromNow(node, token, [groupId]);
      return { token, groupId, subscriber };
    }

    /** Waits until the node hears of what the other one commits; how many changes that took. */
    async function untilHeard(token: string, groupId: string): Promise<number> {
      const before = heard.length;
      let changes = 0;
      const hears = async () => {
        await change(writing, token, groupId);
        changes += 1;
        return heard.length;
      };
      await expect.poll(hears, { timeout: 10_000 }).toBeGreaterThan(before);
      return changes;
    }

    it('tell each other of commits', async () => {
      const { token, groupId, subscriber } = await followNew();
      const first = await untilHeard(token, groupId);
      const before = heard.length;
      await changeOften(writing, token, groupId, 10);
      expect(await subscriber.versions(first + 10)).toEqual(numbers(1, first + 10));
      expect(heard.length).toBeGreaterThan(before);
      await subscriber.end();
    });

    it('lose nothing while Redis is away, and tell each other again when it is back', async () => {
      const { token, groupId, subscriber } = await followNew();
      await redis.kill();
      const before = heard.length;
      await changeOften(writing, token, groupId, 3);
      const committed = Date.now();
      expect(await subscriber.versions(3)).toEqual([1, 2, 3]);
      expect(Date.now() - committed).toBeLessThan(5_000);
      expect(heard.length).toBe(before);
      await redis.start();
      const more = await untilHeard(token, groupId);
      expect(await subscriber.versions(more)).toEqual(numbers(4, 3 + more));
      await subscriber.end();
    });

    it('lose nothing while Redis hangs', async () => {
      const { token, groupId, subscriber } = await followNew();
      redis.hang();
      try {
        await changeOften(writing, token, groupId, 3);
        expect(await subscriber.versions(3)).toEqual([1, 2, 3]);
      } finally {
        redis.goOn();
      }
      await subscriber.end();
    });
  },
);
