import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { type KeyedMutationName, mutate } from '../support/documents.ts';
import { addMember, createLab, createPerson } from '../support/factories.ts';
import { firstRefusal } from '../support/schema-walk.ts';
import { stored } from '../support/stored.ts';
import { type Trial, trials } from './trials.ts';

const app = await startApp();
const { admin, workspaceId } = await createLab(app);

/** Every mutation of the schema whose input has a key: a new one has no trial, and fails here. */
async function keyedMutations(): Promise<string[]> {
  const query = `{ __schema { mutationType { fields {
    name args { name type { ofType { inputFields { name } } } } } } } }`;
  type Field = { name: string; args: { type: { ofType: { inputFields: { name: string }[] } } }[] };
  const { data } = await app.ask<{ __schema: { mutationType: { fields: Field[] } } }>(admin.token, query);
  const { fields } = data.__schema.mutationType;
  return fields
    .filter(({ args }) =>
      args.some(({ type }) => type.ofType.inputFields.some(({ name }) => name === 'idempotencyKey')),
    )
    .map(({ name }) => name);
}

const mutations = await keyedMutations();

const place = { app, token: admin.token, workspaceId };

/** What is stored, but for the keys themselves. */
const everything = () => stored(app, { except: ['idempotency_key'] });

it('has a trial for every mutation that takes a key', () => {
  expect(mutations.toSorted()).toEqual(Object.keys(trials).sort());
});

const isTried = (name: string): name is KeyedMutationName => Object.hasOwn(trials, name);

describe.each(mutations.filter(isTried))('a key of %s', (mutation) => {
  const idempotencyKey = () => ({ idempotencyKey: randomUUID() });
  const perform = (input: object, token = admin.token) => mutate(app, token, mutation, input);
  const prepare = (): Promise<Trial> => trials[mutation](place);
  const isPayload = expect.stringMatching(/Payload$/);

  it('with the same input answers with the same numbers and change', async () => {
    const { input } = await prepare();
    const key = idempotencyKey();
    const first = await perform({ ...input, ...key });
    expect(first.__typename).toEqual(isPayload);
    expect(await perform({ ...input, ...key })).toEqual(first);
  });

  it('with the same input does nothing', async () => {
    const { input } = await prepare();
    const key = idempotencyKey();
    await perform({ ...input, ...key });
    const before = await everything();
    await perform({ ...input, ...key });
    expect(await everything()).toEqual(before);
  });

  it('with another input is an IdempotencyKeyReusedError that changes nothing', async () => {
    const { input, other } = await prepare();
    const key = idempotencyKey();
    await perform({ ...input, ...key });
    const before = await everything();
    expect(await perform({ ...other, ...key })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
      code: 'CONFLICT',
    });
    expect(await everything()).toEqual(before);
  });

  it('has one effect when it is used ten times at the same moment', async () => {
    const { input } = await prepare();
    const key = idempotencyKey();
    const call = () => perform({ ...input, ...key });
    const answers = await Promise.all(Array.from({ length: 10 }, call));
    expect(answers[0].__typename).toEqual(isPayload);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is free again after an error', async () => {
    const { input, refused } = await prepare();
    const key = idempotencyKey();
    expect((await perform({ ...refused, ...key })).__typename).toMatch(/Error$/);
    expect((await perform({ ...input, ...key })).__typename).toEqual(isPayload);
  });

  it("has nothing to do with another user's", async () => {
    const { input, other } = await prepare();
    const colleague = await createPerson(app);
    await addMember(app, workspaceId, colleague, 'ADMIN');
    const key = idempotencyKey();
    await perform({ ...input, ...key });
    expect((await perform({ ...other, ...key }, colleague.token)).__typename).toEqual(isPayload);
  });

  it('is free again after 24 hours', async () => {
    const { input, other } = await prepare();
    const key = idempotencyKey();
    await perform({ ...input, ...key });
    await app.sql(`UPDATE idempotency_key SET created_at = now() - interval '24 hours 1 second'`);
    expect((await perform({ ...other, ...key })).__typename).toEqual(isPayload);
  });

  it('is refused with its path when it is longer than 200 characters', async () => {
    const { input } = await prepare();
    expect(await perform({ ...input, idempotencyKey: 'k'.repeat(201) })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'idempotencyKey'] }],
    });
  });

  it('answers with NotFoundError once its user has left the workspace', async () => {
    const { input } = await prepare();
    const leaver = await createPerson(app);
    await addMember(app, workspaceId, leaver, 'ADMIN');
    const key = idempotencyKey();
    await perform({ ...input, ...key }, leaver.token);
    await app.sql('UPDATE workspace_member SET removed_at = now() WHERE user_id = $1', [leaver.userId]);
    const answer = await perform({ ...input, ...key }, leaver.token);
    expect(firstRefusal(answer)).toMatchObject({ __typename: 'NotFoundError' });
  });
});
