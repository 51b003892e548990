import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { allowing, createFilterSet, createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);
const copy = (studyId: string, input: object = {}) =>
  mutate(app, token, 'duplicateStudy', { studyId, ...input });
const plain = { blockPreviousParticipants: false };

describe('copying a study', () => {
  it('makes a draft with the same fields and filters, and another id', async () => {
    const fields = { internalName: 'I', description: 'D', totalAvailablePlaces: 7, maximumMinutes: 9 };
    const filters = [...allowing(group), { any: [{ customAllowlist: { participantIds: ['a', 'b'] } }] }];
    const id = await createStudy(
      app,
      token,
      projectId,
      { name: 'Original', ...fields, filters },
      'publishStudy',
    );
    const { study } = await copy(id, plain);
    expect(study.id).not.toBe(id);
    expect(study).toMatchObject({
      name: 'Original (copy)',
      ...fields,
      project: { id: projectId },
      status: 'UNPUBLISHED',
      revision: 1,
      publishedAt: null,
      filters: [
        { participantGroups: [{ id: group }] },
        { filters: [{ participantIdCount: 2, participantIds: { nodes: ['a', 'b'] } }] },
      ],
    });
    expect(study.filters).toHaveLength(2);
  });

  it('keeps out whoever has a submission to the original, unless told otherwise', async () => {
    const id = await createStudy(app, token, projectId, { filters: [{ any: allowing(group) }] });
    const { filters } = (await copy(id)).study;
    expect(filters).toHaveLength(2);
    expect(filters[1]).toEqual({
      __typename: 'PreviousStudiesBlocklist',
      studies: [{ id }],
      statuses: ['ACTIVE', 'AWAITING_REVIEW', 'APPROVED', 'REJECTED', 'RETURNED', 'TIMED_OUT'],
    });
  });

  it('takes a name, and cuts the original’s where the mark would make it too long', async () => {
    const id = await createStudy(app, token, projectId, { name: '🐴'.repeat(200) });
    expect((await copy(id, { name: ' Named ' })).study.name).toBe('Named');
    expect((await copy(id)).study.name).toBe(`${'🐴'.repeat(193)} (copy)`);
  });

  it('gives the copy filters of its own, which an edit of the original leaves alone', async () => {
    const id = await createStudy(app, token, projectId, { filters: allowing(group) });
    const { study } = await copy(id, plain);
    await mutate(app, token, 'updateStudy', { studyId: id, filters: [] });
    await mutate(app, token, 'deleteStudy', { studyId: id });
    const { study: after } = await mutate(app, token, 'updateStudy', { studyId: study.id });
    expect(after.filters).toEqual(study.filters);
  });

  it('of a filter set’s study gives the copy the version’s filters as its own', async () => {
    const template = await createStudy(app, token, projectId, { filters: allowing(group) });
    const { filterSetId } = await createFilterSet(app, template, lab.admin.userId);
    const { study } = await copy(await createStudy(app, token, projectId, { filterSetId }), plain);
    expect(study).toMatchObject({
      filterSetVersion: null,
      filters: [{ participantGroups: [{ id: group }] }],
    });
  });

  it('is refused where the original names a group that was deleted since', async () => {
    const deleted = await createGroup(app, token, lab.workspaceId);
    const moves = ['publishStudy', 'stopStudy'] as const;
    const id = await createStudy(app, token, projectId, { filters: allowing(deleted) }, ...moves);
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: deleted });
    expect(await copy(id)).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: deleted },
    });
  });

  it('is refused where the original’s filters leave no room for one more, by its path', async () => {
    const filters = Array.from({ length: 100 }, () => allowing(group)[0]);
    const id = await createStudy(app, token, projectId, { filters });
    expect(await copy(id)).toMatchObject({ issues: [{ path: ['input', 'blockPreviousParticipants'] }] });
    expect((await copy(id, plain)).study.filters).toHaveLength(100);
  });
});
