import { afterAll, expect, it } from 'vitest';
import { checkpoint, versionOf } from '../live/fixtures/changes.ts';
import { sseChanges, sseClient } from '../live/fixtures/sse-client.ts';
import { wsChanges, wsClient } from '../live/fixtures/ws-client.ts';
import { createTestDatabase } from '../support/database.ts';
import { editDocument } from '../support/edits.ts';
import { startGateway } from './gateway.ts';

it('SIGTERM ends subscriptions when all is told: sockets with 1012, event streams without being complete', async () => {
  const database = await createTestDatabase('template0');
  afterAll(() => database.drop());
  const gateway = await startGateway({ DATABASE_URL: database.url, SEED_DEMO: 'true' });
  const query =
    '{ viewer { workspaces { nodes { participantGroups(first: 1) { nodes { id version } } } } } }';
  const { data } = await (await gateway.ask(query)).json();
  const { id, version } = data.viewer.workspaces.nodes[0].participantGroups.nodes[0];
  const overSocket = wsChanges(wsClient(gateway, gateway.token), [id]);
  const overEvents = sseChanges(sseClient(gateway, gateway.token), [id]);
  const idle = wsClient(gateway, gateway.token, { lazy: false });
  const idleClosed = new Promise((resolve) => idle.on('closed', resolve));
  await Promise.all([overSocket, overEvents].map(checkpoint));
  const ids = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(24, 'a'));
  await Promise.all(
    ids.map((participantId) =>
      gateway.ask(editDocument('addParticipantsToGroup'), {
        input: { participantGroupId: id, participantIds: [participantId] },
      }),
    ),
  );
  expect(await gateway.program.end('SIGTERM')).toBe(0);
  const told = ids.map((_, index) => version + index + 1);
  const [socket, events] = [await overSocket.ended(), await overEvents.ended()];
  expect(socket.answers.map(versionOf)).toEqual(told);
  expect(events.answers.map(versionOf)).toEqual(told);
  expect(socket.error).toMatchObject({ code: 1012, reason: 'Service restart' });
  expect(String(events.error)).toContain('Connection closed');
  expect(await idleClosed).toMatchObject({ code: 1012 });
});
