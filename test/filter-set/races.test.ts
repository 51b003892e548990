import { afterEach, describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { holdTable, untilWaiting } from '../support/lock.ts';
import { openSession } from './fixtures/sessions.ts';
import { createBench, only } from './fixtures/sets.ts';
import { insertStudy, versionOf } from './fixtures/studies.ts';

const app = await startApp();
const bench = await createBench(app);
const { workspaceId, perform, makeSet, versionsOf } = bench;
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const uuidOf = (id: string) => decodeGlobalId(id)?.key;
const update = (filterSetId: string, ...participantIds: string[]) =>
  perform('updateFilterSet', { filterSetId, filters: [only(...participantIds)] });

const lockStudy = 'SELECT status FROM study WHERE id = $1 FOR NO KEY UPDATE';
const publish = `UPDATE study SET status = 'ACTIVE', published_at = now() WHERE id = $1`;
const holdSet = `SELECT deleted_at IS NOT NULL AS "isDeleted" FROM filter_set WHERE id = $1 FOR KEY SHARE`;
/** Makes a study of the set's newest version, as it is when the set is held. */
const makeStudy = `INSERT INTO study (id, workspace_key, project_key, name, total_available_places, filter_tree_key, filter_set_key)
  SELECT gen_random_uuid(), model.workspace_key, model.project_key, 'Made meanwhile', 1, version.filter_tree_key, filter_set.key
  FROM filter_set JOIN filter_set_version AS version ON version.filter_set_key = filter_set.key
    AND version.version = filter_set.version
  JOIN study AS model ON model.id = $2 WHERE filter_set.id = $1 RETURNING id`;

describe('edits at the same moment', () => {
  it('make a version each, in their order', async () => {
    const id = await makeSet();
    const study = await insertStudy(app, { workspaceId, filterSetId: id });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => update(id, `p${index}`)));
    expect(answers.map(({ __typename }) => __typename)).toEqual(
      Array.from({ length: 8 }, () => 'UpdateFilterSetPayload'),
    );
    expect(await versionsOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await versionOf(app, study)).toBe(9);
  });

  it('make versions whose times never go back', async () => {
    const id = await makeSet();
    await Promise.all(Array.from({ length: 8 }, (_, index) => update(id, `p${index}`)));
    const { versions } = await bench.read(id, '... on FilterSet { versions { nodes { createdAt } } }');
    const times = versions.nodes.map(({ createdAt }: { createdAt: string }) => createdAt);
    expect(times).toEqual(times.toSorted());
  });

  it('with the same expected version make one version, and the other is told', async () => {
    const id = await makeSet();
    const edit = (participantId: string) =>
      perform('updateFilterSet', {
        filterSetId: id,
        filters: [only(participantId)],
        expectedVersion: 1,
      });
    const answers = await Promise.all([edit('p1'), edit('p2')]);
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      'UpdateFilterSetPayload',
      'VersionConflictError',
    ]);
    expect(await versionsOf(id)).toEqual([1, 2]);
  });

  it('with a lock are done before it, or refused', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await makeSet();
      const [edited] = await Promise.all([update(id, 'p1'), perform('lockFilterSet', { filterSetId: id })]);
      const isDone = edited.__typename === 'UpdateFilterSetPayload';
      if (!isDone) expect(edited.__typename).toBe('FilterSetLockedError');
      expect(await versionsOf(id)).toEqual(isDone ? [1, 2] : [1]);
    }
  });
});

describe('a study that is being published', () => {
  it('keeps the version that was newest then, though the edit had begun to wait for it', async () => {
    const id = await makeSet();
    const study = await insertStudy(app, { workspaceId, filterSetId: id });
    const publisher = await openSession(app);
    await publisher.query(lockStudy, [uuidOf(study)]);
    await publisher.query(publish, [uuidOf(study)]);
    const editing = update(id, 'p1');
    await untilWaiting(app);
    await publisher.commit();
    expect((await editing).filterSet.currentVersion.version).toBe(2);
    expect(await versionOf(app, study)).toBe(1);
  });

  it('has the version of an edit that came first, though it is not committed yet', async () => {
    const id = await makeSet();
    const study = await insertStudy(app, { workspaceId, filterSetId: id });
    const release = await holdTable(app.databaseUrl, 'audit_entry');
    const editing = update(id, 'p1');
    await untilWaiting(app);
    const publisher = await openSession(app);
    const publishing = publisher.query(lockStudy, [uuidOf(study)]);
    await untilWaiting(app, 2);
    await release();
    await editing;
    await publishing;
    await publisher.query(publish, [uuidOf(study)]);
    await publisher.commit();
    expect(await versionOf(app, study)).toBe(2);
    await update(id, 'p2');
    expect(await versionOf(app, study)).toBe(2);
  });

  it('and is not, after all, follows the edit', async () => {
    const id = await makeSet();
    const study = await insertStudy(app, { workspaceId, filterSetId: id });
    const publisher = await openSession(app);
    await publisher.query(lockStudy, [uuidOf(study)]);
    const editing = update(id, 'p1');
    await untilWaiting(app);
    await publisher.commit();
    await editing;
    expect(await versionOf(app, study)).toBe(2);
  });
});

describe('a study that is being made on a filter set', () => {
  it('has the version of an edit that had begun to wait for it', async () => {
    const id = await makeSet();
    const model = await insertStudy(app, { workspaceId });
    const maker = await openSession(app);
    await maker.query(holdSet, [uuidOf(id)]);
    const [study] = await maker.query<{ id: string }>(makeStudy, [uuidOf(id), uuidOf(model)]);
    const editing = update(id, 'p1');
    await untilWaiting(app);
    await maker.commit();
    await editing;
    const [row] = await app.sql<{ version: number }>(
      'SELECT version FROM study JOIN filter_set_version USING (filter_tree_key) WHERE study.id = $1',
      [study?.id],
    );
    expect(row?.version).toBe(2);
  });

  it('keeps the set from being deleted, though it is not committed yet', async () => {
    const id = await makeSet();
    const model = await insertStudy(app, { workspaceId });
    const maker = await openSession(app);
    await maker.query(holdSet, [uuidOf(id)]);
    await maker.query(makeStudy, [uuidOf(id), uuidOf(model)]);
    const deleting = perform('deleteFilterSet', { filterSetId: id });
    await untilWaiting(app);
    await maker.commit();
    expect(await deleting).toMatchObject({ __typename: 'FilterSetInUseError', studies: { totalCount: 1 } });
  });

  it('waits for a deletion that came first, and sees it', async () => {
    const id = await makeSet();
    const release = await holdTable(app.databaseUrl, 'audit_entry');
    const deleting = perform('deleteFilterSet', { filterSetId: id });
    await untilWaiting(app);
    const maker = await openSession(app);
    const holding = maker.query<{ isDeleted: boolean }>(holdSet, [uuidOf(id)]);
    await untilWaiting(app, 2);
    await release();
    expect((await deleting).__typename).toBe('DeleteFilterSetPayload');
    expect(await holding).toEqual([{ isDeleted: true }]);
    await maker.commit();
  });
});
