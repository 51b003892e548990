import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, createProject, people, unknownId } from '../support/factories.ts';
import {
  type Ids,
  idArguments,
  idInputs,
  inputFor,
  mutationDocument,
  mutationNames,
  nodeTypes,
  queryNames,
} from '../support/schema-walk.ts';
import { type Actor, createActors } from './fixtures/people.ts';

const app = await startApp();
const lab = await createLab(app);
const actors = await createActors(app, lab);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

/** Ids of the lab, and of the stranger's own workspace. */
const ids: Record<string, string> = { User: encodeGlobalId('User', lab.collaborator.userId) };
const own: Record<string, string> = { User: encodeGlobalId('User', lab.stranger.userId) };

beforeAll(async () => {
  Object.assign(ids, await fill(lab.workspaceId, lab.admin.token));
  Object.assign(own, await fill(lab.strangersWorkspaceId, lab.stranger.token));
});

async function fill(workspaceId: string, token: string): Promise<Ids> {
  const groupId = await createGroup(app, token, workspaceId, people(0, 3));
  const query = `query ($id: ID!) { participantGroup(id: $id) { participants(first: 1) { edges { node { id } change { id } } }
    workspace { auditLog(first: 1) { nodes { id } } } } }`;
  const { data } = await app.ask(token, query, { id: groupId });
  const { participants, workspace } = data.participantGroup;
  const [edge] = participants.edges;
  return {
    Workspace: workspaceId,
    Project: await createProject(app, token, workspaceId),
    ParticipantGroup: groupId,
    Participant: edge.node.id,
    MembershipChange: edge.change.id,
    AuditEntry: workspace.auditLog.nodes[0].id,
  };
}

const insiders: readonly Actor[] = ['viewer', 'reading admin', 'collaborator', 'admin'];
const outsiders: readonly Actor[] = ['stranger', 'former', 'narrowed elsewhere'];
/** Who reads what not every insider may. */
const readers: Readonly<Record<string, readonly Actor[]>> = { AuditEntry: ['reading admin', 'admin'] };
const everyone = Object.keys(actors) as Actor[];

/** Who may do it: the lowest role, or null for any user. */
const needs: Record<string, 'ADMIN' | 'COLLABORATOR' | null> = {
  createWorkspace: null,
  updateWorkspace: 'ADMIN',
  createProject: 'COLLABORATOR',
  updateProject: 'COLLABORATOR',
  createParticipantGroup: 'COLLABORATOR',
  updateParticipantGroup: 'COLLABORATOR',
  deleteParticipantGroup: 'COLLABORATOR',
  restoreParticipantGroup: 'COLLABORATOR',
  addParticipantsToGroup: 'COLLABORATOR',
  removeParticipantsFromGroup: 'COLLABORATOR',
  replaceGroupParticipants: 'COLLABORATOR',
  revertParticipantGroup: 'COLLABORATOR',
  eraseParticipant: 'ADMIN',
};

it('every mutation and query of the schema is in the walk', () => {
  expect(Object.keys(needs).sort()).toEqual([...mutationNames].sort());
  const withIds = idArguments.filter(({ type }) => type === 'Query').map(({ field }) => field);
  expect([...withIds, 'viewer'].sort()).toEqual([...queryNames].sort());
});

interface Answer {
  readonly data: Readonly<
    Record<string, { readonly __typename: string; readonly requiredRole?: string | null } | null>
  >;
  readonly errors?: unknown;
}

/** What a mutation answers an actor with: its payload, an error's type and role, or a top-level error's code. */
function expected(mutation: string, actor: Actor): string {
  const role = needs[mutation] ?? null;
  if (actor === 'nobody') return 'UNAUTHENTICATED';
  if (role === null) {
    return actor === 'reading admin' || actor === 'narrowed elsewhere' ? 'ForbiddenError null' : 'payload';
  }
  if (outsiders.includes(actor)) return 'NotFoundError';
  if (actor === 'viewer' || (actor === 'collaborator' && role === 'ADMIN')) return `ForbiddenError ${role}`;
  return actor === 'reading admin' ? 'ForbiddenError null' : 'payload';
}

describe.each(mutationNames)('%s', (mutation) => {
  const groupOf = () => createGroup(app, lab.admin.token, lab.workspaceId, people(0, 3));

  it.each(everyone)(`answers the %s as their role says`, async (actor) => {
    const input = inputFor(mutation, { ...ids, ParticipantGroup: await groupOf() });
    const response = await app.post(actors[actor], mutationDocument(mutation), { input });
    const { data, errors } = (await response.json()) as Answer;
    const answer = data[mutation] ?? null;
    if (answer === null) {
      expect(response.status).toBe(401);
      expect(errors).toMatchObject([{ path: [mutation], extensions: { code: expected(mutation, actor) } }]);
    } else if (answer.__typename === 'ForbiddenError') {
      expect(`ForbiddenError ${answer.requiredRole}`).toBe(expected(mutation, actor));
    } else {
      expect(answer.__typename.replace(/^.*Payload$/, 'payload')).toBe(expected(mutation, actor));
    }
  });

  it.each(everyone.filter((actor) => expected(mutation, actor) !== 'payload'))(
    'writes nothing for the %s',
    async (actor) => {
      const input = inputFor(mutation, { ...ids, ParticipantGroup: await groupOf() });
      app.statements.splice(0);
      await app.ask(actors[actor], mutationDocument(mutation), {
        input: { ...input, idempotencyKey: `${actor} 1` },
      });
      expect(app.statements.filter((text) => !/^\s*SELECT/i.test(text))).toEqual([]);
    },
  );
});

const idOf = (nodeType: string | null) => ids[nodeType ?? ''] ?? '';
const lookups = idArguments
  .filter(({ type, nodeType }) => type === 'Query' && nodeType !== null)
  .map(({ field, nodeType }) => ({ field, nodeType: nodeType ?? '' }));
const named = nodeTypes.map((nodeType) => ({ nodeType }));

/** Reads something by its id in every way that there is. */
function reads(nodeType: string): Record<string, string> {
  const special = lookups.filter((each) => each.nodeType === nodeType);
  return {
    node: 'query ($id: ID!) { answer: node(id: $id) { __typename id } }',
    nodes: 'query ($id: ID!) { answer: nodes(ids: [$id, $id]) { __typename id } }',
    ...Object.fromEntries(
      special.map(({ field }) => [field, `query ($id: ID!) { answer: ${field}(id: $id) { __typename id } }`]),
    ),
  };
}

describe.each(named)('a $nodeType', ({ nodeType }) => {
  const found = () => ({ __typename: nodeType, id: idOf(nodeType) });

  it.each(Object.entries(reads(nodeType)))(
    'is read through %s by whom it is for, and is nothing for everyone else',
    async (field, query) => {
      const shape = (answer: unknown) => ({
        data: { answer: field === 'nodes' ? [answer, answer] : answer },
      });
      for (const actor of everyone) {
        const answer = await app.ask(actors[actor], query, { id: idOf(nodeType) });
        if (actor === 'nobody')
          expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
        else if ((readers[nodeType] ?? insiders).includes(actor))
          expect(answer, actor).toEqual(shape(found()));
        else expect(answer, actor).toEqual(shape(null));
      }
    },
  );
});

/** The whole answer, without the id and the request's own, and the statements that it took. */
async function answerOf(token: string, query: string, variables: object, id: string) {
  app.statements.splice(0);
  const response = await app.post(token, query, variables);
  const headers = [...response.headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  return {
    status: response.status,
    headers,
    body: (await response.text()).replaceAll(id, '<id>'),
    statements: [...app.statements],
  };
}

const unknownOf = (nodeType: string) =>
  nodeType === 'MembershipChange'
    ? encodeGlobalId(
        nodeType,
        `${Buffer.from(unknownId('ParticipantGroup'), 'base64url').toString().split(':')[1]}.1`,
      )
    : unknownId(nodeType);

describe.each(outsiders)('for the %s, what is there and what never was are the same', (actor) => {
  const token = actors[actor] ?? '';

  it.each(nodeTypes)('in every read of a %s, byte for byte and statement for statement', async (nodeType) => {
    for (const query of Object.values(reads(nodeType))) {
      const [there, nowhere] = [idOf(nodeType), unknownOf(nodeType)];
      expect(await answerOf(token, query, { id: there }, there)).toEqual(
        await answerOf(token, query, { id: nowhere }, nowhere),
      );
    }
  });

  it.each(idInputs.map((place) => ({ ...place, name: place.path.join('.') })))(
    'in $mutation by $name',
    async ({ mutation, path, nodeType }) => {
      // The stranger's other ids are their own, so that it is this one that decides.
      const others = actor === 'stranger' || actor === 'narrowed elsewhere' ? own : ids;
      const ask = async (id: string) => {
        const input = inputFor(mutation, others, { path, id });
        return answerOf(token, mutationDocument(mutation), { input }, id);
      };
      const [there, nowhere] = [await ask(idOf(nodeType)), await ask(unknownOf(nodeType))];
      expect(there).toEqual(nowhere);
      expect(there.body).toContain('NotFoundError');
    },
  );

  it('in a participant’s history in a group', async () => {
    if (actor === 'former') return;
    const query = `query ($id: ID!, $participant: ID!) { node(id: $participant) {
      ... on Participant { membershipHistory(participantGroupId: $id) { joined { version } } } } }`;
    const [there, nowhere] = [idOf('ParticipantGroup'), unknownId('ParticipantGroup')];
    const answer = await answerOf(token, query, { id: there, participant: own.Participant }, there);
    expect(answer).toEqual(
      await answerOf(token, query, { id: nowhere, participant: own.Participant }, nowhere),
    );
    expect(answer.body).toBe('{"data":{"node":{"membershipHistory":[]}}}');
  });
});
