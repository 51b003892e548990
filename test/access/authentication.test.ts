import { createHash } from 'node:crypto';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import { createToken } from './fixtures/people.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.admin;
const past = new Date(Date.now() - 1_000);

const unauthenticated = {
  message: 'This needs a valid token, as "Authorization: Bearer …".',
  extensions: { code: 'UNAUTHENTICATED' },
};

function send(
  authorization: string | null,
  query = '{ viewer { email } }',
  accept = 'application/graphql-response+json',
) {
  const headers = { 'Content-Type': 'application/json', Accept: accept };
  return fetch(app.url, {
    method: 'POST',
    headers: authorization === null ? headers : { ...headers, Authorization: authorization },
    body: JSON.stringify({ query }),
  });
}

async function expectRefused(authorization: string | null): Promise<void> {
  const response = await send(authorization);
  const { data, errors } = (await response.json()) as { data: unknown; errors: unknown };
  expect([response.status, response.headers.get('www-authenticate'), data]).toEqual([401, 'Bearer', null]);
  expect(errors).toMatchObject([{ ...unauthenticated, path: ['viewer'] }]);
}

describe('a request', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'Token', 'token', 'tOkEn'])(
    'is let in by the scheme %s',
    async (scheme) => {
      for (const spaces of [' ', '   ']) {
        const response = await send(`${scheme}${spaces}${token}`);
        expect(response.status).toBe(200);
        expect(response.headers.get('www-authenticate')).toBeNull();
      }
    },
  );

  it.each([
    ['no header', null],
    ['an empty header', ''],
    ['a scheme alone', 'Bearer'],
    ['a scheme and a space', 'Bearer '],
    ['a token without a scheme', token],
    ['another scheme', `Basic ${Buffer.from(`:${token}`).toString('base64')}`],
    ['two tokens', `Bearer ${token} ${token}`],
    ['two headers in one', `Bearer ${token}, Bearer ${token}`],
    ['quotes', `Bearer "${token}"`],
    ['no space', `Bearer${token}`],
    ['garbage', 'Bearer nope'],
    ['a token cut short', `Bearer ${token.slice(0, -1)}`],
    ['a token in other letters', `Bearer ${token.toUpperCase()}`],
    ['the token’s hash', `Bearer ${createHash('sha256').update(token).digest('hex')}`],
    ['SQL', "Bearer ';DROP/**/TABLE/**/app_user;--"],
    ['a token of ten thousand characters', `Bearer ${'x'.repeat(10_000)}`],
  ])('with %s is refused', async (_what, authorization) => {
    await expectRefused(authorization);
  });

  it('with a token that has expired is refused, and with one that has not is let in', async () => {
    await expectRefused(`Bearer ${await createToken(app, lab.admin, { expiresAt: past })}`);
    const good = await createToken(app, lab.admin, { expiresAt: new Date(Date.now() + 60_000) });
    expect((await send(`Bearer ${good}`)).status).toBe(200);
  });

  it('with a token that was revoked is refused', async () => {
    await expectRefused(`Bearer ${await createToken(app, lab.admin, { revokedAt: past })}`);
  });

  it('is refused as soon as its token is revoked', async () => {
    const secret = await createToken(app, lab.admin, {});
    expect((await send(`Bearer ${secret}`)).status).toBe(200);
    await app.sql('UPDATE api_token SET revoked_at = now() WHERE secret_hash = $1', [
      createHash('sha256').update(secret).digest(),
    ]);
    await expectRefused(`Bearer ${secret}`);
  });

  it('of a client that knows only application/json is refused with 401 too', async () => {
    expect((await send(null, undefined, 'application/json')).status).toBe(401);
  });

  it('of several fields is refused at each of them, nullable ones as well', async () => {
    const response = await send(
      null,
      '{ node(id: "x") { id } workspace(id: "x") { id } again: node(id: "x") { id } }',
    );
    const { data, errors } = (await response.json()) as { data: unknown; errors: { path: unknown }[] };
    expect(response.status).toBe(401);
    expect(data).toEqual({ node: null, workspace: null, again: null });
    expect(errors.map(({ path }) => path)).toEqual([['node'], ['workspace'], ['again']]);
  });

  it('without a token may look at the schema, and at no data', async () => {
    for (const query of [
      '{ __typename }',
      'mutation { __typename }',
      getIntrospectionQuery(),
      '{ __type(name: "User") { name } }',
    ]) {
      for (const authorization of [null, 'Bearer nope']) {
        const response = await send(authorization, query);
        expect(response.status).toBe(200);
        expect(await response.json()).not.toHaveProperty('errors');
      }
    }
  });
});

describe('the database', () => {
  it('holds of tokens their SHA-256 and nothing that would let anyone in', async () => {
    const secret = await createToken(app, lab.viewer, {});
    const stored = await app.sql<{ secret_hash: Buffer; prefix: string }>('SELECT * FROM api_token');
    const hashes = stored.map((row) => row.secret_hash.toString('hex'));
    for (const each of [secret, token]) {
      expect(hashes).toContain(createHash('sha256').update(each).digest('hex'));
      expect(JSON.stringify(stored)).not.toContain(each.slice(13));
    }
    for (const { prefix } of stored) expect(prefix).toMatch(/^rollcall_.{4}$/);
  });

  it('holds no token anywhere else either', async () => {
    const tables = await app.sql<{ name: string }>(
      "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    for (const { name } of tables) {
      const rows = await app.sql(`SELECT row_to_json(each)::text AS text FROM ${name} AS each`);
      expect(JSON.stringify(rows), name).not.toContain(token.slice('rollcall_'.length));
    }
  });
});
