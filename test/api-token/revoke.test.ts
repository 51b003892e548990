import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { startApp, startNode } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { mutate } from '../support/documents.ts';
import { createLab } from '../support/factories.ts';
import { untilWaiting } from '../support/lock.ts';

const app = await startApp();
const { workspaceId, admin, collaborator, stranger } = await createLab(app);

const make = (token: string, input: object = {}) =>
  mutate(app, token, 'createApiToken', { name: 'To be revoked', ...input });
const revoke = (token: string, apiTokenId: string) => mutate(app, token, 'revokeApiToken', { apiTokenId });
const status = async (token: string) => (await app.post(token, '{ viewer { email } }')).status;

/** Locks a token's row; letting go revokes it in the same moment. */
async function holdToken(databaseUrl: string, apiTokenId: string) {
  const id = decodeGlobalId(apiTokenId)?.key;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM api_token WHERE id = $1 FOR UPDATE', [id]);
  return {
    async revoke() {
      await client.query('UPDATE api_token SET revoked_at = now() WHERE id = $1', [id]);
      await client.query('COMMIT');
      await client.end();
    },
  };
}

describe('revokeApiToken', () => {
  it('makes a token good for nothing from the next request on', async () => {
    const { token, apiToken } = await make(admin.token);
    expect(await status(token)).toBe(200);
    expect(await revoke(admin.token, apiToken.id)).toMatchObject({ revokedApiTokenId: apiToken.id });
    expect(await status(token)).toBe(401);
  });

  it('lets a token revoke itself', async () => {
    const { token, apiToken } = await make(admin.token);
    expect(await revoke(token, apiToken.id)).toMatchObject({ revokedApiTokenId: apiToken.id });
    expect(await status(token)).toBe(401);
  });

  it('changes nothing the second time', async () => {
    const { apiToken } = await make(admin.token, { workspaceId });
    await revoke(admin.token, apiToken.id);
    const rows = () => app.sql('SELECT revoked_at FROM api_token ORDER BY id DESC LIMIT 1');
    const entries = () => app.sql('SELECT count(*)::int AS count FROM audit_entry');
    const before = [await rows(), await entries()];
    expect(await revoke(admin.token, apiToken.id)).toMatchObject({ revokedApiTokenId: apiToken.id });
    expect([await rows(), await entries()]).toEqual(before);
  });

  it('lets admins revoke the tokens that are narrowed to their workspace', async () => {
    const { token, apiToken } = await make(collaborator.token, { workspaceId });
    expect(await revoke(admin.token, apiToken.id)).toMatchObject({ revokedApiTokenId: apiToken.id });
    expect(await status(token)).toBe(401);
  });

  it('knows no other tokens of others', async () => {
    const wide = await make(collaborator.token);
    const narrowed = await make(admin.token, { workspaceId });
    const foreign = await make(stranger.token);
    const tries = [
      await revoke(admin.token, wide.apiToken.id),
      await revoke(collaborator.token, narrowed.apiToken.id),
      await revoke(admin.token, foreign.apiToken.id),
    ];
    expect(tries.map(({ __typename }) => __typename)).toEqual(Array(3).fill('NotFoundError'));
    expect(await Promise.all([wide, narrowed, foreign].map(({ token }) => status(token)))).toEqual([
      200, 200, 200,
    ]);
  });

  it('does not let a narrowed token revoke what reaches further', async () => {
    const narrowed = await make(admin.token, { workspaceId });
    const wide = await make(admin.token);
    expect(await revoke(narrowed.token, wide.apiToken.id)).toMatchObject({ __typename: 'NotFoundError' });
    expect(await status(wide.token)).toBe(200);
  });

  it('is refused to a token that was revoked while it waited', async () => {
    const { token: spent, apiToken } = await make(admin.token);
    const other = await make(admin.token);
    const held = await holdToken(app.databaseUrl, apiToken.id);
    const answering = revoke(spent, other.apiToken.id);
    await untilWaiting(app);
    await held.revoke();
    expect(await answering).toMatchObject({ __typename: 'ForbiddenError' });
    expect(await status(other.token)).toBe(200);
  });

  it('is not kept waiting by whoever goes on using the token', async () => {
    const { token, apiToken } = await make(collaborator.token, { workspaceId });
    let isOver = false;
    const flood = Array.from({ length: 8 }, async () => {
      while (!isOver) await make(token, { workspaceId }).catch(() => {});
    });
    const revoked = await revoke(admin.token, apiToken.id);
    isOver = true;
    await Promise.all(flood);
    expect(revoked).toMatchObject({ revokedApiTokenId: apiToken.id });
    expect(await status(token)).toBe(401);
  });

  it('holds on another server of the same database', async () => {
    const database = await createTestDatabase();
    afterAll(() => database.drop());
    const [one, other] = [await startNode(database), await startNode(database)];
    const lab = await createLab(one);
    const { token, apiToken } = await mutate(one, lab.admin.token, 'createApiToken', { name: 'Shared' });
    const ask = async () => (await other.post(token, '{ viewer { email } }')).status;
    expect(await ask()).toBe(200);
    await mutate(one, lab.admin.token, 'revokeApiToken', { apiTokenId: apiToken.id });
    expect(await ask()).toBe(401);
  });
});
