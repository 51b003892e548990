import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import {
  type PageVariables,
  pageArguments,
  pageInfo,
  pageParameters,
  readBackward,
  readForward,
} from '../support/paging.ts';

const app = await startApp();
const lab = await createLab(app);
let group = '';

function edit(mutation: 'addParticipantsToGroup' | 'removeParticipantsFromGroup', participantIds: string[]) {
  return mutate(app, lab.admin.token, mutation, { participantGroupId: group, participantIds });
}

/** Seen by the workspace in the order p0 … p9, and joined in another: p5 left and came again last. */
const inOrderOfJoining = ['p7', 'p8', 'p9', 'p0', 'p1', 'p6', 'p5'];

beforeAll(async () => {
  await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 10));
  group = await createGroup(app, lab.admin.token, lab.workspaceId, ['p9', 'p8', 'p7', 'p5']);
  await edit('addParticipantsToGroup', ['p1', 'p0', 'p9']);
  await edit('removeParticipantsFromGroup', ['p5']);
  await edit('addParticipantsToGroup', ['p6']);
  await edit('addParticipantsToGroup', ['p5', 'p6']);
});

const list = `query ($id: ID!, ${pageParameters}) {
  participantGroup(id: $id) {
    participants(${pageArguments}) {
      totalCount ${pageInfo} nodes { participantId } edges { joinedAt change { version note occurredAt } }
    }
  }
}`;

async function page(variables: PageVariables) {
  const { data } = await app.ask(lab.viewer.token, list, { id: group, ...variables });
  return data.participantGroup.participants;
}

const idsOf = (rows: { participantId: string }[]) => rows.map(({ participantId }) => participantId);

describe('the members of a group', () => {
  it('are listed in order of joining, and among those who joined together as the workspace saw them', async () => {
    expect(idsOf((await page({})).nodes)).toEqual(inOrderOfJoining);
  });

  it.each([1, 2, 3, 7])('are read forward %i at a time without gap or double', async (size) => {
    expect(idsOf(await readForward(size, page))).toEqual(inOrderOfJoining);
  });

  it.each([1, 2, 3, 7])('are read backward %i at a time without gap or double', async (size) => {
    expect(idsOf(await readBackward(size, page))).toEqual(inOrderOfJoining);
  });

  it('are all counted on every page', async () => {
    const { totalCount } = await page({ last: 1 });
    expect(totalCount).toBe(inOrderOfJoining.length);
  });

  it('come with the change that they joined by', async () => {
    const { edges } = await page({});
    const versions = edges.map(({ change }: { change: { version: number } }) => change.version);
    expect(versions).toEqual([1, 1, 1, 2, 2, 4, 5]);
  });

  it('come with the moment at which they joined', async () => {
    const { edges } = await page({});
    for (const { joinedAt, change } of edges) expect(joinedAt).toBe(change.occurredAt);
  });

  it('between two cursors are those between them', async () => {
    const all = await page({});
    const { startCursor: after, endCursor: before } = all.pageInfo;
    expect(idsOf((await page({ after, before })).nodes)).toEqual(inOrderOfJoining.slice(1, -1));
  });

  it('who join while the list is read forward come at its end', async () => {
    const first = await page({ first: 5 });
    await edit('addParticipantsToGroup', ['late']);
    const rest = await page({ after: first.pageInfo.endCursor });
    await edit('removeParticipantsFromGroup', ['late']);
    expect(idsOf(rest.nodes)).toEqual([...inOrderOfJoining.slice(5), 'late']);
  });
});

describe('asking whether somebody is a member', () => {
  const one =
    'query ($id: ID!, $of: String!) { participantGroup(id: $id) { hasParticipant(participantId: $of) } }';
  const many = `query ($id: ID!, $of: [String!]!) {
    participantGroup(id: $id) { hasParticipants(participantIds: $of) }
  }`;
  const ask = (query: string, of: unknown) => app.ask(lab.viewer.token, query, { id: group, of });

  it.each([
    ['a member', 'p7', true],
    ['a member, with white space around the ID', ' p7 ', true],
    ['one who came again', 'p5', true],
    ['one whom the workspace knows', 'p2', false],
    ['one whom the workspace has never seen', 'nobody', false],
  ])('answers for %s', async (_words, participantId, isMember) => {
    expect((await ask(one, participantId)).data.participantGroup.hasParticipant).toBe(isMember);
  });

  it('answers for many in their order, doubles included', async () => {
    const { data } = await ask(many, ['p2', 'p7', 'nobody', 'p7', 'p5']);
    expect(data.participantGroup.hasParticipants).toEqual([false, true, false, true, true]);
  });

  it('answers with an empty list for an empty list', async () => {
    expect((await ask(many, [])).data.participantGroup.hasParticipants).toEqual([]);
  });

  it('takes 1,000 IDs', async () => {
    expect((await ask(many, people(0, 1_000))).data.participantGroup.hasParticipants).toHaveLength(1_000);
  });

  it('refuses 1,001 IDs as INVALID_INPUT', async () => {
    const { errors } = await ask(many, people(0, 1_001));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'participantIds' });
  });

  it('refuses a malformed ID as INVALID_INPUT', async () => {
    const { errors } = await ask(one, 'not valid');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'participantId' });
  });

  it('refuses malformed IDs in a list with their indices', async () => {
    const { errors } = await ask(many, ['p1', '?', 'p2', '']);
    expect(errors?.[0]?.extensions).toMatchObject({ argument: 'participantIds', indices: [1, 3] });
  });
});
