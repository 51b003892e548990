import { afterEach, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { ask, limited } from '../rate-limit/server.ts';
import { startApp, startNode } from '../support/app.ts';
import { addMember, createLab, createPerson, createProject, type Person } from '../support/factories.ts';
import { holdTokens, waitForWaiter } from '../support/lock.ts';
import { readsOf } from '../support/reads.ts';
import { unlimited } from '../support/unlimited.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
await createProject(app, lab.admin.token, lab.workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const query = `query ($id: ID!) { viewer { email workspaces { nodes { title } } }
  workspace(id: $id) { viewerRole projects(first: 1) { nodes { title } } } }`;

const title = 'query ($id: ID!) { workspace(id: $id) { title } }';

/** Whether a statement looks a token up and reads nothing else. */
function isAlone(text: string): boolean {
  return readsOf([text]).length === 0;
}

/** Somebody whom the node knows from their last request; a collaborator of the lab. */
async function createKnown(): Promise<Person> {
  const person = await createPerson(app);
  await addMember(app, lab.workspaceId, person, 'COLLABORATOR');
  await askAs(person);
  return person;
}

async function askAs({ token }: Person, asked = query) {
  const response = await app.post(token, asked, { id: lab.workspaceId });
  const { data, errors } = await response.json();
  return { status: response.status, data, errors };
}

/** What a node says that has never seen them. */
async function askElsewhere({ token }: Person) {
  const node = await startNode({ url: app.databaseUrl, query: app.sql }, { rateLimits: unlimited() });
  const response = await node.post(token, query, { id: lab.workspaceId });
  const { data, errors } = await response.json();
  return { status: response.status, data, errors };
}

describe('whoever is known from their last request', () => {
  it('is looked up with the first statement that is sent for them, and once', async () => {
    const person = await createKnown();
    app.statements.splice(0);
    const first = await askAs(person);
    expect(first).toMatchObject({ status: 200, data: { workspace: { viewerRole: 'COLLABORATOR' } } });
    expect(app.statements.filter((text) => text.includes('FROM api_token'))).toHaveLength(1);
    expect(app.statements.filter((text) => text.includes('FROM workspace_member'))).toEqual([]);
    expect(app.statements.filter(isAlone)).toEqual([]);
  });

  it('is looked up alone where that statement finds nothing', async () => {
    const person = await createKnown();
    app.statements.splice(0);
    const id = encodeGlobalId('Workspace', '00000000-0000-4000-8000-000000000000');
    expect(await app.ask(person.token, title, { id })).toEqual({ data: { workspace: null } });
    expect(app.statements.map(isAlone)).toEqual([false, true]);
  });

  it('is looked up alone where that statement fails, and told so once', async () => {
    const person = await createKnown();
    await app.sql('ALTER TABLE workspace RENAME TO away');
    app.statements.splice(0);
    const asking = app.ask(person.token, title, { id: lab.workspaceId });
    const { errors } = await asking.finally(() => app.sql('ALTER TABLE away RENAME TO workspace'));
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(app.statements.map(isAlone)).toEqual([false, true]);
    expect(app.unexpected.splice(0)).toHaveLength(1);
  });

  it('is answered after they are looked up, however soon the answer is there', async () => {
    const person = await createKnown();
    const release = await holdTokens(app.databaseUrl);
    let isAnswered = false;
    const asking = askAs(person).then((answer) => {
      isAnswered = true;
      return answer;
    });
    await waitForWaiter(app, 'relation');
    expect(isAnswered).toBe(false);
    await release();
    expect(await asking).toMatchObject({ status: 200 });
  });

  it('is looked up where nothing is read for them', async () => {
    const person = await createKnown();
    app.statements.splice(0);
    await app.ask(person.token, '{ __typename }');
    expect(app.statements).toEqual([expect.stringContaining('FROM api_token')]);
  });

  it('is looked up before anything is executed that could change something', async () => {
    const person = await createKnown();
    const release = await holdTokens(app.databaseUrl);
    app.statements.splice(0);
    const mutation = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { __typename } }';
    const input = { workspaceId: lab.workspaceId, title: 'New' };
    const asking = app.ask(person.token, mutation, { input });
    await waitForWaiter(app, 'relation');
    expect(app.statements).toEqual([expect.stringContaining('token.secret_hash')]);
    await release();
    expect(await asking).toEqual({ data: { createProject: { __typename: 'CreateProjectPayload' } } });
  });

  it.each([
    ['whose token was revoked', 'UPDATE api_token SET revoked_at = now() WHERE user_id = $1', 401],
    [
      'whose token has expired',
      "UPDATE api_token SET expires_at = now() - interval '1 s' WHERE user_id = $1",
      401,
    ],
    [
      'whose token will expire',
      "UPDATE api_token SET expires_at = now() + interval '1 h' WHERE user_id = $1",
      200,
    ],
    ['whose token is for reading only now', 'UPDATE api_token SET read_only = true WHERE user_id = $1', 200],
    [
      'whose token is narrowed to another workspace',
      'UPDATE api_token SET workspace_key = (SELECT max(key) FROM workspace) WHERE user_id = $1',
      200,
    ],
    ['who has another address', "UPDATE app_user SET email = 'new@lab.example' WHERE id = $1", 200],
    ['who is an admin now', "UPDATE workspace_member SET role = 'ADMIN' WHERE user_id = $1", 200],
    ['who was removed', 'UPDATE workspace_member SET removed_at = now() WHERE user_id = $1', 200],
  ])('but %s is answered as where nobody knows them', async (_who, change, status) => {
    const person = await createKnown();
    const before = await askAs(person);
    await app.sql(change, [person.userId]);
    const answer = await askAs(person);
    expect(answer).toEqual(await askElsewhere(person));
    expect(answer.status).toBe(status);
    if (!/read_only|1 h/.test(change)) expect(answer).not.toEqual(before);
    expect(await askAs(person)).toEqual(answer);
  });

  it('is not told, nor is it logged, what failed for who they were', async () => {
    const person = await createKnown();
    await app.sql('UPDATE workspace_member SET removed_at = now() WHERE user_id = $1', [person.userId]);
    await app.sql('ALTER TABLE study RENAME TO away');
    const studies = 'query ($id: ID!) { workspace(id: $id) { studies(first: 1) { nodes { name } } } }';
    const answer = await askAs(person, studies).finally(() => app.sql('ALTER TABLE away RENAME TO study'));
    expect(answer).toMatchObject({ status: 200, data: { workspace: null } });
  });

  it('is not noted to have used a token that was revoked', async () => {
    const person = await createKnown();
    await app.tokenUses.flush();
    await app.sql('UPDATE api_token SET revoked_at = now(), last_used_at = NULL WHERE user_id = $1', [
      person.userId,
    ]);
    await askAs(person);
    await app.tokenUses.flush();
    const uses = await app.sql('SELECT last_used_at FROM api_token WHERE user_id = $1', [person.userId]);
    expect(uses).toEqual([{ last_used_at: null }]);
  });
});

describe('the points of an answer that was thrown away', () => {
  const rateLimits = limited({ perToken: 100, perAddress: 1_000, anonymous: 50 });
  const email = '{ viewer { email } }';
  const start = () => startNode({ url: app.databaseUrl, query: app.sql }, { rateLimits });

  it('are given back: it is charged once', async () => {
    const [node, person] = [await start(), await createPerson(app)];
    expect((await ask(node, person.token, email)).cost?.remaining).toBe(99);
    await app.sql("UPDATE app_user SET email = 'other@lab.example' WHERE id = $1", [person.userId]);
    const { data, cost } = await ask(node, person.token, email);
    expect(data).toEqual({ viewer: { email: 'other@lab.example' } });
    expect(cost?.remaining).toBe(98);
  });

  it('are charged to the address where the token is good no longer', async () => {
    const [node, person] = [await start(), await createPerson(app)];
    await ask(node, person.token, email);
    await app.sql('UPDATE api_token SET revoked_at = now() WHERE user_id = $1', [person.userId]);
    expect(await ask(node, person.token, email)).toMatchObject({
      status: 401,
      cost: { query: 5, limit: 50, remaining: 45 },
    });
  });
});
