import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import { membersOf } from '../support/members.ts';
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
const lists = [['a', 'b', 'c'], ['b', 'c', 'd', 'e'], ['e', 'a'], []];
let group = '';
/** At index n the moment of version n. */
const moments: string[] = [''];

beforeAll(async () => {
  group = await createGroup(app, lab.admin.token, lab.workspaceId);
  for (const participantIds of lists) {
    const input = { participantGroupId: group, participantIds };
    const { change } = await mutate(app, lab.admin.token, 'replaceGroupParticipants', input);
    moments.push(change.occurredAt);
  }
});

const query = `query ($id: ID!, $asOf: DateTime, $asOfVersion: Int, ${pageParameters}) {
  participantGroup(id: $id) {
    participants(asOf: $asOf, asOfVersion: $asOfVersion, ${pageArguments}) {
      totalCount ${pageInfo} nodes { participantId } edges { joinedAt change { version } }
    }
  }
}`;

type Then = { readonly asOf?: string; readonly asOfVersion?: number };

async function list(then: Then & PageVariables, id = group) {
  const { data, errors } = await app.ask(lab.viewer.token, query, { id, ...then });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.participantGroup.participants;
}

async function refused(then: Then & PageVariables) {
  const { errors } = await app.ask(lab.viewer.token, query, { id: group, ...then });
  return errors?.[0]?.extensions;
}

interface Row {
  readonly participantId: string;
}

const idsOf = (rows: Row[]) => rows.map(({ participantId }) => participantId);
const later = (moment: string, milliseconds: number) =>
  new Date(Date.parse(moment) + milliseconds).toISOString();

describe('the members of a group as of a version', () => {
  it.each([
    [0, []],
    [1, ['a', 'b', 'c']],
    [2, ['b', 'c', 'd', 'e']],
    [3, ['e', 'a']],
    [4, []],
  ])('%i are those that it had then, in order of joining', async (version, ids) => {
    expect(await membersOf(app, lab.viewer.token, group, version)).toEqual(ids);
  });

  it.each([0, 1, 2, 3, 4])('%i are counted as they were then', async (asOfVersion) => {
    const { totalCount } = await list({ asOfVersion });
    expect(totalCount).toBe((lists[asOfVersion - 1] ?? []).length);
  });

  it.each([-1, 5])('%i, which the group has not, are INVALID_INPUT', async (asOfVersion) => {
    expect(await refused({ asOfVersion })).toMatchObject({ code: 'INVALID_INPUT', argument: 'asOfVersion' });
  });

  it('are read forward one at a time without gap or double', async () => {
    const rows = await readForward<Row>(1, (page) => list({ asOfVersion: 2, ...page }));
    expect(idsOf(rows)).toEqual(['b', 'c', 'd', 'e']);
  });

  it('are read backward one at a time without gap or double', async () => {
    const rows = await readBackward<Row>(1, (page) => list({ asOfVersion: 2, ...page }));
    expect(idsOf(rows)).toEqual(['b', 'c', 'd', 'e']);
  });

  it('come with the change that they had joined by then', async () => {
    const { edges } = await list({ asOfVersion: 2 });
    const versions = edges.map(({ change }: { change: { version: number } }) => change.version);
    expect(versions).toEqual([1, 1, 2, 2]);
  });
});

describe('the members of a group as of a moment', () => {
  it.each([1, 2, 3, 4])('at which version %i was made are those of that version', async (version) => {
    const { nodes } = await list({ asOf: moments[version] ?? '' });
    expect(idsOf(nodes).sort()).toEqual(lists[version - 1]?.toSorted());
  });

  it.each([1, 2, 3, 4])(
    'a millisecond before version %i are those of the version before',
    async (version) => {
      const { nodes } = await list({ asOf: later(moments[version] ?? '', -1) });
      expect(idsOf(nodes).sort()).toEqual((lists[version - 2] ?? []).toSorted());
    },
  );

  it('before the first change are nobody', async () => {
    expect(await list({ asOf: '2001-01-01T00:00:00Z' })).toMatchObject({ nodes: [], totalCount: 0 });
  });

  it('are counted as they were then', async () => {
    expect((await list({ asOf: moments[2] ?? '' })).totalCount).toBe(4);
  });

  it('in the future are those of now', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId, ['x', 'y']);
    const { nodes } = await list({ asOf: '2999-01-01T00:00:00Z' }, id);
    expect(idsOf(nodes)).toEqual(['x', 'y']);
  });

  it('cannot be asked for together with a version', async () => {
    expect(await refused({ asOf: moments[1] ?? '', asOfVersion: 1 })).toMatchObject({
      code: 'INVALID_INPUT',
      argument: 'asOfVersion',
    });
  });
});

describe('a cursor of a list as of a moment', () => {
  const asOf = '2999-01-01T00:00:00Z';

  async function turnThePage() {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 4));
    const first = await list({ asOf, first: 2 }, id);
    const input = { participantGroupId: id, participantIds: ['p2'] };
    await mutate(app, lab.admin.token, 'replaceGroupParticipants', input);
    return list({ asOf, after: first.pageInfo.endCursor }, id);
  }

  it('keeps the version that the first page was read at while the group changes on', async () => {
    expect(idsOf((await turnThePage()).nodes)).toEqual(['p2', 'p3']);
  });

  it('keeps the count of that version too', async () => {
    expect((await turnThePage()).totalCount).toBe(4);
  });

  it('is no cursor of the members of now', async () => {
    const { endCursor: after } = (await list({ asOfVersion: 1 })).pageInfo;
    expect(await refused({ after })).toMatchObject({ code: 'INVALID_INPUT', argument: 'after' });
  });

  it('is no cursor of another moment', async () => {
    const { endCursor: after } = (await list({ asOf: moments[1] ?? '' })).pageInfo;
    expect(await refused({ asOf: moments[2] ?? '', after })).toMatchObject({ argument: 'after' });
  });
});
