import { beforeAll, describe, expect, it } from 'vitest';
import { decodeGlobalId, encodeGlobalId } from '../../src/global-id.ts';
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

const edits = [
  ['removeParticipantsFromGroup', { participantIds: people(0, 5) }],
  ['replaceGroupParticipants', { participantIds: ['p6', 'q'] }],
  ['revertParticipantGroup', { toVersion: 1 }],
] as const;

beforeAll(async () => {
  group = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 7));
  for (const [mutation, input] of edits) {
    await mutate(app, lab.admin.token, mutation, { participantGroupId: group, ...input });
  }
});

type Side = 'added' | 'removed';

async function list(side: Side, version: number, variables: PageVariables = {}) {
  const query = `query ($id: ID!, ${pageParameters}) {
    node(id: $id) {
      ... on MembershipChange { ${side}(${pageArguments}) { totalCount ${pageInfo} nodes { participantId } } }
    }
  }`;
  const id = encodeGlobalId('MembershipChange', `${decodeGlobalId(group)?.key}.${version}`);
  const { data } = await app.ask(lab.viewer.token, query, { id, ...variables });
  return data.node[side];
}

const idsOf = (rows: { participantId: string }[]) => rows.map(({ participantId }) => participantId);

describe.each([
  ['added', 1, people(0, 7)],
  ['added', 2, []],
  ['added', 3, ['q']],
  ['added', 4, people(0, 6)],
  ['removed', 1, []],
  ['removed', 2, people(0, 5)],
  ['removed', 3, ['p5']],
  ['removed', 4, ['q']],
] as const)('whom a change %s at version %i', (side, version, ids) => {
  const read = (variables: PageVariables) => list(side, version, variables);

  it('are counted', async () => {
    expect((await read({ first: 1 })).totalCount).toBe(ids.length);
  });

  it('are read forward two at a time without gap or double', async () => {
    expect(idsOf(await readForward(2, read))).toEqual(ids);
  });

  it('are read backward two at a time without gap or double', async () => {
    expect(idsOf(await readBackward(2, read))).toEqual(ids);
  });
});
