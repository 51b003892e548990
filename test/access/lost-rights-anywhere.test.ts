import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { addMember, createLab, createPerson, type Person } from '../support/factories.ts';
import { untilWaiting } from '../support/lock.ts';
import { firstRefusal, inputFor, isKeyed, mutationDocument, mutationNames } from '../support/schema-walk.ts';
import { stored } from '../support/stored.ts';
import { fillPlace, type Place, renew } from './fixtures/places.ts';
import { mutationPolicies } from './fixtures/policies.ts';

const app = await startApp();
const lab = await createLab(app);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

let place: Place;
beforeAll(async () => {
  place = await fillPlace(app, lab.workspaceId, lab.admin, lab.collaborator, 'only-in-the-lab');
});

/**
 * Holds what a mutation waits for once its transaction has begun: its key, or the rows of workspaces and of the token.
 * Letting go takes the right away in the same moment.
 */
async function hold({ userId }: Person, mutation: string, key: string) {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  const values = [userId, mutation, createHash('sha256').update(key).digest('hex')];
  if (isKeyed(mutation)) {
    const insert = `INSERT INTO idempotency_key (user_id, mutation, key, input_hash) VALUES ($1, $2, $3, '')`;
    await client.query(insert, values);
  } else {
    await client.query('SELECT 1 FROM workspace FOR UPDATE');
    await client.query('SELECT 1 FROM api_token WHERE user_id = $1 FOR UPDATE', [userId]);
  }
  return async (loss: string) => {
    const unclaim = 'DELETE FROM idempotency_key WHERE user_id = $1 AND mutation = $2 AND key = $3';
    await client.query(unclaim, values);
    await client.query(loss, [userId]);
    await client.query('COMMIT');
    await client.end();
  };
}

const losses: Record<string, string> = {
  'the member was removed': 'UPDATE workspace_member SET removed_at = now() WHERE user_id = $1',
  'the token was revoked': 'UPDATE api_token SET revoked_at = now() WHERE user_id = $1',
};

/** A member who may do it, with what they do it to. */
async function prepare(mutation: string): Promise<{ person: Person; input: object }> {
  const person = await createPerson(app);
  await addMember(app, lab.workspaceId, person, 'ADMIN');
  const input = inputFor(mutation, await renew(app, place, mutation, lab.admin, lab.collaborator));
  return { person, input };
}

/** What is for any user is not lost with a membership. */
const isForMembers = (mutation: string) => mutationPolicies[mutation]?.stranger === 'NotFoundError';

describe.each(Object.entries(losses))('when %s while the mutation waited', (what, loss) => {
  const affected = mutationNames.filter((name) => what !== 'the member was removed' || isForMembers(name));

  it.each(affected)('%s is refused, and changes nothing', async (mutation) => {
    const { person, input } = await prepare(mutation);
    const key = `${mutation} ${what}`;
    const release = await hold(person, mutation, key);
    const answering = app.ask(person.token, mutationDocument(mutation), {
      input: isKeyed(mutation) ? { ...input, idempotencyKey: key } : input,
    });
    await untilWaiting(app);
    const before = await everything();
    await release(loss);
    const { data } = await answering;
    expect(firstRefusal(data[mutation]).__typename).toMatch(/^(NotFound|Forbidden)Error$/);
    expect(await everything()).toEqual(before);
  });
});

/** Holds the answer that a mutation gave under a key; letting go takes the right away in the same moment. */
async function holdAnswer({ userId }: Person) {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM idempotency_key WHERE user_id = $1 FOR UPDATE', [userId]);
  return async (loss: string) => {
    await client.query(loss, [userId]);
    await client.query('COMMIT');
    await client.end();
  };
}

describe.each(Object.entries(losses))('when %s while the mutation was repeated', (what, loss) => {
  const affected = mutationNames.filter(
    (name) => isKeyed(name) && (what !== 'the member was removed' || isForMembers(name)),
  );

  it.each(affected)('%s does not answer again', async (mutation) => {
    const { person, input } = await prepare(mutation);
    const repeated = { ...input, idempotencyKey: `${mutation} ${what}` };
    const ask = () => app.ask(person.token, mutationDocument(mutation), { input: repeated });
    const first = await ask();
    expect(first.data[mutation].__typename).toMatch(/Payload$/);
    const release = await holdAnswer(person);
    const answering = ask();
    await untilWaiting(app);
    await release(loss);
    const { data } = await answering;
    expect(firstRefusal(data[mutation]).__typename).toMatch(/^(NotFound|Forbidden)Error$/);
  });
});

/** Everything that a mutation could have changed, but for what the loss itself did. */
const everything = () =>
  stored(app, { counted: ['api_token', 'workspace_member', 'idempotency_key'], without: ['access_version'] });
