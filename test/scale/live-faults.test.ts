import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { demoIds } from '../../src/demo/people.ts';
import { encodeGlobalId } from '../../src/global-id.ts';
import { Cable } from '../live/fixtures/cable.ts';
import { overServerSentEvents, overWebSocket } from '../live/fixtures/connections.ts';
import { overEventSource } from '../live/fixtures/event-sources.ts';
import { endureFaults } from '../live/fixtures/faults.ts';
import { resuming } from '../live/fixtures/resuming.ts';
import { type Gateway, makeDataDirectory, startGateway } from '../process/gateway.ts';

const token = `rollcall_${randomBytes(16).toString('hex')}`;

/** A gateway over the database that this leads to, with the demonstration's workspace and token. */
const startNode = (toDatabase: Cable) =>
  startGateway({
    DATABASE_URL: toDatabase.url,
    SEED_DEMO: 'true',
    BOOTSTRAP_TOKEN: token,
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_TOKEN: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
  });

async function ask(gateway: Gateway, query: string, variables: object) {
  const response = await gateway.ask(query, variables, token);
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** A new group of the demonstration's workspace, and where its log ends. */
async function newGroup(gateway: Gateway): Promise<{ id: string; changesCursor: string }> {
  const scope = { workspaceId: encodeGlobalId('Workspace', demoIds.workspace) };
  const query = `mutation ($input: CreateParticipantGroupInput!) { createParticipantGroup(input: $input) {
    ... on CreateParticipantGroupPayload { participantGroup { id changesCursor } } } }`;
  const data = await ask(gateway, query, { input: { scope, name: randomBytes(8).toString('hex') } });
  return data.createParticipantGroup.participantGroup;
}

let seen = 0;
const newParticipant = () => (0xe * 16 ** 8 + seen++).toString(16).padStart(24, '0');

it('tells 20 subscribers 500 changes once and in order, whatever breaks', async () => {
  const dataDirectory = await makeDataDirectory();
  const log = () => undefined;
  let server = await startEmbeddedServer({ dataDirectory, log });
  const toDatabase = await Cable.start(server.url);
  const first = await startNode(toDatabase);
  let second = await startNode(toDatabase);
  const [toFirst, toSecond] = [await Cable.start(first.url), await Cable.start(second.url)];
  const groups = await Promise.all([0, 1, 2, 3].map(() => newGroup(first)));
  const versionOf = async (id: string) => {
    const data = await ask(first, 'query ($id: ID!) { participantGroup(id: $id) { version } }', { id });
    return data.participantGroup.version;
  };
  const troubles = async () => {
    await sleep(1_500);
    await second.program.end('SIGKILL');
    second = await startNode(toDatabase);
    toSecond.lead(second.url);
    await sleep(500);
    await server.stop();
    server = await startEmbeddedServer({ dataDirectory, log });
    toDatabase.lead(server.url);
  };
  const eventSource = await overEventSource();
  const kinds = [overServerSentEvents, overWebSocket, overServerSentEvents, overWebSocket, eventSource];
  const begun = Date.now();
  const connections = await endureFaults({
    ways: [toFirst, toSecond],
    token,
    groupIds: groups.map(({ id }) => id),
    after: groups.map(({ changesCursor }) => changesCursor).join('.'),
    ...{ newParticipant, versionOf, troubles },
    joins: [0, 1, 2, 3].flatMap(() => kinds.map(resuming)),
    ...{ writers: 8, changes: 500, restMilliseconds: 300 },
  });
  const names = ['graphql-sse', 'graphql-ws', 'graphql-sse', 'graphql-ws', 'EventSource'];
  const made = connections.map((count, index) => `${names[index % names.length]} ${count}`).join(', ');
  process.stdout.write(
    `20 subscribers were told 500 changes each in ${Date.now() - begun} ms. Connections: ${made}\n`,
  );
  for (const { program } of [first, second]) expect(await program.end(), program.complained).toBe(0);
  await server.stop();
});
