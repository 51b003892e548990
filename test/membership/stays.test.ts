import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, unknownId } from '../support/factories.ts';
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
const groups: Record<string, string> = {};
const groupOf = (name: string) => groups[name] ?? '';

const edit = (mutation: 'addParticipantsToGroup' | 'removeParticipantsFromGroup', name: string) =>
  mutate(app, lab.admin.token, mutation, { participantGroupId: groupOf(name), participantIds: ['ann'] });

/** Ann is in A (joined at 2), B (joined, left and joined again), D (deleted) and E; she has left C; never in F. */
beforeAll(async () => {
  for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) {
    groups[name] = await createGroup(app, lab.admin.token, lab.workspaceId, ['bob'], name);
  }
  for (const name of ['E', 'D', 'C', 'B', 'A']) await edit('addParticipantsToGroup', name);
  for (const name of ['B', 'C']) await edit('removeParticipantsFromGroup', name);
  await edit('addParticipantsToGroup', 'B');
  await mutate(app, lab.admin.token, 'deleteParticipantGroup', { participantGroupId: groupOf('D') });
});

function ask(selection: string, variables: object = {}, parameters = '') {
  const query = `query ($workspace: ID! ${parameters}) {
    workspace(id: $workspace) { participant(participantId: "ann") { ${selection} } }
  }`;
  return app.ask(lab.viewer.token, query, { workspace: lab.workspaceId, ...variables });
}

describe("a participant's groups", () => {
  const list = `participantGroups(${pageArguments}) {
    totalCount ${pageInfo} nodes { name } edges { joinedAt change { version occurredAt } }
  }`;

  async function page(variables: PageVariables) {
    const { data } = await ask(list, variables, `, ${pageParameters}`);
    return data.workspace.participant.participantGroups;
  }

  const namesOf = (rows: { name: string }[]) => rows.map(({ name }) => name);

  it('are the live ones that they are in now, in the order in which the groups were made', async () => {
    const { nodes, totalCount } = await page({});
    expect([namesOf(nodes), totalCount]).toEqual([['A', 'B', 'E'], 3]);
  });

  it('are read forward one at a time without gap or double', async () => {
    expect(namesOf(await readForward(1, page))).toEqual(['A', 'B', 'E']);
  });

  it('are read backward one at a time without gap or double', async () => {
    expect(namesOf(await readBackward(1, page))).toEqual(['A', 'B', 'E']);
  });

  it('come with the change that they joined by last', async () => {
    const { edges } = await page({});
    const versions = edges.map(({ change }: { change: { version: number } }) => change.version);
    expect(versions).toEqual([2, 4, 2]);
  });

  it('come with the moment at which they joined', async () => {
    const { edges } = await page({});
    for (const { joinedAt, change } of edges) expect(joinedAt).toBe(change.occurredAt);
  });
});

describe("a participant's stays in a group", () => {
  const history = `membershipHistory(participantGroupId: $group) {
    joined { version cause } left { version cause }
  }`;

  async function historyIn(group: string) {
    const { data } = await ask(history, { group }, ', $group: ID!');
    return data.workspace.participant.membershipHistory;
  }

  it('are one, without an end, while they are in', async () => {
    expect(await historyIn(groupOf('A'))).toEqual([{ joined: { version: 2, cause: 'MANUAL' }, left: null }]);
  });

  it('are two when they left and came again, oldest first', async () => {
    expect(await historyIn(groupOf('B'))).toEqual([
      { joined: { version: 2, cause: 'MANUAL' }, left: { version: 3, cause: 'MANUAL' } },
      { joined: { version: 4, cause: 'MANUAL' }, left: null },
    ]);
  });

  it('are told of a group that they have left', async () => {
    expect(await historyIn(groupOf('C'))).toMatchObject([{ joined: { version: 2 }, left: { version: 3 } }]);
  });

  it('are told of a deleted group', async () => {
    expect(await historyIn(groupOf('D'))).toMatchObject([{ joined: { version: 2 }, left: null }]);
  });

  it('are none in a group that they never were in', async () => {
    expect(await historyIn(groupOf('F'))).toEqual([]);
  });

  it('are none in a group that was never made', async () => {
    expect(await historyIn(unknownId('ParticipantGroup'))).toEqual([]);
  });

  it("are none in a stranger's group, though the ID is the same", async () => {
    const id = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId, ['ann']);
    expect(await historyIn(id)).toEqual([]);
  });

  it('are INVALID_INPUT of the id of something else', async () => {
    const { errors } = await ask(history, { group: lab.workspaceId }, ', $group: ID!');
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      argument: 'participantGroupId',
    });
  });
});
