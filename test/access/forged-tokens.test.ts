import { describe, expect, it } from 'vitest';
import { openRateLimits } from '../../src/graphql/rate-limit/rate-limits.ts';
import { defaultRateLimits } from '../../src/graphql/rate-limit/settings.ts';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import { forgeriesOf } from './fixtures/forgeries.ts';
import { createToken } from './fixtures/people.ts';

const requests = 1_000;
const atOnce = 10;
const past = new Date(Date.now() - 60_000);

// More of them than an address may ask without a token.
const rateLimits = openRateLimits({ ...defaultRateLimits, anonymous: 0 });
const app = await startApp({ rateLimits });
const { admin, workspaceId } = await createLab(app);
const several = (settings: object) => Promise.all([1, 2, 3].map(() => createToken(app, admin, settings)));
const forgeries = forgeriesOf(
  admin.token,
  await several({ expiresAt: past }),
  await several({ revokedAt: past, workspaceId }),
);
const kinds = Object.values(forgeries);

const documents = [
  '{ viewer { email workspaces { nodes { title } } } }',
  `{ node(id: "${workspaceId}") { id } workspace(id: "${workspaceId}") { title participantGroups { totalCount } } }`,
  `mutation { createProject(input: { workspaceId: "${workspaceId}", title: "x" }) { __typename } }`,
  '{ __typename nope }',
  '{ __typename }',
];

/** All that comes back but for what is every answer's own. */
async function answerTo(query: string | undefined, authorization: string | null) {
  const response = await fetch(app.url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(authorization === null ? {} : { Authorization: authorization }),
    },
    body: JSON.stringify({ query }),
  });
  const own = new Set(['x-request-id', 'date']);
  const headers = [...response.headers].filter(([name]) => !own.has(name));
  return { status: response.status, headers, body: await response.text() };
}

const withoutToken = await Promise.all(documents.map((query) => answerTo(query, null)));

/** A request of a kind and for a document, both in turn. */
async function forgedAnswer(nth: number) {
  const at = Math.floor(nth / kinds.length) % documents.length;
  return {
    answer: await answerTo(documents[at], kinds[nth % kinds.length]?.(nth) ?? ''),
    expected: withoutToken[at],
  };
}

describe('1,000 requests with forged, expired, revoked and malformed tokens', async () => {
  app.sent.splice(0);
  const answers: Awaited<ReturnType<typeof forgedAnswer>>[] = [];
  for (let nth = 0; nth < requests; nth += atOnce) {
    answers.push(
      ...(await Promise.all(Array.from({ length: atOnce }, (_, each) => forgedAnswer(nth + each)))),
    );
  }

  it('are answered with the bytes that come without a token', () => {
    expect(answers).toHaveLength(requests);
    for (const { answer, expected } of answers) expect(answer).toEqual(expected);
  });

  it('send at most the look-up of their token to the database', () => {
    expect(app.sent.length).toBeGreaterThan(0);
    expect(app.sent.length).toBeLessThanOrEqual(requests);
    expect(new Set(app.sent.map(({ text }) => text)).size).toBe(1);
    expect(app.sent[0]?.text).toContain('FROM api_token AS token');
  });

  it('change nothing, and none is an unexpected error', async () => {
    expect(await app.sql('SELECT 1 FROM project')).toEqual([]);
    expect(app.unexpected).toEqual([]);
  });

  it('are refused where data is asked for', () => {
    expect(withoutToken.map(({ status }) => status)).toEqual([401, 401, 401, 200, 200]);
  });
});
