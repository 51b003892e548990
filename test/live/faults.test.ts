import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { Cable } from './fixtures/cable.ts';
import { overServerSentEvents, overWebSocket } from './fixtures/connections.ts';
import { overEventSource } from './fixtures/event-sources.ts';
import { asInTheExample } from './fixtures/example.ts';
import { endureFaults } from './fixtures/faults.ts';
import { cursorOf } from './fixtures/groups.ts';
import { resuming } from './fixtures/resuming.ts';

const rateLimits = unlimited();
const app = await startApp({ rateLimits });
const toDatabase = await Cable.start(app.databaseUrl);
const nodes = [app, await startNode({ url: toDatabase.url, query: app.sql }, { rateLimits })];
const lab = await createLab(app);
const { token } = lab.admin;
const pass = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('tells every subscriber every change once and in order, whatever breaks', async () => {
  const ways = await Promise.all(nodes.map(({ url }) => Cable.start(url)));
  const groupIds: string[] = [];
  for (let group = 0; group < 3; group++) groupIds.push(await createGroup(app, token, lab.workspaceId));
  const cursors = await Promise.all(groupIds.map((groupId) => cursorOf(app, token, groupId)));
  const versionOf = async (id: string) => {
    const { data } = await app.ask(token, 'query ($id: ID!) { participantGroup(id: $id) { version } }', {
      id,
    });
    return data.participantGroup.version;
  };
  const troubles = async () => {
    await pass(200);
    toDatabase.close();
    await pass(300);
    await toDatabase.open();
    // To its clients, a node that is gone.
    ways[0]?.close();
    await pass(500);
    await ways[0]?.open();
  };
  const kinds = [overServerSentEvents, overWebSocket];
  const joins = [
    ...[...kinds, ...kinds, overServerSentEvents, await overEventSource()].map(resuming),
    ...kinds.map(asInTheExample),
  ];
  await endureFaults({
    ...{ ways, token, groupIds, after: cursors.join('.'), troubles, versionOf, joins },
    ...{ newParticipant: randomUUID, writers: 4, changes: 100, restMilliseconds: 60 },
  });
  await expect.poll(() => nodes.map(({ live }) => live.streams.size)).toEqual([0, 0]);
}, 180_000);
