import { beforeEach, describe, expect, it } from 'vitest';
import { audience, createKey, inSeconds, sign } from '../support/issuer.ts';
import { startOrganisation } from './fixtures/organisation.ts';

const { app, issuer, outages, refusals, pass, reset } = await startOrganisation();
const query = '{ viewer { email } }';
const minute = 60_000;
const long = { exp: inSeconds(86_400) };
const discovery = '/.well-known/openid-configuration';
const afterFailure = 5_000;

beforeEach(reset);

async function codeOf(response: Response) {
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return [response.status, errors?.[0]?.extensions.code];
}

describe('an issuer that cannot be reached', () => {
  it('before its keys are known is BUSY with 503, told once and not hammered, and works when it is back', async () => {
    const token = await issuer.token('ada');
    await issuer.stop();
    for (let time = 0; time < 3; time++) {
      const response = await app.post(token, query);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await codeOf(response)).toEqual([503, 'BUSY']);
    }
    pass(afterFailure);
    expect(await codeOf(await app.post(token, query))).toEqual([503, 'BUSY']);
    expect(outages).toHaveLength(1);
    expect(String(outages[0])).toContain('ECONNREFUSED');
    expect(app.unexpected).toEqual([]);
    expect(app.statements).toEqual([]);
    await issuer.start();
    expect(await codeOf(await app.post(token, query))).toEqual([503, 'BUSY']);
    expect(issuer.asked).toEqual([]);
    pass(afterFailure);
    expect((await app.post(token, query)).status).toBe(200);
  });

  it('keeps nobody with an API token or without any out', async () => {
    await issuer.stop();
    expect((await app.post(null, '{ __typename }')).status).toBe(200);
    expect((await app.post('rollcall_nobody', query)).status).toBe(401);
  });

  it('after its keys are known keeps nobody out for an hour', async () => {
    const token = await issuer.token('ada', long);
    expect((await app.post(token, query)).status).toBe(200);
    await issuer.stop();
    for (let passed = 0; passed < 60; passed += 15) {
      expect((await app.post(token, query)).status).toBe(200);
      await expect.poll(() => outages.length).toBe(passed > 0 ? 1 : 0);
      pass(15 * minute);
    }
    pass(1);
    expect(await codeOf(await app.post(token, query))).toEqual([503, 'BUSY']);
  });

  it('cannot say whose a key is that is not known: BUSY, and 401 only when it could be asked', async () => {
    expect((await app.post(await issuer.token('ada'), query)).status).toBe(200);
    const unknown = await sign(issuer.claims('ada'), await createKey('ES256', 'third'));
    await issuer.stop();
    pass(minute);
    expect(await codeOf(await app.post(unknown, query))).toEqual([503, 'BUSY']);
    expect((await app.post(await issuer.token('ada'), query)).status).toBe(200);
    await issuer.start();
    pass(minute);
    expect((await app.post(unknown, query)).status).toBe(401);
  });
});

describe('an issuer that answers with', () => {
  it.each<[string, (url: string) => { document?: unknown; keySet?: unknown }, RegExp]>([
    [
      'another issuer’s name',
      (url) => ({ document: { issuer: `${url}/`, jwks_uri: `${url}/keys` } }),
      /names the issuer/,
    ],
    ['no address of keys', (url) => ({ document: { issuer: url } }), /no "jwks_uri"/],
    [
      'an address of keys without https',
      (url) => ({ document: { issuer: url, jwks_uri: 'http://keys.example/' } }),
      /no "jwks_uri" with https/,
    ],
    ['a list', () => ({ document: [] }), /no JSON object/],
    ['no key set', () => ({ keySet: { keys: 'none' } }), /no key set/],
    [
      'more than a mebibyte',
      () => ({ keySet: { keys: [], more: 'x'.repeat(1_048_576) } }),
      /more than 1048576 bytes/,
    ],
  ])('%s is BUSY, and the log says why', async (_what, change, reason) => {
    Object.assign(issuer.published, change(issuer.url));
    expect(await codeOf(await app.post(await issuer.token('ada'), query))).toEqual([503, 'BUSY']);
    expect(String(outages[0])).toMatch(reason);
  });

  it.each([
    ['a redirect', 302, { Location: '/keys' }, '', /redirect/],
    ['an error', 500, {}, '{}', /HTTP status 500/],
    ['a page', 200, {}, '<html>', /JSON/],
  ])('%s is BUSY', async (_what, status, headers, body, reason) => {
    issuer.intercept = (_request, response) => {
      response.writeHead(status, headers).end(body);
      return true;
    };
    expect(await codeOf(await app.post(await issuer.token('ada'), query))).toEqual([503, 'BUSY']);
    expect(String(outages[0])).toMatch(reason);
    expect(issuer.asked).toEqual([discovery]);
  });
});

describe('an issuer that does not answer', () => {
  it('is BUSY for everyone who waits, and for whoever comes then at once', async () => {
    issuer.intercept = () => true;
    const tokens = await Promise.all(['ada', 'bea'].map((subject) => issuer.token(subject)));
    const answers = await Promise.all(tokens.map(async (token) => codeOf(await app.post(token, query))));
    expect(answers).toEqual(Array(2).fill([503, 'BUSY']));
    expect(await codeOf(await app.post(await issuer.token('cleo'), query))).toEqual([503, 'BUSY']);
    expect(issuer.asked).toEqual([discovery]);
    expect(String(outages[0])).toMatch(/timeout/);
  });
});

describe('a token that is refused', () => {
  it.each([
    ['aud', { aud: `not-${audience}` }],
    ['iss', { iss: 'https://other.example' }],
    ['exp', { exp: inSeconds(-1) }],
    ['nbf', { nbf: inSeconds(60) }],
    ['sub', { sub: 'a\nb' }],
  ])('for its %s leaves the reason for the log, and nothing of itself', async (claim, claims) => {
    const token = await issuer.token('ada', claims);
    expect((await app.post(token, query)).status).toBe(401);
    expect(refusals).toEqual([expect.stringContaining(`"${claim}"`)]);
    for (const part of token.split('.')) expect(refusals[0]).not.toContain(part);
  });
});
