import { createSecretKey, createSign, generateKeyPairSync } from 'node:crypto';
import { exportSPKI, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPerson } from '../support/factories.ts';
import { audience, createKey, inSeconds, sign } from '../support/issuer.ts';
import { answerOf } from './fixtures/answers.ts';
import { startOrganisation } from './fixtures/organisation.ts';

const { app, issuer } = await startOrganisation();
const foreign = await createKey('RS256', 'first');
const foreignEs = await createKey('ES256', 'second');
const [rsa, ec] = issuer.keys;
const query = '{ viewer { email } workspace(id: "x") { id } }';
const good = issuer.claims('ada');

beforeAll(async () => {
  expect((await app.post(await issuer.token('ada'), '{ viewer { email } }')).status).toBe(200);
});

const answerTo = async (token: string | null) => {
  const { status, headers, body } = await answerOf(app, token, query, {}, ' ');
  return { status, headers, body };
};

const without = (claim: string): JWTPayload =>
  Object.fromEntries(Object.entries(good).filter(([name]) => name !== claim));

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signed with what everybody knows, as if it were a secret. */
async function signedWithPublicKey(secret: string): Promise<string> {
  return new SignJWT(good)
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(createSecretKey(Buffer.from(secret)));
}

async function spki(): Promise<string> {
  const key = await importJWK({ ...rsa.publicJwk }, 'RS256', { extractable: true });
  if (key instanceof Uint8Array) throw new Error('A public key was expected');
  return exportSPKI(key);
}

async function tampered(): Promise<string> {
  const [header, , signature] = (await sign(good, rsa)).split('.');
  return `${header}.${part({ ...good, sub: 'mallory' })}.${signature}`;
}

async function withParts(change: (parts: string[]) => string[]): Promise<string> {
  return change((await sign(good, rsa)).split('.')).join('.');
}

const forgeries: Record<string, () => string | Promise<string>> = {
  'for another audience': () => sign({ ...good, aud: 'another' }, rsa),
  'for other audiences': () => sign({ ...good, aud: ['another', `${audience}2`] }, rsa),
  'for no audience': () => sign(without('aud'), rsa),
  'of another issuer with the same subject': () => sign({ ...good, iss: 'https://other.example' }, rsa),
  'of the issuer with a slash more': () => sign({ ...good, iss: `${issuer.url}/` }, rsa),
  'of no issuer': () => sign(without('iss'), rsa),
  'that ended': () => sign({ ...good, exp: inSeconds(-1) }, rsa),
  'that ended long ago': () => sign({ ...good, exp: 0 }, rsa),
  'without an end': () => sign(without('exp'), rsa),
  'with a text for an end': () => sign({ ...good, exp: `${good.exp}` as unknown as number }, rsa),
  'that begins in an hour': () => sign({ ...good, nbf: inSeconds(3_600) }, rsa),
  'without a subject': () => sign(without('sub'), rsa),
  'with a number for a subject': () => sign({ ...good, sub: 1 as unknown as string }, rsa),
  'with an empty subject': () => sign({ ...good, sub: '' }, rsa),
  'with a NUL in the subject': () => sign({ ...good, sub: 'a\0b' }, rsa),
  'with half a character in the subject': () => sign({ ...good, sub: 'a\ud800' }, rsa),
  'with a subject of 256 characters': () => sign({ ...good, sub: 'x'.repeat(256) }, rsa),
  'of the algorithm none': () => new UnsecuredJWT(good).encode(),
  'of the algorithm None, with a signature': () =>
    withParts(([, ...rest]) => [part({ alg: 'None', kid: 'first' }), ...rest]),
  'that is not signed': () => withParts(([header = '', payload = '']) => [header, payload, '']),
  'with another’s signature': () => withParts(([header = '', payload = '']) => [header, payload, 'AAAA']),
  'whose claims were changed': tampered,
  'signed with the public key as a secret': async () => signedWithPublicKey(await spki()),
  'signed with the JWK as a secret': () => signedWithPublicKey(JSON.stringify(rsa.publicJwk)),
  'signed with a foreign key': () => sign(good, foreign),
  'signed with a foreign key of the other kind': () => sign(good, foreignEs),
  'signed with a foreign key that it brings': () => sign(good, foreign, { jwk: foreign.publicJwk }),
  'signed with a foreign key and where to find it': () =>
    sign(good, foreign, { jku: `${issuer.url}/foreign`, x5u: `${issuer.url}/foreign` }),
  'signed with a key of no name': () => sign(good, { ...rsa, kid: 'none' }),
  'signed with a key under the other’s name': () => sign(good, { ...ec, kid: 'first' }),
  'with an extension that must be understood': () =>
    withParts(([, ...rest]) => [part({ alg: 'RS256', kid: 'first', crit: ['exp2'], exp2: 1 }), ...rest]),
  'signed well, with an extension that must be understood': () =>
    new SignJWT(good)
      .setProtectedHeader({ alg: 'RS256', kid: 'first', crit: ['exp2'], exp2: 1 })
      .sign(rsa.privateKey, { crit: { exp2: true } }),
  'that tells of a logout, by type': () => sign(good, rsa, { typ: 'logout+jwt' }),
  'that tells of a logout, by claim': () =>
    sign({ ...good, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, rsa),
  'of a type that is no text': () => sign(good, rsa, { typ: 1 as unknown as string }),
  'of claims that are a list': () =>
    withParts(([header = '', , signature = '']) => [header, part([]), signature]),
  'of claims that are no JSON': () =>
    withParts(([header = '', , signature = '']) => [header, 'e30x', signature]),
  'signed well, but of more than 12,288 characters': async () => {
    const token = await sign({ ...good, more: 'x'.repeat(9_300) }, rsa);
    expect(token.length).toBeGreaterThan(12_288);
    return token;
  },
  'with a header alone': () => `${part({ alg: 'RS256' })}..`,
};

describe('a token', () => {
  it.each(Object.entries(forgeries))(
    '%s is answered as none is, and sends no statement',
    async (_what, forge) => {
      const token = await forge();
      const expected = await answerTo(null);
      expect(expected.status).toBe(401);
      app.sent.length = 0;
      expect(await answerTo(token)).toEqual(expected);
      expect(app.sent).toEqual([]);
      expect(app.unexpected).toEqual([]);
    },
  );

  it('signed with a foreign key that it says where to find makes nobody ask there', async () => {
    issuer.asked.length = 0;
    await app.post(await sign(good, foreign, { jku: `${issuer.url}/foreign` }), query);
    expect(issuer.asked).toEqual([]);
  });

  it('is never made of an RSA key that is too short to trust', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    issuer.published.keySet = {
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' }],
    };
    const parts = `${part({ alg: 'RS256', kid: 'short' })}.${part(good)}`;
    const signature = createSign('sha256').update(parts).sign(privateKey).toString('base64url');
    expect((await app.post(`${parts}.${signature}`, query)).status).toBe(401);
    expect(app.unexpected).toEqual([]);
  });
});

describe('what has not the shape of a token of an issuer', () => {
  it('is looked up among the API tokens', async () => {
    const { token } = await createPerson(app);
    expect((await app.post(token, '{ viewer { email } }')).status).toBe(200);
    for (const secret of ['a.b', 'a.b.c', `${part({ typ: 'JWT' })}.b.c`, `${part([])}.b.c`, 'a.b.c.d.e']) {
      const expected = await answerTo(null);
      expect(await answerTo(secret)).toEqual(expected);
      expect(app.statements).toHaveLength(1);
    }
  });
});
