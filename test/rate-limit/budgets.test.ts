import { afterEach, describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { createPerson } from '../support/factories.ts';
import { ask, limited } from './server.ts';

const app = await startApp();
const testDatabase = { url: app.databaseUrl, query: app.sql };
const start = (settings: Parameters<typeof limited>[0]) =>
  startNode(testDatabase, { rateLimits: limited(settings) });
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

/** Costs 21 + 1: the viewer, the connection and twenty workspaces that it might have. */
const twentyTwo = '{ viewer { workspaces { nodes { title } } } }';
const one = '{ viewer { email } }';

describe('the budget of a token', () => {
  it('is charged what each operation costs, and the answer tells what is left', async () => {
    const node = await start({ perToken: 100 });
    const { token } = await createPerson(app);
    const first = await ask(node, token, twentyTwo);
    const second = await ask(node, token, one);
    expect(first.cost).toMatchObject({ query: 22, limit: 100, remaining: 78 });
    expect(second.cost).toMatchObject({ query: 1, limit: 100, remaining: 77 });
    expect(
      Math.abs(Date.parse(`${second.cost?.resetsAt}`) - Date.parse(`${first.cost?.resetsAt}`)),
    ).toBeLessThan(100);
  });

  it('charges a point for what costs nothing', async () => {
    const node = await start({ perToken: 100 });
    const { token } = await createPerson(app);
    expect((await ask(node, token, '{ __typename }')).cost).toMatchObject({ query: 1, remaining: 99 });
  });

  it('refuses an operation that does not fit in what is left, and lets a smaller one through', async () => {
    const node = await start({ perToken: 40 });
    const { token } = await createPerson(app);
    await ask(node, token, twentyTwo);
    const refused = await ask(node, token, twentyTwo);
    expect(refused.status).toBe(429);
    expect(refused.cost).toMatchObject({ query: 22, limit: 40, remaining: 18 });
    // Five points for the refusal, and one for itself.
    expect((await ask(node, token, one)).cost).toMatchObject({ query: 1, remaining: 12 });
  });

  it('is used up by refusals too, and hammering does not bring the end of the window nearer or push it away', async () => {
    const node = await start({ perToken: 40 });
    const { token } = await createPerson(app);
    const { cost } = await ask(node, token, twentyTwo);
    for (let attempt = 0; attempt < 30; attempt++) {
      const { status, errors } = await ask(node, token, twentyTwo);
      expect(status).toBe(429);
      const resetsAt = Date.parse(`${errors?.[0]?.extensions.resetsAt}`);
      expect(Math.abs(resetsAt - Date.parse(`${cost?.resetsAt}`))).toBeLessThan(100);
    }
    expect((await ask(node, token, one)).status).toBe(429);
  });

  it('lets exactly so many through when all ask at once', async () => {
    const node = await start({ perToken: 100 });
    const { token } = await createPerson(app);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(node, token, twentyTwo)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
  });

  it('is each token’s own', async () => {
    const node = await start({ perToken: 25 });
    const [ada, cleo] = [await createPerson(app), await createPerson(app)];
    await ask(node, ada.token, twentyTwo);
    expect((await ask(node, ada.token, twentyTwo)).status).toBe(429);
    expect((await ask(node, cleo.token, twentyTwo)).status).toBe(200);
  });

  it('is full again when its window is over', async () => {
    const node = await start({ perToken: 25, windowSeconds: 2 });
    const { token } = await createPerson(app);
    await ask(node, token, twentyTwo);
    const { status, errors } = await ask(node, token, twentyTwo);
    expect(status).toBe(429);
    const wait = Number(errors?.[0]?.extensions.retryAfterSeconds);
    expect(wait).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 1_000 * wait));
    expect((await ask(node, token, twentyTwo)).cost).toMatchObject({ query: 22, remaining: 3 });
  });

  it('is all taken by an operation that costs more than it ever holds', async () => {
    const node = await start({ perToken: 10 });
    const { token } = await createPerson(app);
    expect((await ask(node, token, twentyTwo)).cost).toMatchObject({ query: 22, limit: 10, remaining: 0 });
    expect((await ask(node, token, one)).status).toBe(429);
  });

  it('is not there when it is set to 0', async () => {
    const node = await start({ perToken: 0, perAddress: 0 });
    const { token } = await createPerson(app);
    expect((await ask(node, token, twentyTwo)).cost).toEqual({
      query: 22,
      limit: null,
      remaining: null,
      resetsAt: null,
    });
  });
});

describe('the budget of an address', () => {
  it('is shared by its tokens, and told where less is left of it than of the token’s', async () => {
    const node = await start({ perToken: 100, perAddress: 110 });
    const [ada, cleo] = [await createPerson(app), await createPerson(app)];
    expect((await ask(node, ada.token, twentyTwo)).cost).toMatchObject({ limit: 100, remaining: 78 });
    expect((await ask(node, cleo.token, twentyTwo)).cost).toMatchObject({ limit: 110, remaining: 66 });
  });

  it('that refuses gives the token its points back, but for those of a refusal', async () => {
    const node = await start({ perToken: 29, perAddress: 30, trustedProxies: 1 });
    const [ada, cleo] = [await createPerson(app), await createPerson(app)];
    const from = (address: string) => ({ 'X-Forwarded-For': address });
    await ask(node, ada.token, twentyTwo, from('192.0.2.1'));
    const refused = await ask(node, cleo.token, twentyTwo, from('192.0.2.1'));
    expect([refused.status, refused.cost?.limit, refused.cost?.remaining]).toEqual([429, 30, 8]);
    expect((await ask(node, cleo.token, one, from('192.0.2.2'))).cost).toMatchObject({
      limit: 29,
      remaining: 29 - 5 - 1,
    });
  });

  it('is that of X-Forwarded-For behind a proxy, and not what the caller writes there', async () => {
    const node = await start({ perAddress: 30, trustedProxies: 1 });
    const { token } = await createPerson(app);
    const from = (header: string) => ask(node, token, twentyTwo, { 'X-Forwarded-For': header });
    expect((await from('198.51.100.7')).status).toBe(200);
    expect((await from('203.0.113.1, 198.51.100.7')).status).toBe(429);
    expect((await from('198.51.100.7, 203.0.113.1')).status).toBe(200);
  });

  it('is the socket’s without a proxy, whatever X-Forwarded-For says', async () => {
    const node = await start({ perAddress: 30 });
    const { token } = await createPerson(app);
    await ask(node, token, twentyTwo, { 'X-Forwarded-For': '198.51.100.7' });
    expect((await ask(node, token, twentyTwo, { 'X-Forwarded-For': '203.0.113.1' })).status).toBe(429);
  });
});

describe('the budget of an address without a valid token', () => {
  it('is charged at least 5 points for an operation', async () => {
    const node = await start({ anonymous: 100 });
    expect((await ask(node, null, '{ __typename }')).cost).toMatchObject({
      query: 5,
      limit: 100,
      remaining: 95,
    });
    expect((await ask(node, 'made-up', one)).cost).toMatchObject({ query: 5, limit: 100, remaining: 90 });
  });

  it('is charged at most 100, so that whoever lost their token is told so', async () => {
    const node = await start({ anonymous: 150 });
    const costly =
      '{ viewer { workspaces(first: 100) { nodes { participantGroups(first: 20) { nodes { name } } } } } }';
    const answer = await ask(node, null, costly);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(answer.cost).toMatchObject({ query: 100, limit: 150, remaining: 50 });
  });

  it('is used up after so many, and no token behind the address notices', async () => {
    const node = await start({ anonymous: 20 });
    const [ada, cleo] = [await createPerson(app), await createPerson(app)];
    expect((await ask(node, ada.token, one)).status).toBe(200);
    for (let attempt = 0; attempt < 4; attempt++) expect((await ask(node, null, one)).status).toBe(401);
    expect((await ask(node, null, one)).status).toBe(429);
    expect((await ask(node, 'made-up', one)).status).toBe(429);
    // One that this node knows already, and one that it has never seen.
    expect((await ask(node, ada.token, one)).status).toBe(200);
    expect((await ask(node, cleo.token, one)).status).toBe(200);
  });

  it('is what a token that was revoked falls back to', async () => {
    const node = await start({ anonymous: 10 });
    const { token, userId } = await createPerson(app);
    expect((await ask(node, token, one)).cost).toMatchObject({ limit: 1_000_000 });
    await app.sql('UPDATE api_token SET revoked_at = now() WHERE user_id = $1', [userId]);
    expect((await ask(node, token, one)).cost).toMatchObject({ query: 5, limit: 10, remaining: 5 });
    expect((await ask(node, token, one)).cost).toMatchObject({ remaining: 0 });
    // Not even parsed: it is no longer known.
    expect((await ask(node, token, '{')).status).toBe(429);
  });

  it('is small, and that of a token is a hundred times as large', async () => {
    const { token } = await createPerson(app);
    expect((await ask(app, null, one)).cost?.limit).toBe(3_000);
    expect((await ask(app, token, one)).cost?.limit).toBe(1_000_000);
  });
});
