import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, unknownId } from '../support/factories.ts';
import { createBench, membersOf, only } from './fixtures/sets.ts';
import { insertStudy } from './fixtures/studies.ts';

const app = await startApp();
const bench = await createBench(app);
const { workspaceId, perform, read } = bench;
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const create = (filters: readonly object[], name = 'Adults', token = bench.collaborator.token) =>
  perform('createFilterSet', { workspaceId, name, filters }, token);

async function stored(): Promise<unknown> {
  const tables = ['filter_set', 'filter_set_version', 'filter_tree', 'filter_node', 'audit_entry'];
  return Promise.all(tables.map((table) => app.sql(`SELECT count(*)::int AS count FROM ${table}`)));
}

describe('making a filter set', () => {
  it('answers with the set at version 1, unlocked and live', async () => {
    const answer = await create([only('p1')], ' Adults ');
    expect(answer).toEqual({
      __typename: 'CreateFilterSetPayload',
      filterSet: {
        id: expect.any(String),
        name: 'Adults',
        isLocked: false,
        isDeleted: false,
        deletedAt: null,
        createdAt: expect.any(String),
        workspace: { id: workspaceId },
        currentVersion: {
          id: expect.any(String),
          version: 1,
          createdAt: expect.any(String),
          actor: { name: 'Cleo Collaborator' },
          filterSet: { id: answer.filterSet.id },
        },
      },
    });
  });

  it('takes a name that another has', async () => {
    const [one, other] = [await create([], 'Same'), await create([], 'Same')];
    expect(one.filterSet.id).not.toBe(other.filterSet.id);
  });

  it('lists it in its workspace, after those that were there', async () => {
    const [first, second] = [(await create([])).filterSet.id, (await create([])).filterSet.id];
    expect((await bench.listed()).slice(-2)).toEqual([first, second]);
  });

  it('keeps its filters as they were given: the same once more make no version', async () => {
    const group = await createGroup(app, bench.admin.token, workspaceId);
    const studyId = await insertStudy(app, { workspaceId });
    const filters = [
      {
        any: [
          { participantGroupAllowlist: { participantGroupIds: [group], joinedBeforeDays: 7 } },
          { all: [{ participantGroupBlocklist: { participantGroupIds: [group], joinedWithinDays: 3 } }] },
        ],
      },
      only(' p1 ', 'p2'),
      { customBlocklist: { participantIds: ['p3'] } },
      { previousStudiesAllowlist: { studyIds: [studyId] } },
      { previousStudiesBlocklist: { studyIds: [studyId], statuses: ['REJECTED', 'RETURNED'] } },
    ];
    const { filterSet } = await create(filters);
    const again = await perform('updateFilterSet', { filterSetId: filterSet.id, filters });
    expect(again.filterSet.currentVersion).toEqual(filterSet.currentVersion);
  });

  it('is refused to who only reads', async () => {
    expect(await create([], 'Adults', bench.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });
});

const theirs = await createGroup(app, bench.stranger.token, bench.strangersWorkspaceId);
const theirStudy = await insertStudy(app, { workspaceId: bench.strangersWorkspaceId });
const deleted = await createGroup(app, bench.admin.token, workspaceId);
await perform('deleteParticipantGroup', { participantGroupId: deleted });
const nobodys = unknownId('ParticipantGroup');
const nothing = unknownId('Study');

describe('making a filter set is refused, and nothing is written,', () => {
  it.each([
    ['for another workspace’s group', membersOf(theirs), { __typename: 'NotFoundError', id: theirs }],
    ['for a group of nobody', membersOf(nobodys), { __typename: 'NotFoundError', id: nobodys }],
    [
      'for a deleted group',
      membersOf(deleted),
      { __typename: 'GroupDeletedError', participantGroup: { id: deleted } },
    ],
    [
      'for another workspace’s study',
      { previousStudiesAllowlist: { studyIds: [theirStudy] } },
      { __typename: 'NotFoundError', id: theirStudy },
    ],
    [
      'for a study of nobody',
      { previousStudiesBlocklist: { studyIds: [nothing] } },
      { __typename: 'NotFoundError', id: nothing },
    ],
    [
      'for a malformed participant ID',
      only('p1', 'not one'),
      {
        __typename: 'InvalidParticipantIdsError',
        invalidCount: 1,
        invalid: [{ index: 1, participantId: 'not one' }],
      },
    ],
    [
      'for a group that is named twice',
      membersOf(deleted, deleted),
      {
        __typename: 'InvalidInputError',
        issues: [
          { path: ['input', 'filters', '1', 'participantGroupAllowlist', 'participantGroupIds', '1'] },
        ],
      },
    ],
    [
      'for the id of something else',
      membersOf(workspaceId),
      {
        __typename: 'InvalidInputError',
        issues: [
          { path: ['input', 'filters', '1', 'participantGroupAllowlist', 'participantGroupIds', '0'] },
        ],
      },
    ],
    [
      'for an empty "any"',
      { any: [] },
      { __typename: 'InvalidInputError', issues: [{ path: ['input', 'filters', '1', 'any'] }] },
    ],
  ])('%s', async (_what, filter, error) => {
    const before = await stored();
    expect(await create([only('fine'), filter])).toMatchObject(error);
    expect(await stored()).toEqual(before);
  });

  it('for an empty name', async () => {
    const before = await stored();
    const issues = [{ path: ['input', 'name'] }];
    expect(await create([], ' ')).toMatchObject({ __typename: 'InvalidInputError', issues });
    expect(await stored()).toEqual(before);
  });
});

describe('duplicating a filter set', () => {
  it('makes a new set whose version 1 is the newest of the other', async () => {
    const original = await bench.makeSet([only('p1')]);
    await perform('updateFilterSet', { filterSetId: original, filters: [only('p2')] });
    const { filterSet } = await perform('duplicateFilterSet', { filterSetId: original, name: 'Copy' });
    expect(filterSet).toMatchObject({ name: 'Copy', isLocked: false, currentVersion: { version: 1 } });
    expect(filterSet.id).not.toBe(original);
    const same = { filterSetId: filterSet.id, filters: [only('p2')] };
    expect((await perform('updateFilterSet', same)).filterSet.currentVersion.version).toBe(1);
  });

  it('leaves the original as it is, and its studies with it', async () => {
    const original = await bench.makeSet([only('p1')]);
    const studyId = await insertStudy(app, { workspaceId, filterSetId: original });
    const selection = '... on FilterSet { name isLocked currentVersion { id } studies { nodes { id } } }';
    const before = await read(original, selection);
    const { filterSet } = await perform('duplicateFilterSet', { filterSetId: original, name: 'Copy' });
    expect(await read(original, selection)).toEqual(before);
    expect(before.studies.nodes).toEqual([{ id: studyId }]);
    expect((await read(filterSet.id, selection)).studies.nodes).toEqual([]);
  });

  it('makes copies that go their own ways', async () => {
    const original = await bench.makeSet([only('p1')]);
    const { filterSet } = await perform('duplicateFilterSet', { filterSetId: original, name: 'Copy' });
    await perform('updateFilterSet', { filterSetId: filterSet.id, filters: [] });
    expect(await bench.versionsOf(original)).toEqual([1]);
  });

  it.each(['lockFilterSet', 'deleteFilterSet'] as const)('works after %s too', async (mutation) => {
    const original = await bench.makeSet([only('p1')]);
    await perform(mutation, { filterSetId: original });
    const { filterSet } = await perform('duplicateFilterSet', { filterSetId: original, name: 'Copy' });
    expect(filterSet).toMatchObject({ isLocked: false, isDeleted: false });
  });

  it('is refused when the newest version names a group that was deleted since', async () => {
    const group = await createGroup(app, bench.admin.token, workspaceId);
    const original = await bench.makeSet([membersOf(group)]);
    await perform('deleteParticipantGroup', { participantGroupId: group });
    const before = await stored();
    expect(await perform('duplicateFilterSet', { filterSetId: original, name: 'Copy' })).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: group },
    });
    expect(await stored()).toEqual(before);
  });
});
