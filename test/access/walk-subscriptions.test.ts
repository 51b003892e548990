import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { watch } from '../live/fixtures/watcher.ts';
import { malformedIds } from '../relay/fixtures/malformed-ids.ts';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import {
  nodeTypes,
  subscriptionArguments,
  subscriptionDocument,
  subscriptionNames,
} from '../support/schema-walk.ts';
import { unlimited } from '../support/unlimited.ts';
import { answerOf } from './fixtures/answers.ts';
import { createActors } from './fixtures/people.ts';
import { fillPlace, idOfNothing, type Place } from './fixtures/places.ts';
import { insiders, outsiders } from './fixtures/policies.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const actors = await createActors(app, lab);

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

let place: Place;
beforeAll(async () => {
  place = await fillPlace(app, lab.workspaceId, lab.admin, lab.collaborator, 'only-in-the-lab');
});

it('every subscription of the schema is in the walk, by what it is about', () => {
  expect(subscriptionArguments.map(({ field }) => field).sort()).toEqual([...subscriptionNames].sort());
  expect(subscriptionArguments.filter(({ nodeType }) => nodeType === null)).toEqual([]);
});

describe.each(subscriptionArguments)('$field($argument:)', (subscription) => {
  const { argument } = subscription;
  const nodeType = subscription.nodeType ?? '';
  const query = subscriptionDocument(subscription);

  it.each(outsiders)(
    'is, for the %s, of what never was: byte for byte and statement for statement',
    async (actor) => {
      const [there, nowhere] = [place[nodeType] ?? '', idOfNothing(nodeType)];
      const own = await answerOf(app, actors[actor], query, { id: there }, there);
      expect(own).toEqual(await answerOf(app, actors[actor], query, { id: nowhere }, nowhere));
      expect(own.body).toContain('"code":"NOT_FOUND"');
    },
  );

  it('is refused without a token, whatever it is about', async () => {
    for (const id of [place[nodeType], idOfNothing(nodeType)])
      expect((await app.ask(null, query, { id })).errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED' } },
      ]);
  });

  it.each(insiders)('opens for the %s', async (actor) => {
    const watcher = watch(app, actors[actor], query, { id: place[nodeType] });
    await watcher.open;
    expect(watcher.failure()).toBeNull();
    await watcher.end();
  });

  it.each(nodeTypes.filter((type) => type !== nodeType))('refuses the id of a %s, by name', async (type) => {
    const { errors } = await app.ask(actors.admin, query, { id: place[type] });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', argument } }]);
    expect(errors?.[0]?.message).toContain(`Expected the id of a ${nodeType}.`);
  });

  it.each(Object.entries(malformedIds(lab.workspaceId)))('refuses %s', async (_what, id) => {
    const { errors } = await app.ask(actors.admin, query, { id });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', argument } }]);
  });
});
