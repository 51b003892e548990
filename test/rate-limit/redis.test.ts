import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRateLimits, type RateLimits } from '../../src/graphql/rate-limit/rate-limits.ts';
import { defaultRateLimits, type RateLimitSettings } from '../../src/graphql/rate-limit/settings.ts';
import { startApp, startNode } from '../support/app.ts';
import { createPerson } from '../support/factories.ts';
import { reasonToSkip, TestRedis } from '../support/redis.ts';
import { ask } from './server.ts';

const twentyTwo = '{ viewer { workspaces { nodes { title } } } }';
const one = '{ viewer { email } }';

describe.skipIf(reasonToSkip !== null)(
  `nodes with one Redis${reasonToSkip === null ? '' : ` (${reasonToSkip})`}`,
  async () => {
    if (reasonToSkip !== null) return;
    const app = await startApp();
    let redis: TestRedis;
    const opened: RateLimits[] = [];
    beforeAll(async () => {
      redis = await TestRedis.start();
    });
    afterEach(() => {
      expect(app.unexpected.splice(0)).toEqual([]);
      for (const rateLimits of opened.splice(0)) rateLimits.close();
    });
    afterAll(() => redis?.remove());

    /** A node, and what it logs of its Redis. */
    async function startAlone(settings: Partial<RateLimitSettings>) {
      const log: string[] = [];
      const all = { ...defaultRateLimits, windowSeconds: 600, ...settings };
      const rateLimits = openRateLimits(all, {
        url: redis.url,
        onLost: ({ message }) => log.push(`lost: ${message}`),
        onBack: () => log.push('back'),
      });
      opened.push(rateLimits);
      const node = await startNode({ url: app.databaseUrl, query: app.sql }, { rateLimits });
      return { ...node, log, rateLimits };
    }

    /** The same, when it has begun to count in Redis. */
    async function start(settings: Partial<RateLimitSettings>) {
      const node = await startAlone(settings);
      const counts = async () => {
        const caller = { address: '192.0.2.1', token: randomUUID() };
        await node.rateLimits.charge(caller, { points: 1, surcharge: 0 });
        return redis.holds(`rollcall:points:token:${caller.token}`);
      };
      await expect.poll(counts).toBe(true);
      return node;
    }

    it('share the budget of a token', async () => {
      const [a, b] = [await start({ perToken: 50 }), await start({ perToken: 50 })];
      const { token } = await createPerson(app);
      expect((await ask(a, token, twentyTwo)).cost).toMatchObject({ limit: 50, remaining: 28 });
      expect((await ask(b, token, twentyTwo)).cost).toMatchObject({ limit: 50, remaining: 6 });
      const refused = await ask(a, token, twentyTwo);
      expect(refused.cost).toMatchObject({ query: 22, remaining: 6 });
      expect(refused.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
      // What was refused took 5 points, and not its 22.
      expect(await ask(b, token, one)).toMatchObject({ status: 200, cost: { remaining: 0 } });
      expect((await ask(a, token, one)).status).toBe(429);
    });

    it('let exactly so many through when all ask at once', async () => {
      const nodes = [await start({ perToken: 100 }), await start({ perToken: 100 })];
      const { token } = await createPerson(app);
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => nodes.map((node) => ask(node, token, twentyTwo))).flat(),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    });

    it('begin anew together when the window is over', async () => {
      const [a, b] = [
        await start({ perToken: 25, windowSeconds: 2 }),
        await start({ perToken: 25, windowSeconds: 2 }),
      ];
      const { token } = await createPerson(app);
      await ask(a, token, twentyTwo);
      const { status, headers } = await ask(b, token, twentyTwo);
      expect(status).toBe(429);
      await new Promise((resolve) => setTimeout(resolve, 1_000 * Number(headers.get('retry-after'))));
      expect((await ask(a, token, twentyTwo)).cost).toMatchObject({ remaining: 3 });
      expect((await ask(b, token, one)).cost).toMatchObject({ remaining: 2 });
    });

    it('count alone while Redis is away, and together when it is back', async () => {
      const [a, b] = [await start({ perToken: 30 }), await start({ perToken: 30 })];
      const { token } = await createPerson(app);
      await ask(a, token, one);
      await redis.kill();
      expect((await ask(a, token, twentyTwo)).cost).toMatchObject({ limit: 30, remaining: 8 });
      expect((await ask(a, token, twentyTwo)).status).toBe(429);
      expect((await ask(b, token, twentyTwo)).cost).toMatchObject({ limit: 30, remaining: 8 });
      await expect.poll(() => a.log, { timeout: 10_000 }).toEqual([expect.stringMatching(/^lost: /)]);
      // Long enough for several attempts to connect, none of which is logged.
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(a.log).toHaveLength(1);
      await redis.start();
      await expect.poll(() => [a.log.at(-1), b.log.at(-1)], { timeout: 10_000 }).toEqual(['back', 'back']);
      expect((await ask(a, token, one)).cost).toMatchObject({ limit: 30, remaining: 29 });
      expect((await ask(b, token, one)).cost).toMatchObject({ limit: 30, remaining: 28 });
    });

    it('do not wait for a Redis that hangs', async () => {
      const node = await start({ perToken: 1_000 });
      const { token } = await createPerson(app);
      await ask(node, token, one);
      redis.hang();
      try {
        expect((await ask(node, token, one)).status).toBe(200);
        await expect.poll(() => node.log, { timeout: 10_000 }).toEqual([expect.stringMatching(/^lost: /)]);
        // A hundred that each waited for their two commands to fail would take far longer than the test may.
        for (let sent = 0; sent < 100; sent++) expect((await ask(node, token, one)).status).toBe(200);
      } finally {
        redis.goOn();
      }
      await expect.poll(() => node.log.at(-1), { timeout: 10_000 }).toBe('back');
    }, 20_000);

    it('answer from the start where there is no Redis yet', async () => {
      await redis.kill();
      const node = await startAlone({ perToken: 30 });
      const { token } = await createPerson(app);
      expect((await ask(node, token, twentyTwo)).cost).toMatchObject({ remaining: 8 });
      await redis.start();
      await expect.poll(() => node.log.at(-1), { timeout: 10_000 }).toBe('back');
      expect((await ask(node, token, twentyTwo)).cost).toMatchObject({ remaining: 8 });
    });
  },
);
