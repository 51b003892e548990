import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import {
  type ArgumentUse,
  crawlDocument,
  fieldNames,
  fieldSelection,
  participantArguments,
} from '../support/schema-fields.ts';
import { idArguments, listFields, nodeTypes, queryNames } from '../support/schema-walk.ts';
import { answerOf } from './fixtures/answers.ts';
import { type Actor, createActors } from './fixtures/people.ts';
import { fillPlace, idOfNothing, type Place } from './fixtures/places.ts';
import {
  adminEdgeFields,
  adminFields,
  everyone,
  insiders,
  nodePolicies,
  outsiders,
  secretFields,
} from './fixtures/policies.ts';

const app = await startApp();
const lab = await createLab(app);
const actors = await createActors(app, lab);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

/** Of the lab, and of the stranger's own workspace. */
let place: Place;
let own: Place;

beforeAll(async () => {
  place = await fillPlace(app, lab.workspaceId, lab.admin, lab.collaborator, 'only-in-the-lab');
  own = await fillPlace(app, lab.strangersWorkspaceId, lab.stranger, lab.stranger, 'only-outside');
});

const sees = (actor: Actor, nodeType: string) => nodePolicies[nodeType]?.includes(actor) === true;

it('every type and every query of the schema is in the walk', () => {
  expect(Object.keys(nodePolicies).sort()).toEqual([...nodeTypes].sort());
  const byId = idArguments.filter(({ type }) => type === 'Query').map(({ field }) => field);
  expect([...byId, 'viewer'].sort()).toEqual([...queryNames].sort());
});

/** Every way to read something by its id. */
function doors(nodeType: string): Readonly<Record<string, string>> {
  const special = idArguments.filter((each) => each.type === 'Query' && each.nodeType === nodeType);
  return {
    node: 'query ($id: ID!) { answer: node(id: $id) { __typename id } }',
    nodes: 'query ($id: ID!) { answer: nodes(ids: [$id, $id]) { __typename id } }',
    ...Object.fromEntries(
      special.map(({ field }) => [field, `query ($id: ID!) { answer: ${field}(id: $id) { __typename id } }`]),
    ),
  };
}

describe.each(nodeTypes.map((nodeType) => ({ nodeType })))('the lab’s $nodeType', ({ nodeType }) => {
  it.each(Object.entries(doors(nodeType)))(
    'is there through %s for those in the table alone',
    async (door, query) => {
      const id = place[nodeType];
      const shape = (answer: unknown) => ({ data: { answer: door === 'nodes' ? [answer, answer] : answer } });
      for (const actor of everyone) {
        const answer = await app.ask(actors[actor], query, { id });
        if (actor === 'nobody')
          expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
        else
          expect(answer, actor).toEqual(shape(sees(actor, nodeType) ? { __typename: nodeType, id } : null));
      }
    },
  );

  const others = everyone.filter((actor) => actor !== 'nobody' && !sees(actor, nodeType));

  it.each(others)(
    'is, for the %s, what never was: byte for byte and statement for statement',
    async (actor) => {
      const [there, nowhere] = [place[nodeType] ?? '', idOfNothing(nodeType)];
      for (const query of Object.values(doors(nodeType))) {
        expect(await answerOf(app, actors[actor], query, { id: there }, there)).toEqual(
          await answerOf(app, actors[actor], query, { id: nowhere }, nowhere),
        );
      }
    },
  );

  it.each(fieldNames(nodeType))('answers with %s whoever may see it', async (field) => {
    const query = `query ($id: ID!) { node(id: $id) { ... on ${nodeType} { ${fieldSelection(nodeType, field, place)} } } }`;
    for (const actor of insiders.filter((each) => sees(each, nodeType))) {
      const { errors } = await app.ask(actors[actor], query, { id: place[nodeType] });
      const isRefused = adminFields.includes(`${nodeType}.${field}`) && !actor.endsWith('admin');
      if (isRefused) {
        const path = ['node', field];
        expect(errors, actor).toMatchObject([
          { path, extensions: { code: 'FORBIDDEN', requiredRole: 'ADMIN' } },
        ]);
      } else expect(errors, actor).toBeUndefined();
    }
  });
});

it.each(adminEdgeFields)('%s is null for everyone but admins', async (name) => {
  const field = name.split('.')[1];
  const query = `query ($id: ID!) { workspace(id: $id) { members { edges { ${field} } } } }`;
  for (const actor of insiders) {
    const { data } = await app.ask(actors[actor], query, { id: place.Workspace });
    const values = new Set(
      data.workspace.members.edges.map((edge: Record<string, unknown>) => edge[field ?? ''] === null),
    );
    expect([...values], actor).toEqual([!actor.endsWith('admin')]);
  }
});

it.each(Object.entries(secretFields))('%s is null for those in the table alone', async (name, hidden) => {
  const [type = '', field = ''] = name.split('.');
  const query = `query ($id: ID!) { node(id: $id) { ... on ${type} { ${field} } } }`;
  for (const actor of insiders) {
    const { data } = await app.ask(actors[actor], query, { id: place[type] });
    expect(data.node[field] === null, actor).toBe(hidden.includes(actor));
  }
});

/** Asks for a field of one's own with something of the lab's for `$asked`, and with something of nothing. */
async function expectNothing(
  actor: Actor,
  type: string,
  field: ArgumentUse,
  theirs: string,
  nothing: string,
) {
  const query = `query ($id: ID!, $asked: ${field.variable}) { node(id: $id) { ... on ${type} { ${field.selection} } } }`;
  const ask = (asked: string) => answerOf(app, actors[actor], query, { id: own[type], asked }, asked);
  expect(await ask(theirs)).toEqual(await ask(nothing));
}

/** Goes two steps on from a field of what is theirs, everywhere: what of the lab they came to, and the answer. */
async function crawl(actor: Actor, type: string, field: string, from: Place) {
  const response = await app.post(actors[actor], crawlDocument(type, field, from), { id: from[type] });
  const body = await response.text();
  const { data, errors = [] } = JSON.parse(body);
  expect(data.node ?? data.viewer, `${type}.${field}`).toBeInstanceOf(Object);
  const unexpected = errors.filter(
    (error: { extensions: { code: string } }) => error.extensions.code !== 'FORBIDDEN',
  );
  expect(unexpected).toEqual([]);
  const cameTo = Object.keys(place).filter((name) => name !== 'email' && body.includes(place[name] ?? ''));
  return { at: `${type}.${field}`, cameTo, body };
}

const nothingOfTheLab = expect.objectContaining({ cameTo: [] });

const owners = ['stranger', 'narrowed elsewhere'] as const;

describe.each(owners)('in what is their own, the %s', (actor) => {
  it.each(idArguments.filter(({ type }) => type !== 'Query'))(
    'finds nothing of the lab by $type.$field($argument:)',
    async ({ type, field, argument, nodeType }) => {
      const use = { variable: 'ID!', selection: `${field}(${argument}: $asked) { __typename }` };
      await expectNothing(actor, type, use, place[nodeType ?? ''] ?? '', idOfNothing(nodeType ?? ''));
    },
  );

  it.each(participantArguments)(
    'finds nobody of the lab by $type.$field($argument:)',
    async ({ type, ...use }) => {
      await expectNothing(actor, type, use, 'only-in-the-lab', 'only-nowhere-at-all');
    },
  );

  it.each(listFields.filter(({ type }) => !['Viewer', 'User', 'EligibilityPreview'].includes(type)))(
    'cannot use a cursor of the lab’s $name',
    async ({ type, field }) => {
      const read = `query ($id: ID!) { node(id: $id) { ... on ${type} { ${field}(first: 1) { edges { cursor } } } } }`;
      const { data } = await app.ask(actors.admin, read, { id: place[type] });
      const [edge] = data.node[field].edges;
      if (edge === undefined) return;
      const use = `query ($id: ID!, $after: String) { node(id: $id) { ... on ${type} { ${field}(after: $after) { nodes { __typename } } } } }`;
      const ask = (after: string) => answerOf(app, actors[actor], use, { id: own[type], after }, after);
      const theirs = await ask(edge.cursor);
      expect(theirs).toEqual(await ask('bm9uc2Vuc2U'));
      expect(theirs.body).toContain('INVALID_INPUT');
    },
  );

  it.each(nodeTypes)('comes from a %s to nothing of the lab, whichever way they go', async (type) => {
    for (const field of fieldNames(type))
      expect(await crawl(actor, type, field, own)).toEqual(nothingOfTheLab);
  });
});

it.each([...outsiders])('the %s comes from the viewer to nothing of the lab', async (actor) => {
  for (const field of fieldNames('Viewer')) {
    expect(await crawl(actor, 'Viewer', field, own)).toEqual(nothingOfTheLab);
  }
});

it.each(['viewer', 'collaborator'] as const)('the %s comes to no address but their own', async (actor) => {
  const [row] = await app.sql<{ email: string }>('SELECT email FROM app_user WHERE id = $1', [
    lab[actor].userId,
  ]);
  for (const type of nodeTypes.filter((each) => sees(actor, each))) {
    for (const field of fieldNames(type)) {
      const { body } = await crawl(actor, type, field, place);
      const addresses = (body.match(/[^"\s]+@[^"\s]+/g) ?? []).filter((address) => address !== row?.email);
      expect(addresses, `${type}.${field}`).toEqual([]);
    }
  }
});
