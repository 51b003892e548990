import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { type App, startNode } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { mutate } from '../support/documents.ts';
import { anyModel, anyTree, createStage } from './fixtures/agreement.ts';
import type { Filter } from './fixtures/filters.ts';
import { type Model, mayTakePart } from './fixtures/model.ts';
import { createStudy, type MadeStudy, uuidOf, writeModel } from './fixtures/store.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());
const nodes = [await startNode(database), await startNode(database)] as const;
const [first] = nodes;
const stage = await createStage(first);
const people = [...stage.participantKeys.keys()];
const { token } = stage.lab.admin;

const group = fc.integer({ min: 0, max: stage.groupKeys.length - 1 });
const anyAction = fc.oneof(
  fc.record({ does: fc.constant('add' as const), group, ids: fc.subarray(people, { minLength: 1 }) }),
  fc.record({ does: fc.constant('remove' as const), group, ids: fc.subarray(people, { minLength: 1 }) }),
  fc.record({ does: fc.constant('replace' as const), group, ids: fc.subarray(people) }),
  fc.record({ does: fc.constant('flag' as const), group }),
  fc.record({ does: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    does: fc.constant('submit' as const),
    study: fc.integer({ min: 0, max: stage.studyKeys.length - 1 }),
    id: fc.constantFrom(...people),
    status: fc.constantFrom('ACTIVE' as const, 'APPROVED' as const, 'RETURNED' as const),
  }),
);
type Action = typeof anyAction extends fc.Arbitrary<infer Value> ? Value : never;

/** A day and an hour for each day: nobody comes to stand on the border of a window. */
const hoursADay = 25;

/** Does it through one of the servers, or to the store where no field does it, and to the model. */
async function act(app: App, action: Action, model: Model): Promise<void> {
  if (action.does === 'wait') return wait(action.days * hoursADay, model);
  if (action.does === 'submit') return submit(action, model);
  const participantGroupId = stage.ids.groups[action.group] ?? '';
  const members = model.members[action.group] ?? new Map<string, number>();
  if (action.does === 'flag') {
    const isUniversalBlocklist = !model.universal.has(action.group);
    await mutate(app, token, 'updateParticipantGroup', { participantGroupId, isUniversalBlocklist });
    if (isUniversalBlocklist) model.universal.add(action.group);
    else model.universal.delete(action.group);
    return;
  }
  const name = {
    add: 'addParticipantsToGroup',
    remove: 'removeParticipantsFromGroup',
    replace: 'replaceGroupParticipants',
  } as const;
  const input = { participantGroupId, participantIds: action.ids };
  const { __typename } = await mutate(app, token, name[action.does], input);
  expect(__typename).toMatch(/Payload$/);
  if (action.does === 'remove') for (const id of action.ids) members.delete(id);
  else for (const id of action.ids) members.set(id, members.get(id) ?? 0);
  if (action.does === 'replace') {
    for (const id of [...members.keys()].filter((each) => !action.ids.includes(each))) members.delete(id);
  }
}

/** Time passes: everything that has happened is longer ago. */
async function wait(hours: number, model: Model): Promise<void> {
  await first.sql('UPDATE membership_change SET occurred_at = occurred_at - make_interval(hours => $1)', [
    hours,
  ]);
  await first.sql('UPDATE submission SET expires_at = expires_at - make_interval(hours => $1)', [hours]);
  for (const members of model.members) for (const [id, age] of members) members.set(id, age + hours);
  for (const submissions of model.submissions)
    for (const [id, { status, hoursLeft }] of submissions)
      submissions.set(id, { status, hoursLeft: hoursLeft === null ? null : hoursLeft - hours });
}

async function submit(action: Extract<Action, { does: 'submit' }>, model: Model): Promise<void> {
  const { study, id, status } = action;
  await first.sql(
    `INSERT INTO submission (id, workspace_key, study_key, participant_key, status, expires_at)
     VALUES (gen_random_uuid(), $1, $2, $3, $4::submission_status, now() + interval '12 hours')
     ON CONFLICT (participant_key, study_key) DO UPDATE SET status = excluded.status, expires_at = excluded.expires_at`,
    [stage.place.workspaceKey, stage.studyKeys[study], stage.participantKeys.get(id), status],
  );
  model.submissions[study]?.set(id, { status, hoursLeft: 12 });
}

const question = `query ($studies: [ID!]!, $ids: [String!]!) { nodes(ids: $studies) { ... on Study {
  eligibilities(participantIds: $ids) { isEligible } eligibleParticipants(first: 100) { nodes { participantId } }
  eligibleParticipantCount } } }`;

async function expectModel(
  app: App,
  studies: readonly MadeStudy[],
  trees: readonly Filter[][],
  model: Model,
) {
  const variables = { studies: studies.map(({ id }) => id), ids: people };
  const { data, errors } = await app.ask(token, question, variables);
  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual(
    trees.map((filters) => {
      const eligible = people.filter((id) => mayTakePart(filters, model, id));
      return {
        eligibilities: people.map((id) => ({ isEligible: eligible.includes(id) })),
        eligibleParticipants: { nodes: eligible.map((participantId) => ({ participantId })) },
        eligibleParticipantCount: eligible.length,
      };
    }),
  );
}

it('answers by what was acknowledged last, on whichever server, whatever changes between reads', async () => {
  const uuids = { groups: stage.ids.groups.map(uuidOf), studies: stage.ids.studies.map(uuidOf) };
  const property = fc.asyncProperty(
    anyModel.map((model) => ({ ...model, erased: new Set<string>() })),
    fc.array(anyTree, { minLength: 4, maxLength: 4 }),
    fc.array(anyAction, { minLength: 5, maxLength: 12 }),
    async (generated, trees, actions) => {
      const model = copyOf(generated);
      await writeModel(first, stage, model);
      const studies: MadeStudy[] = [];
      for (const filters of trees) studies.push(await createStudy(first, stage.place, filters, uuids));
      for (const [index, action] of actions.entries()) {
        const [writing, reading] = index % 2 === 0 ? nodes : [nodes[1], nodes[0]];
        await act(writing, action, model);
        await expectModel(reading, studies, trees, model);
      }
    },
  );
  await fc.assert(property, { numRuns: 12 });
}, 300_000);

function copyOf({ members, universal, submissions, erased }: Model): Model {
  return {
    members: members.map((each) => new Map(each)),
    submissions: submissions.map((each) => new Map(each)),
    universal: new Set(universal),
    erased,
  };
}
