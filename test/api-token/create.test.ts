import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { createToken } from '../access/fixtures/people.ts';
import { startApp, startNode } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createLab, createPerson, createWorkspace, unknownId } from '../support/factories.ts';
import { untilWaiting } from '../support/lock.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId, admin, stranger } = lab;
const soon = new Date(Date.now() + 3_600_000).toISOString();
const later = new Date(Date.now() + 7_200_000).toISOString();

const create = (token: string, input: object) =>
  mutate(app, token, 'createApiToken', { name: 'Made', ...input });
const whoami = async (token: string) =>
  (await app.ask(token, '{ viewer { user { name } workspaces { nodes { id } } } }')).data;

describe('createApiToken', () => {
  it('answers with a secret that lets its user in', async () => {
    const { token, apiToken } = await create(admin.token, {});
    expect(await whoami(token)).toEqual(await whoami(admin.token));
    expect(token).toMatch(/^rollcall_[A-Za-z0-9_-]{43}$/);
    expect(apiToken).toMatchObject({
      name: 'Made',
      prefix: token.slice(0, 13),
      readOnly: false,
      workspace: null,
    });
  });

  it('stores nothing from which the secret could be had', async () => {
    const { token, apiToken } = await create(admin.token, {});
    const [row] = await app.sql(
      'SELECT row_to_json(api_token)::text AS text FROM api_token ORDER BY id DESC LIMIT 1',
    );
    expect(JSON.stringify(row)).not.toContain(token.slice(13));
    expect(JSON.stringify(row)).toContain(apiToken.prefix);
  });

  it('narrows a token to one workspace', async () => {
    const other = await createWorkspace(app, admin);
    const { token } = await create(admin.token, { workspaceId });
    expect((await whoami(token)).viewer.workspaces.nodes).toEqual([{ id: workspaceId }]);
    const { data } = await app.ask(token, 'query ($id: ID!) { workspace(id: $id) { id } }', { id: other });
    expect(data.workspace).toBeNull();
  });

  it('makes a token for reading only', async () => {
    const { token } = await create(admin.token, { readOnly: true });
    expect(await mutate(app, token, 'createProject', { workspaceId, title: 'No' })).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: null,
    });
  });

  it('makes a token that ends', async () => {
    const { token, apiToken } = await create(admin.token, { expiresAt: soon });
    expect(apiToken.expiresAt).toBe(soon);
    await app.sql(
      "UPDATE api_token SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL",
    );
    expect((await app.post(token, '{ viewer { email } }')).status).toBe(401);
  });

  it('keeps its end to the millisecond, wherever the database takes itself to be', async () => {
    const database = await createTestDatabase();
    afterAll(() => database.drop());
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`ALTER DATABASE ${name} SET timezone = 'Asia/Tokyo'`);
    const url = `${database.url}${database.url.includes('?') ? '&' : '?'}options=-c%20search_path%3Dpublic`;
    const abroad = await startNode({ ...database, url });
    const person = await createPerson(abroad);
    const input = { name: 'Abroad', expiresAt: soon };
    const { apiToken } = await mutate(abroad, person.token, 'createApiToken', input);
    expect(apiToken.expiresAt).toBe(soon);
  });

  it.each([
    ['a moment that has passed', new Date(0).toISOString()],
    ['a moment after the year 9999', '+010000-01-01T00:00:00.000Z'],
  ])('refuses %s as its end', async (_what, expiresAt) => {
    const { data, errors } = await app.ask(
      admin.token,
      `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { __typename
        ... on InvalidInputError { issues { path } } } }`,
      { input: { name: 'Never', expiresAt } },
    );
    if (errors === undefined) expect(data.createApiToken.issues).toEqual([{ path: ['input', 'expiresAt'] }]);
    else expect(errors[0]?.message).toContain('input.expiresAt');
  });

  it('makes none for a workspace that its user leaves meanwhile', async () => {
    const person = await createPerson(app);
    await addMember(app, workspaceId, person, 'VIEWER');
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM api_token WHERE user_id = $1 FOR UPDATE', [person.userId]);
    const creating = create(person.token, { workspaceId });
    await untilWaiting(app);
    await client.query('UPDATE workspace_member SET removed_at = now() WHERE user_id = $1', [person.userId]);
    await client.query('COMMIT');
    await client.end();
    expect(await creating).toMatchObject({ __typename: 'NotFoundError' });
  });

  it('makes none for who leaves while it waits for other tokens of the same user', async () => {
    const person = await createPerson(app);
    await addMember(app, workspaceId, person, 'VIEWER');
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM app_user WHERE id = $1 FOR UPDATE', [person.userId]);
    const creating = create(person.token, { workspaceId });
    await untilWaiting(app);
    const userId = encodeGlobalId('User', person.userId);
    const removing = mutate(app, admin.token, 'removeWorkspaceMember', { workspaceId, userId });
    await untilWaiting(app);
    await client.query('COMMIT');
    await client.end();
    await Promise.all([creating, removing]);
    const good =
      'SELECT count(*)::int AS count FROM api_token WHERE user_id = $1 AND workspace_key IS NOT NULL AND revoked_at IS NULL';
    expect(await app.sql(good, [person.userId])).toEqual([{ count: 0 }]);
  });

  it('knows no workspace of others', async () => {
    const answers = await Promise.all(
      [lab.strangersWorkspaceId, unknownId('Workspace')].map((id) =>
        create(admin.token, { workspaceId: id }),
      ),
    );
    expect(answers.map(({ __typename, code }) => [__typename, code])).toEqual([
      ['NotFoundError', 'NOT_FOUND'],
      ['NotFoundError', 'NOT_FOUND'],
    ]);
  });

  it('lets a user have at most 100 tokens at a time, also when many are made at once', async () => {
    const { token, userId } = await createPerson(app);
    await app.sql(
      `INSERT INTO api_token (id, user_id, name, prefix, secret_hash, revoked_at)
       SELECT gen_random_uuid(), $1, 'Many', 'x', sha256(n::text::bytea), CASE WHEN n > 97 THEN now() END FROM generate_series(1, 120) AS n`,
      [userId],
    );
    const made = await Promise.all(Array.from({ length: 5 }, () => create(token, {})));
    expect(made.map(({ __typename }) => __typename).sort()).toEqual([
      'CreateApiTokenPayload',
      'CreateApiTokenPayload',
      'InvalidInputError',
      'InvalidInputError',
      'InvalidInputError',
    ]);
  });
});

describe('a token makes none that is wider than itself', () => {
  it('but not when it is for reading only', async () => {
    const reading = await createToken(app, admin, { readOnly: true });
    expect(await create(reading, { readOnly: true })).toMatchObject({ __typename: 'ForbiddenError' });
  });

  it('in workspaces', async () => {
    const narrowed = await createToken(app, admin, { workspaceId });
    expect(await create(narrowed, {})).toMatchObject({
      __typename: 'ForbiddenError',
      message: expect.stringContaining('Give its workspaceId'),
    });
    const other = await createWorkspace(app, admin);
    expect(await create(narrowed, { workspaceId: other })).toMatchObject({ __typename: 'NotFoundError' });
    expect(await create(narrowed, { workspaceId })).toMatchObject({ __typename: 'CreateApiTokenPayload' });
  });

  it('in time', async () => {
    const ending = await createToken(app, admin, { expiresAt: new Date(soon) });
    const message = expect.stringContaining(soon);
    expect(await create(ending, {})).toMatchObject({ __typename: 'ForbiddenError', message });
    expect(await create(ending, { expiresAt: later })).toMatchObject({
      __typename: 'ForbiddenError',
      message,
    });
    expect(await create(ending, { expiresAt: soon })).toMatchObject({ __typename: 'CreateApiTokenPayload' });
  });

  it('in time, to the millisecond, however far off its end is', async () => {
    const expiresAt = '9500-06-01T10:00:00.577Z';
    const ending = await createToken(app, admin, { expiresAt: new Date(expiresAt) });
    expect(await create(ending, { expiresAt })).toMatchObject({ __typename: 'CreateApiTokenPayload' });
  });

  it('and makes nothing where it is refused', async () => {
    const narrowed = await createToken(app, stranger, { workspaceId: lab.strangersWorkspaceId });
    const count = () => app.sql('SELECT count(*)::int AS count FROM api_token');
    const before = await count();
    await create(narrowed, {});
    expect(await count()).toEqual(before);
  });
});
