import { expect, it } from 'vitest';
import { openRateLimits } from '../../src/graphql/rate-limit/rate-limits.ts';
import { defaultRateLimits } from '../../src/graphql/rate-limit/settings.ts';
import { forgeriesOf } from '../access/fixtures/forgeries.ts';
import { createToken } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';

const rounds = 300;
/** One look-up by an index, on a machine that does other things as well. */
const mostMilliseconds = 5;
const mostRatio = 1.5;
const past = new Date(Date.now() - 60_000);

// More of them than an address may ask without a token.
const rateLimits = openRateLimits({ ...defaultRateLimits, anonymous: 0 });
const app = await startApp({ rateLimits });
const { admin } = await createLab(app);
const { malformed: _never, ...forgeries } = forgeriesOf(
  admin.token,
  [await createToken(app, admin, { expiresAt: past })],
  [await createToken(app, admin, { revokedAt: past })],
);

async function time(authorization: string | null): Promise<number> {
  const started = performance.now();
  const response = await fetch(app.url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(authorization === null ? {} : { Authorization: authorization }),
    },
    body: '{"query":"{ viewer { email } }"}',
  });
  await response.text();
  return performance.now() - started;
}

it('tokens that let nobody in take the same time whatever is wrong with them, and as long as none but for the look-up', async () => {
  const kinds: Record<string, (nth: number) => string | null> = { none: () => null, ...forgeries };
  const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
  // In turn: what slows the machine down slows all of them down.
  for (let nth = 0; nth < rounds; nth += 1) {
    for (const [kind, make] of Object.entries(kinds)) times.get(kind)?.push(await time(make(nth)));
  }
  const median = (kind: string) => times.get(kind)?.sort((a, b) => a - b)[rounds / 2] ?? Number.NaN;
  const medians = Object.keys(forgeries).map(median);
  process.stdout.write(
    `${Object.keys(kinds)
      .map((kind) => `${kind}: ${median(kind).toFixed(2)} ms`)
      .join('\n')}\n`,
  );
  expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(mostRatio);
  expect(Math.max(...medians) - median('none')).toBeLessThan(mostMilliseconds);
});
