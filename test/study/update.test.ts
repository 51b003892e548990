import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { allowing, createFilterSet, createStudy, type StudyMove } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);
const other = await createGroup(app, token, lab.workspaceId);

const make = (input: object = {}, ...moves: StudyMove[]) =>
  createStudy(app, token, projectId, input, ...moves);
const update = (studyId: string, input: object) => mutate(app, token, 'updateStudy', { studyId, ...input });
const blocking = (...participantIds: string[]) => [{ customBlocklist: { participantIds } }];

async function newestChanges() {
  const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes { action changes { field from to } } } } }`;
  const { data } = await app.ask(lab.admin.token, query, { id: lab.workspaceId });
  return data.workspace.auditLog.nodes[0];
}
const trees = () =>
  app.sql<{ trees: number }>(
    'SELECT (SELECT count(*)::int FROM filter_tree WHERE retired_at IS NULL) AS trees, (SELECT count(*)::int FROM study) AS studies',
  );

describe('editing a study', () => {
  it('writes what is given, and keeps what is left out', async () => {
    const id = await make({
      internalName: 'I',
      description: 'D',
      maximumMinutes: 5,
      filters: allowing(group),
    });
    const { study } = await update(id, { name: 'New', totalAvailablePlaces: 3 });
    expect(study).toMatchObject({
      name: 'New',
      internalName: 'I',
      description: 'D',
      totalAvailablePlaces: 3,
      maximumMinutes: 5,
      revision: 2,
      filters: [{ participantGroups: [{ id: group }] }],
    });
  });

  it('clears what may be empty with null', async () => {
    const id = await make({
      internalName: 'I',
      description: 'D',
      maximumMinutes: 5,
      filters: allowing(group),
    });
    const cleared = { internalName: null, description: null, maximumMinutes: null };
    const { study } = await update(id, { ...cleared, filters: null });
    expect(study).toMatchObject({ ...cleared, filters: [] });
  });

  it.each([{ name: null }, { totalAvailablePlaces: null }])('refuses to clear %o', async (input) => {
    const answer = await update(await make(), input);
    expect(answer).toMatchObject({ issues: [{ path: ['input', Object.keys(input)[0]] }] });
  });

  it('puts new filters in the place of the old ones, and leaves no tree behind', async () => {
    const id = await make({ filters: allowing(group) });
    const before = await trees();
    const { study } = await update(id, { filters: [{ any: allowing(other) }] });
    expect(study.filters).toMatchObject([{ filters: [{ participantGroups: [{ id: other }] }] }]);
    expect(await trees()).toEqual(before);
    const told = {
      field: 'filters',
      from: JSON.stringify(allowing(group)),
      to: JSON.stringify([{ any: allowing(other) }]),
    };
    expect(await newestChanges()).toEqual({ action: 'STUDY_UPDATED', changes: [told] });
  });

  it('with what is there already changes nothing', async () => {
    const filters = [...allowing(group), ...blocking('a', 'b')];
    const id = await make({ name: 'Same', filters });
    const [before, entry] = [await trees(), await newestChanges()];
    const { study } = await update(id, { name: 'Same', totalAvailablePlaces: 10, filters });
    expect(study.revision).toBe(1);
    expect([await trees(), await newestChanges()]).toEqual([before, entry]);
  });

  it('sees that a custom list of the same length has other IDs, and tells none of them', async () => {
    const id = await make({ filters: blocking('a', 'b') });
    const { study } = await update(id, { filters: blocking('a', 'secret') });
    expect(study).toMatchObject({ revision: 2, filters: [{ participantIds: { nodes: ['a', 'secret'] } }] });
    const log = JSON.stringify(await newestChanges());
    expect(log).toContain('participantIdCount');
    expect(log).not.toContain('secret');
  });

  it('is refused when another revision is expected', async () => {
    const id = await make();
    await update(id, { name: 'Second' });
    const answer = await update(id, { name: 'Third', expectedRevision: 1 });
    expect(answer).toMatchObject({ __typename: 'VersionConflictError', currentRevision: 2 });
    expect((await update(id, { name: 'Third', expectedRevision: 2 })).study.revision).toBe(3);
  });

  it('does not take a deleted group, and changes nothing then', async () => {
    const id = await make({ filters: allowing(group) });
    const deleted = await createGroup(app, token, lab.workspaceId);
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: deleted });
    const before = await trees();
    const answer = await update(id, { name: 'Other', filters: allowing(deleted) });
    expect(answer).toMatchObject({ __typename: 'GroupDeletedError', participantGroup: { id: deleted } });
    expect((await update(id, {})).study).toMatchObject({
      revision: 1,
      filters: [{ participantGroups: [{ id: group }] }],
    });
    expect(await trees()).toEqual(before);
  });

  it('counts its own fields, and not its moves', async () => {
    const id = await make({}, 'publishStudy', 'pauseStudy');
    expect((await update(id, {})).study.revision).toBe(1);
  });
});

describe('a published study', () => {
  it('takes new names, descriptions and places', async () => {
    const id = await make({}, 'publishStudy');
    const input = { name: 'New', internalName: 'I', description: 'D', totalAvailablePlaces: 99 };
    expect((await update(id, input)).study).toMatchObject({ ...input, status: 'ACTIVE', revision: 2 });
  });

  it.each([{ filters: [] }, { filters: null }, { filterSetId: null }, { maximumMinutes: 3 }])(
    'takes no %o',
    async (input) => {
      const id = await make({}, 'publishStudy');
      expect(await update(id, { ...input, name: 'New' })).toMatchObject({
        __typename: 'InvalidStudyStateError',
        code: 'INVALID_STATE',
        current: 'ACTIVE',
        allowed: ['PAUSED', 'COMPLETED'],
      });
      expect((await update(id, {})).study.name).not.toBe('New');
    },
  );
});

describe('a study of a filter set', async () => {
  const template = await make({ filters: allowing(group) });
  const set = await createFilterSet(app, template, lab.admin.userId);
  const { filterSetId, filterSetVersionId: id } = set;

  it('can be made of one with filters of its own, which go', async () => {
    const studyId = await make({ filters: allowing(other) });
    const [before] = await trees();
    const { study } = await update(studyId, { filterSetId });
    expect(study).toMatchObject({
      filterSetVersion: { id },
      filters: [{ participantGroups: [{ id: group }] }],
    });
    expect(await trees()).toEqual([{ ...before, trees: (before?.trees ?? 0) - 1 }]);
    expect((await newestChanges()).changes).toEqual([
      { field: 'filterSetId', from: null, to: filterSetId },
      { field: 'filters', from: JSON.stringify(allowing(other)), to: null },
    ]);
  });

  it('leaves the set when it is given filters of its own', async () => {
    const { study } = await update(await make({ filterSetId }), { filters: allowing(other) });
    expect(study).toMatchObject({
      filterSetVersion: null,
      filters: [{ participantGroups: [{ id: other }] }],
    });
  });

  it('leaves the set with a copy of its filters when the set is null', async () => {
    const { study } = await update(await make({ filterSetId }), { filterSetId: null });
    expect(study).toMatchObject({
      filterSetVersion: null,
      filters: [{ participantGroups: [{ id: group }] }],
    });
    const [version] = await app.sql(
      'SELECT 1 FROM filter_set_version JOIN filter_node ON tree_key = filter_tree_key',
    );
    expect(version).toBeDefined();
  });

  it('stays of the set when the set is named again', async () => {
    const { study } = await update(await make({ filterSetId }), { filterSetId });
    expect(study).toMatchObject({ filterSetVersion: { id }, revision: 1 });
  });

  it('keeps its set when it is published', async () => {
    const studyId = await make({ filterSetId }, 'publishStudy');
    expect((await update(studyId, {})).study).toMatchObject({ filterSetVersion: { id }, status: 'ACTIVE' });
  });
});
