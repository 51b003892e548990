import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { pageInfo } from '../support/paging.ts';
import { createBench, only } from './fixtures/sets.ts';
import { insertStudy, versionOf } from './fixtures/studies.ts';

const app = await startApp();
const bench = await createBench(app);
const { workspaceId, perform, makeSet, read } = bench;
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const remove = (filterSetId: string) => perform('deleteFilterSet', { filterSetId });
const lock = (filterSetId: string) => perform('lockFilterSet', { filterSetId });
const unlock = (filterSetId: string) => perform('unlockFilterSet', { filterSetId });

describe('deleting a filter set', () => {
  it('marks it as deleted, and says when', async () => {
    const id = await makeSet();
    expect(await remove(id)).toMatchObject({
      __typename: 'DeleteFilterSetPayload',
      filterSet: { id, isDeleted: true, deletedAt: expect.any(String) },
    });
  });

  it('takes it out of its workspace’s list and count', async () => {
    const id = await makeSet();
    const count = async () =>
      (await read(workspaceId, '... on Workspace { filterSets { totalCount } }')).filterSets.totalCount;
    const before = await count();
    await remove(id);
    expect(await bench.listed()).not.toContain(id);
    expect(await count()).toBe(before - 1);
  });

  it('leaves it readable by its id, with its versions', async () => {
    const id = await makeSet();
    await remove(id);
    expect(await read(id, '... on FilterSet { name isDeleted versions { nodes { version } } }')).toEqual({
      name: 'Adults',
      isDeleted: true,
      versions: { nodes: [{ version: 1 }] },
    });
  });

  it('succeeds and changes nothing when it is deleted already', async () => {
    const id = await makeSet();
    const first = await remove(id);
    expect(await remove(id)).toEqual(first);
  });

  it.each(['ACTIVE', 'PAUSED', 'COMPLETED'] as const)(
    'leaves a study that is %s the version that it was published with',
    async (status) => {
      const id = await makeSet();
      const study = await insertStudy(app, { workspaceId, filterSetId: id, status });
      expect((await remove(id)).__typename).toBe('DeleteFilterSetPayload');
      expect(await versionOf(app, study)).toBe(1);
      const { studies } = await read(id, '... on FilterSet { studies { nodes { id } } }');
      expect(studies.nodes).toEqual([{ id: study }]);
    },
  );

  it('is refused while unpublished studies use it, and names them alone', async () => {
    const id = await makeSet();
    await insertStudy(app, { workspaceId, filterSetId: id, status: 'ACTIVE' });
    const drafts = [
      await insertStudy(app, { workspaceId, filterSetId: id }),
      await insertStudy(app, { workspaceId, filterSetId: id }),
    ];
    expect(await remove(id)).toMatchObject({
      __typename: 'FilterSetInUseError',
      code: 'IN_USE',
      studies: { totalCount: 2, nodes: drafts.map((study) => ({ id: study })) },
    });
    expect(await read(id, '... on FilterSet { isDeleted }')).toEqual({ isDeleted: false });
  });

  it('names the studies that use it in pages', async () => {
    const id = await makeSet();
    const drafts: string[] = [];
    for (let made = 0; made < 3; made++)
      drafts.push(await insertStudy(app, { workspaceId, filterSetId: id }));
    const query = `mutation ($id: ID!, $after: String) { deleteFilterSet(input: { filterSetId: $id }) {
      ... on FilterSetInUseError { studies(first: 2, after: $after) { nodes { id } ${pageInfo} } } } }`;
    const page = async (after: string | null) => {
      const { data } = await app.ask(bench.collaborator.token, query, { id, after });
      return data.deleteFilterSet.studies;
    };
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([...first.nodes, ...second.nodes]).toEqual(drafts.map((study) => ({ id: study })));
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  });
});

describe('a deleted filter set', () => {
  it.each(['updateFilterSet', 'lockFilterSet', 'unlockFilterSet'] as const)(
    'refuses %s by the path of its id',
    async (mutation) => {
      const id = await makeSet();
      await remove(id);
      expect(await perform(mutation, { filterSetId: id })).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [
          { path: ['input', 'filterSetId'], message: expect.stringContaining('This filter set is deleted') },
        ],
      });
    },
  );
});

describe('locking a filter set', () => {
  it('marks it as locked, and unlocking as unlocked', async () => {
    const id = await makeSet();
    expect(await lock(id)).toMatchObject({
      __typename: 'LockFilterSetPayload',
      filterSet: { isLocked: true },
    });
    expect(await unlock(id)).toMatchObject({
      __typename: 'UnlockFilterSetPayload',
      filterSet: { isLocked: false },
    });
  });

  it.each([{ name: 'Children' }, { filters: [only('p1')] }, { expectedVersion: 7 }, {}])(
    'refuses the edit %j',
    async (edit) => {
      const id = await makeSet();
      await lock(id);
      expect(await perform('updateFilterSet', { filterSetId: id, ...edit })).toMatchObject({
        __typename: 'FilterSetLockedError',
        code: 'LOCKED',
        filterSet: { id, isLocked: true },
      });
      expect(await read(id, '... on FilterSet { name currentVersion { version } }')).toEqual({
        name: 'Adults',
        currentVersion: { version: 1 },
      });
    },
  );

  it('refuses deletion, until it is unlocked', async () => {
    const id = await makeSet();
    await lock(id);
    expect(await remove(id)).toMatchObject({ __typename: 'FilterSetLockedError', filterSet: { id } });
    await unlock(id);
    expect((await remove(id)).__typename).toBe('DeleteFilterSetPayload');
  });

  it('leaves its studies with it, and it stays listed', async () => {
    const id = await makeSet();
    const study = await insertStudy(app, { workspaceId, filterSetId: id });
    await lock(id);
    const { studies } = await read(id, '... on FilterSet { studies { nodes { id } } }');
    expect(studies.nodes).toEqual([{ id: study }]);
    expect(await bench.listed()).toContain(id);
  });

  it('succeeds again and again, and so does unlocking', async () => {
    const id = await makeSet();
    expect((await unlock(id)).filterSet.isLocked).toBe(false);
    const first = await lock(id);
    expect(await lock(id)).toEqual(first);
    const then = await unlock(id);
    expect(await unlock(id)).toEqual(then);
  });
});
