import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup } from '../support/factories.ts';
import { createBench, membersOf, only } from './fixtures/sets.ts';
import { insertStudy, versionOf } from './fixtures/studies.ts';

const app = await startApp();
const bench = await createBench(app);
const { workspaceId, perform, makeSet, versionsOf } = bench;
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const update = (filterSetId: string, edit: object) => perform('updateFilterSet', { filterSetId, ...edit });

describe('an edit of the filters', () => {
  it('makes the next version', async () => {
    const id = await makeSet([only('p1')]);
    const { filterSet } = await update(id, { filters: [only('p2')] });
    expect(filterSet).toMatchObject({ id, currentVersion: { version: 2, filterSet: { id } } });
    expect(await versionsOf(id)).toEqual([1, 2]);
  });

  it('tells who made the version', async () => {
    const id = await makeSet();
    const edit = { filterSetId: id, filters: [only('p2')] };
    const { filterSet } = await perform('updateFilterSet', edit, bench.admin.token);
    expect(filterSet.currentVersion.actor).toEqual({ name: 'Ada Admin' });
  });

  it('leaves older versions as they were', async () => {
    const id = await makeSet([only('p1')]);
    const selection = '... on FilterSet { versions(first: 1) { nodes { id version createdAt } } }';
    const before = await bench.read(id, selection);
    await update(id, { filters: [] });
    expect(await bench.read(id, selection)).toEqual(before);
  });

  it('may take all filters away', async () => {
    const id = await makeSet([only('p1')]);
    expect((await update(id, { filters: [] })).filterSet.currentVersion.version).toBe(2);
  });

  it('makes no version for the same groups and participant IDs in another order', async () => {
    const [one, two] = [
      await createGroup(app, bench.admin.token, workspaceId),
      await createGroup(app, bench.admin.token, workspaceId),
    ];
    const id = await makeSet([membersOf(one, two), only('p1', 'p2')]);
    await update(id, { filters: [membersOf(two, one), only(' p2', 'p1 ')] });
    expect(await versionsOf(id)).toEqual([1]);
  });

  it.each([
    ['an order of filters that is another', [only('p2'), only('p1')]],
    ['another kind', [only('p1'), { customBlocklist: { participantIds: ['p2'] } }]],
    ['one filter less', [only('p1')]],
    ['one more participant ID', [only('p1'), only('p2', 'p3')]],
    ['the same filters a level deeper', [{ all: [only('p1'), only('p2')] }]],
  ])('makes a version for %s', async (_what, filters) => {
    const id = await makeSet([only('p1'), only('p2')]);
    await update(id, { filters });
    expect(await versionsOf(id)).toEqual([1, 2]);
  });

  it('that says the same, but names a group that was deleted since, is refused', async () => {
    const group = await createGroup(app, bench.admin.token, workspaceId);
    const id = await makeSet([membersOf(group)]);
    await perform('deleteParticipantGroup', { participantGroupId: group });
    expect((await update(id, { filters: [membersOf(group)] })).__typename).toBe('GroupDeletedError');
  });

  it('with a malformed participant ID is refused, and changes nothing', async () => {
    const id = await makeSet();
    expect(await update(id, { name: 'New', filters: [only('?')] })).toMatchObject({
      __typename: 'InvalidParticipantIdsError',
    });
    expect(await bench.read(id, '... on FilterSet { name }')).toEqual({ name: 'Adults' });
  });

  it('to null is refused with its path', async () => {
    expect(await update(await makeSet(), { filters: null })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'filters'] }],
    });
  });
});

describe('an edit of the name', () => {
  it('renames the set and makes no version', async () => {
    const id = await makeSet();
    expect((await update(id, { name: 'Children' })).filterSet.name).toBe('Children');
    expect(await versionsOf(id)).toEqual([1]);
  });

  it('with an edit of the filters is one version', async () => {
    const id = await makeSet();
    const { filterSet } = await update(id, { name: 'Children', filters: [only('p1')] });
    expect(filterSet).toMatchObject({ name: 'Children', currentVersion: { version: 2 } });
  });
});

describe('an expected version', () => {
  it('lets the edit through when it is the newest', async () => {
    const id = await makeSet();
    const { filterSet } = await update(id, { filters: [only('p1')], expectedVersion: 1 });
    expect(filterSet.currentVersion.version).toBe(2);
  });

  it('refuses the edit when it is not, and tells the newest', async () => {
    const id = await makeSet();
    await update(id, { filters: [only('p1')] });
    expect(await update(id, { filters: [only('p2')], expectedVersion: 1 })).toMatchObject({
      __typename: 'VersionConflictError',
      code: 'CONFLICT',
      current: 2,
    });
    expect(await versionsOf(id)).toEqual([1, 2]);
  });
});

describe('a study that takes its filters from a set', () => {
  it('has the newest version at once while it is unpublished', async () => {
    const id = await makeSet();
    const studies = [
      await insertStudy(app, { workspaceId, filterSetId: id }),
      await insertStudy(app, { workspaceId, filterSetId: id }),
    ];
    await update(id, { filters: [only('p1')] });
    expect(await Promise.all(studies.map((study) => versionOf(app, study)))).toEqual([2, 2]);
  });

  it.each(['ACTIVE', 'PAUSED', 'COMPLETED'] as const)('keeps its version once it is %s', async (status) => {
    const id = await makeSet();
    const study = await insertStudy(app, { workspaceId, filterSetId: id, status });
    await update(id, { filters: [only('p1')] });
    expect(await versionOf(app, study)).toBe(1);
  });

  it('is listed by the set, published or not, in the order of making', async () => {
    const id = await makeSet();
    const active = await insertStudy(app, { workspaceId, filterSetId: id, status: 'ACTIVE' });
    await insertStudy(app, { workspaceId });
    const draft = await insertStudy(app, { workspaceId, filterSetId: id });
    await update(id, { filters: [only('p1')] });
    const { studies } = await bench.read(id, '... on FilterSet { studies { totalCount nodes { id } } }');
    expect(studies).toEqual({ totalCount: 2, nodes: [{ id: active }, { id: draft }] });
  });

  it('is left alone by an edit of another set', async () => {
    const study = await insertStudy(app, { workspaceId, filterSetId: await makeSet() });
    await update(await makeSet(), { filters: [only('p1')] });
    expect(await versionOf(app, study)).toBe(1);
  });
});
