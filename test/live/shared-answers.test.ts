import { beforeAll, describe, expect, it } from 'vitest';
import { fillPlace } from '../access/fixtures/places.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createLab, createPerson, type Person } from '../support/factories.ts';
import { subscriptionNames } from '../support/schema-walk.ts';
import { createStudy } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { type Connection, overWebSocket, type Result } from './fixtures/connections.ts';
import { documentsOfEvents, type Subscribed } from './fixtures/event-walk.ts';
import { change } from './fixtures/groups.ts';

const app = await startApp({ rateLimits: unlimited(), maxSubscriptionsPerConnection: 100 });
const lab = await createLab(app);
const { workspaceId, strangersWorkspaceId } = lab;

/** So many documents are subscribed to at once: twice as many, a viewer may. */
const atOnce = 50;

let groupId: string;
let subscribed: Subscribed;
let documents: readonly string[];
beforeAll(async () => {
  const place = await fillPlace(app, workspaceId, lab.admin, lab.collaborator, 'walked');
  const scope = { projectId: place.Project };
  const input = { scope, name: 'Followed', participantIds: ['walked', 'another'] };
  groupId = (await mutate(app, lab.admin.token, 'createParticipantGroup', input)).participantGroup.id;
  const filters = [{ participantGroupAllowlist: { participantGroupIds: [groupId] } }];
  const study = await createStudy(app, lab.admin.token, place.Project ?? '', { filters });
  subscribed = [
    ['membershipChanges', groupId],
    ['eligibilityChanges', study],
    ['workspaceChanges', workspaceId],
  ];
  documents = documentsOfEvents(subscribed, place);
});

/** A token of somebody's that acts in the lab alone. */
async function narrowed({ token }: Person): Promise<string> {
  const input = { name: 'Narrowed', workspaceId };
  return (await mutate(app, token, 'createApiToken', input)).token;
}

/** Tokens of two who are much unlike, but for their role in the lab. */
async function unlike(role: 'ADMIN' | 'VIEWER'): Promise<[string, string]> {
  const [one, other] = [await createPerson(app, 'One'), await createPerson(app, 'Other')];
  for (const person of [one, other]) await addMember(app, workspaceId, person, role);
  await addMember(app, strangersWorkspaceId, one, 'ADMIN');
  await addMember(app, strangersWorkspaceId, other, 'VIEWER');
  return [one.token, await narrowed(other)];
}

/** What somebody who subscribes to documents is told of the next change. */
async function subscribe(token: string, queries: readonly string[]) {
  const connection: Connection = overWebSocket(app.url, token);
  const streams = queries.map((query) => connection.iterate({ query, variables: {} }));
  const next = () => Promise.all(streams.map(async (stream) => withoutCost((await stream.next()).value)));
  const firsts = queries.map((query) => !query.includes('workspaceChanges'));
  await Promise.all(streams.map((stream, index) => firsts[index] && stream.next()));
  return { next, end: () => connection.dispose() };
}

const withoutCost = ({ data, errors }: Result) => JSON.stringify({ data, errors });

/** A document that nobody else has. */
const alone = (query: string, who: number) => `${query} # ${who}`;

it('every subscription of the schema is walked from', () => {
  expect(subscribed.map(([field]) => field).sort()).toEqual([...subscriptionNames].sort());
  expect(documents.length).toBeGreaterThan(60);
});

describe.each(['ADMIN', 'VIEWER'] as const)('what is told to two at once, each a %s', (role) => {
  it('is for each what they would be told alone, whatever field of whatever type events lead to', async () => {
    const tokens = await unlike(role);
    for (let from = 0; from < documents.length; from += atOnce) {
      const queries = documents.slice(from, from + atOnce);
      const told = await Promise.all(
        tokens.flatMap((token, index) => [
          subscribe(token, queries),
          subscribe(
            token,
            queries.map((query) => alone(query, index)),
          ),
        ]),
      );
      await change(app, lab.collaborator.token, groupId);
      const [one, oneAlone, other, otherAlone] = await Promise.all(told.map(({ next }) => next()));
      expect(one).toEqual(oneAlone);
      expect(other).toEqual(otherAlone);
      for (const { end } of told) end();
      await expect.poll(() => app.live.streams.size).toBe(0);
    }
  });
});
