import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GraphQLAnswer, startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import {
  firstRefusal,
  idInputs,
  inputFor,
  isKeyed,
  mutationDocument,
  mutationNames,
} from '../support/schema-walk.ts';
import { answerOf } from './fixtures/answers.ts';
import { type Actor, createActors } from './fixtures/people.ts';
import { fillPlace, idOfNothing, type Place, renew } from './fixtures/places.ts';
import { everyone, mutationPolicies, outsiders } from './fixtures/policies.ts';

const app = await startApp();
const lab = await createLab(app);
const actors = await createActors(app, lab);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

/** Of the lab, and of the stranger's own workspace. */
let place: Place;
let own: Place;

beforeAll(async () => {
  place = await fillPlace(app, lab.workspaceId, lab.admin, lab.collaborator, 'only-in-the-lab');
  const filled = await fillPlace(app, lab.strangersWorkspaceId, lab.stranger, lab.stranger, 'only-outside');
  // What an edit is refused for is to be the id in it, and not that the study is published.
  own = { ...filled, Study: filled.draft ?? '' };
});

it('every mutation of the schema is in the table', () => {
  expect(Object.keys(mutationPolicies).sort()).toEqual([...mutationNames].sort());
});

const expected = (mutation: string, actor: Actor) => mutationPolicies[mutation]?.[actor] ?? '';
const renewed = (mutation: string) => renew(app, place, mutation, lab.admin, lab.collaborator);

type Data = Readonly<Record<string, { __typename: string; requiredRole?: string | null } | null>>;

function summary(mutation: string, { data, errors }: GraphQLAnswer<Data>): string {
  const answer = data[mutation] ?? null;
  if (answer === null) return String(errors?.[0]?.extensions.code);
  const { __typename, requiredRole } = firstRefusal(answer);
  if (__typename === 'ForbiddenError') return `ForbiddenError ${requiredRole}`;
  return __typename.endsWith('Payload') ? 'payload' : __typename;
}

describe.each(mutationNames)('%s', (mutation) => {
  it.each(everyone)('answers the %s as the table says', async (actor) => {
    const input = inputFor(mutation, await renewed(mutation));
    const answer = await app.ask<Data>(actors[actor], mutationDocument(mutation), { input });
    expect(summary(mutation, answer), JSON.stringify(answer)).toBe(expected(mutation, actor));
  });

  it.each(everyone.filter((actor) => expected(mutation, actor) !== 'payload'))(
    'writes nothing for the %s',
    async (actor) => {
      const input = inputFor(mutation, await renewed(mutation));
      const key = isKeyed(mutation) ? { idempotencyKey: `${actor} 1` } : {};
      app.statements.splice(0);
      await app.ask(actors[actor], mutationDocument(mutation), { input: { ...input, ...key } });
      expect(app.statements.filter((text) => !/^\s*SELECT/i.test(text))).toEqual([]);
    },
  );
});

describe.each(outsiders)('for the %s, what is there and what never was are the same', (actor) => {
  it.each(idInputs.map((input) => ({ ...input, name: input.path.join('.') })))(
    'to $mutation by $name',
    async ({ mutation, path, nodeType }) => {
      // Who has a place of their own gives ids of that, so that it is this one that decides. Where an input takes two
      // ids of the type, the answer could name either.
      const others = actor === 'former' ? { ...place, [nodeType]: idOfNothing(nodeType) } : own;
      const ask = (id: string) => {
        const input = inputFor(mutation, others, { path, id });
        return answerOf(app, actors[actor], mutationDocument(mutation), { input }, id);
      };
      const [there, nowhere] = [await ask(place[nodeType] ?? ''), await ask(idOfNothing(nodeType))];
      expect(there).toEqual(nowhere);
      expect(there.body).toContain('NotFoundError');
    },
  );
});
