import { beforeEach, describe, expect, it } from 'vitest';
import { createKey, inSeconds, sign } from '../support/issuer.ts';
import { startOrganisation } from './fixtures/organisation.ts';

const { app, issuer, pass, reset } = await startOrganisation();
const query = '{ viewer { email } }';
const minute = 60_000;
const long = { exp: inSeconds(86_400) };
const discovery = '/.well-known/openid-configuration';

beforeEach(reset);

describe('keys', () => {
  it('are fetched at the first token, once for a crowd, and then kept', async () => {
    await app.post(null, query);
    expect(issuer.asked).toEqual([]);
    const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((subject) => issuer.token(subject)));
    const statuses = await Promise.all(tokens.map(async (token) => (await app.post(token, query)).status));
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(issuer.asked).toEqual([discovery, '/keys']);
  });

  it('that the issuer changes are found by the first token that is signed with a new one', async () => {
    expect((await app.post(await issuer.token('ada'), query)).status).toBe(200);
    const third = await createKey('ES256', 'third');
    issuer.published.keySet = { keys: [third.publicJwk] };
    pass(minute);
    expect((await app.post(await sign(issuer.claims('ada'), third), query)).status).toBe(200);
    expect((await app.post(await issuer.token('ada'), query)).status).toBe(401);
  });

  it('that the issuer takes back are good for no longer than ten minutes and a request', async () => {
    const token = await issuer.token('ada', long);
    expect((await app.post(token, query)).status).toBe(200);
    issuer.published.keySet = { keys: [] };
    pass(10 * minute + 1);
    await app.post(token, query);
    await expect.poll(async () => (await app.post(token, query)).status).toBe(401);
  });

  it('that the issuer took back more than an hour ago are good for nothing', async () => {
    const token = await issuer.token('ada', long);
    expect((await app.post(token, query)).status).toBe(200);
    issuer.published.keySet = { keys: [] };
    pass(60 * minute + 1);
    expect((await app.post(token, query)).status).toBe(401);
  });

  it('of forged names do not make us ask the issuer again and again', async () => {
    const good = await issuer.token('ada', long);
    expect((await app.post(good, query)).status).toBe(200);
    const forged = async (count: number) => {
      const keys = Array.from({ length: count }, (_, index) => ({
        ...issuer.keys[1],
        kid: `forged ${index}`,
      }));
      const tokens = await Promise.all(keys.map((key) => sign(issuer.claims('ada', long), key)));
      return Promise.all(tokens.map(async (token) => (await app.post(token, query)).status));
    };
    issuer.asked.length = 0;
    expect(new Set(await forged(50))).toEqual(new Set([401]));
    expect(issuer.asked).toEqual([]);
    pass(31_000);
    expect(new Set(await forged(50))).toEqual(new Set([401]));
    expect(issuer.asked).toEqual([discovery, '/keys']);
    expect((await app.post(good, query)).status).toBe(200);
  });

  it('are not asked for on behalf of tokens of another issuer, old ones and those that are signed with a secret', async () => {
    const tokens = [
      await issuer.token('ada', { iss: 'https://other.example' }),
      await issuer.token('ada', { exp: inSeconds(-1) }),
      `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${(await issuer.token('ada')).split('.')[1]}.c2ln`,
    ];
    for (const token of tokens) expect((await app.post(token, query)).status).toBe(401);
    expect(issuer.asked).toEqual([]);
  });
});
