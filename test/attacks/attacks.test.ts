import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { corpus } from './corpus/index.ts';
import { type Attack, document, type World } from './fixtures/attack.ts';
import { type Answer, exchange } from './fixtures/exchange.ts';
import { type Measure, startGateway } from './fixtures/gateway.ts';

const mostMilliseconds = 50;
const mostMegabytes = { held: 150, resident: 350 };
/** One is enough: the others are for where the garbage of the attacks before it is collected just then. */
const tries = 5;

let salt = 0;
const app = await startApp();
const [world, gateway] = await Promise.all([createWorld(), startGateway(app.databaseUrl)]);
const harmless = document(
  '{ viewer { workspaces { nodes { participantGroups { totalCount nodes { name } } } } } }',
);
const welcome = await ask(harmless);
// Servers meet attacks when they have been running for a while: first calls are compiled.
for (let round = 0; round < 100; round += 1) await ask(harmless);
const before = await gateway.memory();

async function createWorld(): Promise<World> {
  const { workspaceId, admin } = await createLab(app);
  const { token } = admin;
  const groupId = await createGroup(app, token, workspaceId, ['p1', 'p2', 'p3'], 'Café group');
  const { data } = await app.ask(
    token,
    `query ($workspace: ID!, $group: ID!) {
      workspace(id: $workspace) { participantGroups(orderBy: { field: NAME }) { edges { cursor } } }
      participantGroup(id: $group) { participants { nodes { id } } }
    }`,
    { workspace: workspaceId, group: groupId },
  );
  return {
    token,
    workspaceId,
    groupId,
    projectId: await createProject(app, token, workspaceId),
    participantId: data.participantGroup.participants.nodes[0].id,
    cursor: data.workspace.participantGroups.edges[0].cursor,
  };
}

async function ask(send: Attack['send'], port = gateway.ports.production, count = 1): Promise<Answer[]> {
  salt += 1;
  return exchange(port, send({ ...world, salt: `${salt}` }), count);
}

async function measured({ send, port, expected }: Attack): Promise<Measure> {
  await gateway.measure();
  const statuses = [expected.status].flat();
  const answers = await ask(send, gateway.ports[port ?? 'production'], statuses.length);
  const measure = await gateway.measure();
  expect(answers.map(({ status }) => status)).toEqual(statuses);
  for (const answer of answers) expectNothingTold(answer);
  expectAnswer(answers.at(-1), expected);
  expect(measure.logged).toEqual([]);
  if (expected.reads) return measure;
  expect(measure.statements.filter((text) => !text.includes('FROM api_token'))).toEqual([]);
  expect(measure.statements.length).toBeLessThanOrEqual(statuses.length);
  return measure;
}

function expectNothingTold({ body, headers }: Answer): void {
  expect(body).not.toMatch(/INTERNAL|node_modules|\.ts:\d/);
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
}

function expectAnswer(
  answer: Answer | undefined,
  { code, limit, path, data, says }: Attack['expected'],
): void {
  const { headers = {}, body = '' } = answer ?? {};
  const isJson = headers['content-type']?.includes('json') && body !== '';
  const { errors = [], ...told } = isJson ? JSON.parse(body) : {};
  const seen = (key: string) => [...new Set(errors.map((error: Errors) => error.extensions?.[key]))];
  if (code !== undefined) expect(seen('code')).toEqual([code]);
  if (limit !== undefined) expect(seen('limit')).toEqual([limit]);
  if (path !== undefined) expect(errors[0].path).toEqual(path);
  if (says !== undefined) expect(body).toContain(says);
  else expect(told.data ?? undefined).toEqual(data ?? undefined);
}

interface Errors {
  readonly extensions?: Readonly<Record<string, unknown>>;
}

describe.each(Object.entries(corpus))('of the %s', (_kind, attacks) => {
  it.each(attacks.map((attack) => [attack.name, attack] as const))(
    '%s is answered as it should be',
    async (_name, attack) => {
      const spent: number[] = [];
      while (spent.length < tries && !spent.some((each) => each < mostMilliseconds)) {
        spent.push((await measured(attack)).milliseconds);
      }
      expect(Math.min(...spent), 'CPU in ms').toBeLessThan(mostMilliseconds);
    },
  );

  it('after all of them a question is answered as before', async () => {
    expect(await ask(harmless)).toMatchObject(welcome.map(({ status, body }) => ({ status, body })));
  });
});

it('names each attack once', () => {
  const names = Object.values(corpus).flatMap((attacks) => attacks.map(({ name }) => name));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it('keeps little memory of all attacks', async () => {
  const after = await gateway.memory();
  expect(after.held - before.held).toBeLessThan(mostMegabytes.held);
  expect(after.resident - before.resident).toBeLessThan(mostMegabytes.resident);
});
