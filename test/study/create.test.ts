import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people, unknownId } from '../support/factories.ts';
import { allowing, createFilterSet, createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId, people(0, 3));
const other = await createGroup(app, token, lab.workspaceId);

const create = (input: object, by = token) =>
  mutate(app, by, 'createStudy', { projectId, name: 'Study', totalAvailablePlaces: 10, ...input });

describe('making a study', () => {
  it('makes a draft that lets everyone pass', async () => {
    const { __typename, study } = await create({
      name: '  First  ',
      internalName: 'S1',
      description: 'About',
    });
    expect(__typename).toBe('CreateStudyPayload');
    expect(study).toEqual({
      id: expect.any(String),
      name: 'First',
      internalName: 'S1',
      description: 'About',
      project: { id: projectId },
      status: 'UNPUBLISHED',
      revision: 1,
      totalAvailablePlaces: 10,
      maximumMinutes: null,
      createdAt: expect.any(String),
      publishedAt: null,
      filters: [],
      filterSetVersion: null,
      completionCodes: [],
    });
  });

  it('takes every kind of filter, and shows them as they were given', async () => {
    const earlier = await createStudy(app, token, projectId);
    const participantGroupIds = [other, group];
    const { study } = await create({
      filters: [
        { participantGroupAllowlist: { participantGroupIds, joinedWithinDays: 30, joinedBeforeDays: 7 } },
        { participantGroupBlocklist: { participantGroupIds: [other] } },
        {
          any: [
            { customAllowlist: { participantIds: ['b', ' a '] } },
            { customAllowlist: { participantIds: ['c'] } },
          ],
        },
        { all: [{ customBlocklist: { participantIds: ['d'] } }] },
        { previousStudiesAllowlist: { studyIds: [earlier] } },
        { previousStudiesBlocklist: { studyIds: [earlier] } },
        { previousStudiesBlocklist: { studyIds: [earlier], statuses: ['REJECTED'] } },
      ],
    });
    const [first, second] = participantGroupIds.map((id) => ({ id }));
    const custom = (type: string, ...nodes: string[]) => ({
      __typename: type,
      participantIdCount: nodes.length,
      participantIds: { nodes },
    });
    const all = ['ACTIVE', 'AWAITING_REVIEW', 'APPROVED', 'REJECTED', 'RETURNED', 'TIMED_OUT'];
    const studies = [{ id: earlier }];
    expect(study.filters).toEqual([
      {
        __typename: 'ParticipantGroupAllowlist',
        participantGroups: [first, second],
        joinedWithinDays: 30,
        joinedBeforeDays: 7,
      },
      {
        __typename: 'ParticipantGroupBlocklist',
        participantGroups: [first],
        joinedWithinDays: null,
        joinedBeforeDays: null,
      },
      {
        __typename: 'AnyFilter',
        filters: [custom('CustomAllowlist', 'a', 'b'), custom('CustomAllowlist', 'c')],
      },
      { __typename: 'AllFilters', filters: [custom('CustomBlocklist', 'd')] },
      { __typename: 'PreviousStudiesAllowlist', studies, statuses: ['APPROVED'] },
      { __typename: 'PreviousStudiesBlocklist', studies, statuses: all },
      { __typename: 'PreviousStudiesBlocklist', studies, statuses: ['REJECTED'] },
    ]);
  });

  it('takes the filters of a filter set, by its newest version', async () => {
    const template = await createStudy(app, token, projectId, { filters: allowing(group) });
    const set = await createFilterSet(app, template, lab.admin.userId);
    const { study } = await create({ filterSetId: set.filterSetId });
    expect(study).toMatchObject({
      filterSetVersion: { id: set.filterSetVersionId, version: 1 },
      filters: [{ participantGroups: [{ id: group }] }],
    });
  });

  it.each([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['internalName', { internalName: '' }],
    ['internalName', { internalName: 'a\nb' }],
    ['description', { description: 'x'.repeat(2_001) }],
    ['totalAvailablePlaces', { totalAvailablePlaces: 0 }],
    ['totalAvailablePlaces', { totalAvailablePlaces: 1_000_001 }],
    ['maximumMinutes', { maximumMinutes: 0 }],
    ['maximumMinutes', { maximumMinutes: 525_601 }],
  ])('refuses a bad %s by its path (%#)', async (field, input) => {
    expect(await create(input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', field] }],
    });
  });

  it('takes the most that is allowed', async () => {
    const most = { name: 'x'.repeat(200), totalAvailablePlaces: 1_000_000, maximumMinutes: 525_600 };
    expect((await create(most)).study).toMatchObject(most);
  });

  it('refuses filters together with a filter set', async () => {
    const answer = await create({ filters: [], filterSetId: unknownId('FilterSet') });
    expect(answer).toMatchObject({ issues: [{ path: ['input', 'filterSetId'] }] });
  });

  it('tells the audit log', async () => {
    const { study } = await create({ name: 'Audited', filters: allowing(group) });
    const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes {
      action subjectName subject { id } changes { field from to } } } } }`;
    const { data } = await app.ask(lab.admin.token, query, { id: lab.workspaceId });
    expect(data.workspace.auditLog.nodes).toEqual([
      {
        action: 'STUDY_CREATED',
        subjectName: 'Audited',
        subject: { id: study.id },
        changes: [
          { field: 'name', from: null, to: 'Audited' },
          { field: 'totalAvailablePlaces', from: null, to: '10' },
          { field: 'projectId', from: null, to: projectId },
          { field: 'filters', from: null, to: JSON.stringify(allowing(group)) },
        ],
      },
    ]);
  });
});

describe('what a new study’s filters may name', () => {
  const stored = () => app.sql('SELECT (SELECT count(*) FROM study), (SELECT count(*) FROM filter_tree)');

  async function expectNothingWritten(input: object, error: object): Promise<void> {
    const before = await stored();
    expect(await create(input)).toMatchObject(error);
    expect(await stored()).toEqual(before);
  }

  it('is no group of another workspace', async () => {
    const id = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId);
    await expectNothingWritten({ filters: allowing(group, id) }, { __typename: 'NotFoundError', id });
  });

  it('is no study of another workspace', async () => {
    const theirs = await createProject(app, lab.stranger.token, lab.strangersWorkspaceId);
    const id = await createStudy(app, lab.stranger.token, theirs);
    const filters = [{ previousStudiesBlocklist: { studyIds: [id] } }];
    await expectNothingWritten({ filters }, { __typename: 'NotFoundError', id });
  });

  it('is no filter set of another workspace', async () => {
    const theirs = await createProject(app, lab.stranger.token, lab.strangersWorkspaceId);
    const template = await createStudy(app, lab.stranger.token, theirs);
    const { filterSetId } = await createFilterSet(app, template, lab.stranger.userId);
    await expectNothingWritten({ filterSetId }, { __typename: 'NotFoundError', id: filterSetId });
  });

  it('is nothing that never was', async () => {
    const id = unknownId('ParticipantGroup');
    await expectNothingWritten({ filters: allowing(id) }, { __typename: 'NotFoundError', id });
    const filterSetId = unknownId('FilterSet');
    await expectNothingWritten({ filterSetId }, { __typename: 'NotFoundError', id: filterSetId });
  });

  it('is no deleted group', async () => {
    const id = await createGroup(app, token, lab.workspaceId);
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: id });
    const error = { __typename: 'GroupDeletedError', participantGroup: { id } };
    await expectNothingWritten({ filters: [{ any: allowing(group, id) }] }, error);
  });

  it('is no deleted filter set', async () => {
    const set = await createFilterSet(app, await createStudy(app, token, projectId), lab.admin.userId);
    await app.sql('UPDATE filter_set SET deleted_at = now()');
    const error = { __typename: 'NotFoundError', id: set.filterSetId };
    await expectNothingWritten({ filterSetId: set.filterSetId }, error);
  });

  it('is no filter set whose newest version names a deleted group', async () => {
    const id = await createGroup(app, token, lab.workspaceId);
    const template = await createStudy(app, token, projectId, { filters: allowing(id) });
    const { filterSetId } = await createFilterSet(app, template, lab.admin.userId);
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: id });
    const error = { __typename: 'GroupDeletedError', participantGroup: { id } };
    await expectNothingWritten({ filterSetId }, error);
  });

  it('is no malformed participant ID', async () => {
    const filters = [{ customAllowlist: { participantIds: ['fine', 'not fine'] } }];
    await expectNothingWritten(
      { filters },
      { __typename: 'InvalidParticipantIdsError', invalidCount: 1, invalid: [{ index: 1 }] },
    );
  });
});
