import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab } from '../support/factories.ts';

const app = await startApp();
const { workspaceId, admin, collaborator } = await createLab(app);

const make = (token: string, name: string, input: object = {}) =>
  mutate(app, token, 'createApiToken', { name, ...input });
const own = async (token: string) =>
  (await app.ask(token, '{ viewer { apiTokens { id name lastUsedAt } } }')).data.viewer.apiTokens;
const names = (tokens: { name: string }[]) => tokens.map(({ name }) => name);

describe("the viewer's tokens", () => {
  it('are those that are good, in the order in which they were made', async () => {
    const revoked = await make(collaborator.token, 'Revoked');
    await make(collaborator.token, 'Laptop');
    await make(collaborator.token, 'Script', { workspaceId });
    await mutate(app, collaborator.token, 'revokeApiToken', { apiTokenId: revoked.apiToken.id });
    expect(names(await own(collaborator.token))).toEqual(['Test', 'Laptop', 'Script']);
  });

  it('are, for a narrowed one, those that are narrowed to the same workspace', async () => {
    const { token } = await make(collaborator.token, 'Another', { workspaceId });
    expect(names(await own(token))).toEqual(['Script', 'Another']);
  });
});

describe("a workspace's tokens", () => {
  const query = `query ($id: ID!) { workspace(id: $id) { title
    apiTokens { totalCount nodes { name user { name } workspace { id } } } } }`;

  it('are, for admins, those that are narrowed to it, whoever they act for', async () => {
    await make(admin.token, 'Of the admin', { workspaceId });
    const { data } = await app.ask(admin.token, query, { id: workspaceId });
    const { totalCount, nodes } = data.workspace.apiTokens;
    expect([
      totalCount,
      ...nodes.map(({ name, user }: { name: string; user: { name: string } }) => `${user.name}: ${name}`),
    ]).toEqual([3, 'Cleo Collaborator: Script', 'Cleo Collaborator: Another', 'Ada Admin: Of the admin']);
  });

  it('are FORBIDDEN for everyone else', async () => {
    const { errors } = await app.ask(collaborator.token, query, { id: workspaceId });
    expect(errors).toMatchObject([
      { path: ['workspace', 'apiTokens'], extensions: { code: 'FORBIDDEN', requiredRole: 'ADMIN' } },
    ]);
  });
});

describe('lastUsedAt', () => {
  const lastUsed = async (name: string) =>
    (await own(admin.token)).find((token: { name: string }) => token.name === name).lastUsedAt;

  it('is null until a token is used, and tells when it was, once it has been written down', async () => {
    const { token } = await make(admin.token, 'Used');
    await app.tokenUses.flush();
    expect(await lastUsed('Used')).toBeNull();
    const before = Date.now();
    await app.ask(token, '{ viewer { email } }');
    const after = Date.now();
    await app.tokenUses.flush();
    const at = new Date(await lastUsed('Used')).getTime();
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(after);
  });

  it('costs no write with the request, and one statement for many requests', async () => {
    const { token } = await make(admin.token, 'Busy');
    await app.tokenUses.flush();
    app.statements.splice(0);
    for (let count = 0; count < 5; count++) await app.ask(token, '{ viewer { email } }');
    await app.ask(admin.token, '{ viewer { email } }');
    expect(app.statements.filter((text) => /UPDATE/i.test(text))).toEqual([]);
    app.statements.splice(0);
    await app.tokenUses.flush();
    expect(app.statements).toHaveLength(1);
    await app.tokenUses.flush();
    expect(app.statements).toHaveLength(1);
  });

  it('never goes back, whichever server writes it down last', async () => {
    const { token, apiToken } = await make(admin.token, 'Elsewhere');
    await app.ask(token, '{ viewer { email } }');
    await app.sql(`UPDATE api_token SET last_used_at = '2100-01-01' WHERE prefix = $1`, [apiToken.prefix]);
    await app.tokenUses.flush();
    expect(await lastUsed('Elsewhere')).toBe('2100-01-01T00:00:00.000Z');
  });
});
