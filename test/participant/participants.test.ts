import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
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

/** In the order in which the workspace saw them: those who came together by ID. */
const seen = ['m1', 'm2', 'a1', 'z1', 'b1'];

beforeAll(async () => {
  for (const ids of [['m2', 'm1'], ['z1', 'm1', 'a1'], ['b1']]) {
    await createGroup(app, lab.admin.token, lab.workspaceId, ids);
  }
  await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId, ['theirs', 'm1']);
});

const id = lab.workspaceId;

describe('the participants of a workspace', () => {
  async function page(variables: PageVariables) {
    const query = `query ($id: ID!, ${pageParameters}) {
      workspace(id: $id) { participants(${pageArguments}) { totalCount ${pageInfo} nodes { participantId } } }
    }`;
    return (await app.ask(lab.viewer.token, query, { id, ...variables })).data.workspace.participants;
  }

  const idsOf = (rows: { participantId: string }[]) => rows.map(({ participantId }) => participantId);

  it('are all whom it has seen, each once, and nobody of another workspace', async () => {
    const { nodes, totalCount } = await page({});
    expect([idsOf(nodes), totalCount]).toEqual([seen, 5]);
  });

  it('are read forward two at a time without gap or double', async () => {
    expect(idsOf(await readForward(2, page))).toEqual(seen);
  });

  it('are read backward two at a time without gap or double', async () => {
    expect(idsOf(await readBackward(2, page))).toEqual(seen);
  });
});

describe('a participant', () => {
  const query = `query ($id: ID!, $of: String!) {
    workspace(id: $id) { participant(participantId: $of) { id participantId firstSeenAt workspace { id } } }
  }`;
  const find = (of: string, token = lab.viewer.token) => app.ask(token, query, { id, of });

  it('is found by the ID on the platform', async () => {
    const { participant } = (await find('m1')).data.workspace;
    expect(participant).toMatchObject({ participantId: 'm1', workspace: { id } });
  });

  it('is found by that ID with white space around it', async () => {
    expect((await find('\tm1 ')).data.workspace.participant).toMatchObject({ participantId: 'm1' });
  });

  it('is not found by that ID in another case', async () => {
    expect((await find('M1')).data.workspace.participant).toBeNull();
  });

  it('is null for an ID that only another workspace has seen', async () => {
    expect((await find('theirs')).data.workspace.participant).toBeNull();
  });

  it('was first seen when first added, and stays so when added again', async () => {
    const before = (await find('m1')).data.workspace.participant;
    await createGroup(app, lab.admin.token, lab.workspaceId, ['m1']);
    expect((await find('m1')).data.workspace.participant).toEqual(before);
  });

  it('can be read again by the global id', async () => {
    const { participant } = (await find('a1')).data.workspace;
    const node = 'query ($id: ID!) { node(id: $id) { id ... on Participant { participantId } } }';
    const { data } = await app.ask(lab.viewer.token, node, { id: participant.id });
    expect(data.node).toEqual({ id: participant.id, participantId: 'a1' });
  });

  it.each([
    ['a malformed ID', 'not valid'],
    ['an empty one', ' '],
    ['a global id', lab.workspaceId],
  ])('is INVALID_INPUT that names the argument for %s', async (_words, participantId) => {
    const { errors } = await find(participantId);
    expect(errors?.[0]).toMatchObject({
      path: ['workspace', 'participant'],
      extensions: { code: 'INVALID_INPUT', argument: 'participantId' },
    });
  });
});

describe('participants by their IDs', () => {
  const query = `query ($id: ID!, $of: [String!]!) {
    workspace(id: $id) { participantsByIds(participantIds: $of) { participantId } }
  }`;
  const find = (of: string[]) => app.ask(lab.viewer.token, query, { id, of });

  it('come in the order of the IDs, doubles included, with null for those never seen', async () => {
    const { data } = await find(['b1', 'nobody', 'm1', ' b1 ', 'theirs']);
    const [b1, m1] = [{ participantId: 'b1' }, { participantId: 'm1' }];
    expect(data.workspace.participantsByIds).toEqual([b1, null, m1, b1, null]);
  });

  it('are none for no ID', async () => {
    expect((await find([])).data.workspace.participantsByIds).toEqual([]);
  });

  it('may be 1,000', async () => {
    expect((await find(people(0, 1_000))).data.workspace.participantsByIds).toHaveLength(1_000);
  });

  it('may not be 1,001, even of one ID', async () => {
    const { errors } = await find(Array(1_001).fill('m1'));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'participantIds' });
  });

  it('are INVALID_INPUT with the indices of the malformed ones', async () => {
    const { errors } = await find(['m1', '', 'b1', 'not valid']);
    expect(errors?.[0]).toMatchObject({
      path: ['workspace', 'participantsByIds'],
      extensions: { code: 'INVALID_INPUT', argument: 'participantIds', indices: [1, 3] },
    });
  });
});
