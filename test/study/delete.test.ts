import { describe, expect, it } from 'vitest';
import { createToken, removeMember } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createGroup, createLab, createPerson, createProject } from '../support/factories.ts';
import { allowing, createFilterSet, createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);
const make = (input: object = {}) => createStudy(app, token, projectId, input);
const remove = (studyId: string, input: object = {}, by = token) =>
  mutate(app, by, 'deleteStudy', { studyId, ...input });
const naming = (...studyIds: string[]) => [{ any: [{ previousStudiesBlocklist: { studyIds } }] }];

describe('deleting a study', () => {
  it('takes a draft away for good, with its filters', async () => {
    const trees = () => app.sql('SELECT count(*) FROM filter_tree WHERE retired_at IS NULL');
    const before = await trees();
    const id = await make({ filters: [...allowing(group), { customBlocklist: { participantIds: ['a'] } }] });
    expect(await remove(id)).toEqual({ __typename: 'DeleteStudyPayload', deletedStudyId: id });
    const { data } = await app.ask(token, 'query ($id: ID!) { study(id: $id) { id } }', { id });
    expect(data.study).toBeNull();
    expect(await trees()).toEqual(before);
    expect(await remove(id)).toMatchObject({ __typename: 'NotFoundError', id });
  });

  it('takes a draft that names itself', async () => {
    const id = await make();
    await mutate(app, token, 'updateStudy', { studyId: id, filters: naming(id) });
    expect(await remove(id)).toMatchObject({ deletedStudyId: id });
  });

  it('leaves the filters of a set to the set', async () => {
    const set = await createFilterSet(app, await make({ filters: allowing(group) }), lab.admin.userId);
    await remove(await make({ filterSetId: set.filterSetId }));
    const id = await make({ filterSetId: set.filterSetId });
    const { study } = await mutate(app, token, 'updateStudy', { studyId: id });
    expect(study.filters).toMatchObject([{ participantGroups: [{ id: group }] }]);
  });

  it.each([['ACTIVE'], ['COMPLETED']])('is refused for a study that is %s', async (current) => {
    const id = await createStudy(app, token, projectId, {}, 'publishStudy');
    if (current === 'COMPLETED') await mutate(app, token, 'stopStudy', { studyId: id });
    expect(await remove(id)).toMatchObject({ __typename: 'InvalidStudyStateError', current });
  });

  it('is refused while filters of other studies and of filter sets name it, and names them', async () => {
    const id = await make();
    const users = [await make({ filters: naming(id) }), await make({ filters: naming(id, await make()) })];
    const set = await createFilterSet(app, await make({ filters: naming(id) }), lab.admin.userId);
    await make({ filterSetId: set.filterSetId });
    expect(await remove(id)).toMatchObject({
      __typename: 'StudyInUseError',
      code: 'IN_USE',
      studies: { totalCount: 2, nodes: users.map((user) => ({ id: user })) },
      filterSets: { totalCount: 1, nodes: [{ id: set.filterSetId }] },
    });
  });

  it('is refused for a study of a filter set that names it', async () => {
    const id = await make();
    const set = await createFilterSet(app, await make({ filters: naming(id) }), lab.admin.userId);
    await mutate(app, token, 'updateStudy', { studyId: id, filterSetId: set.filterSetId });
    expect(await remove(id)).toMatchObject({ filterSets: { nodes: [{ id: set.filterSetId }] } });
  });

  it('and naming it at once: one of the two is refused', async () => {
    for (let race = 0; race < 20; race++) {
      const id = await make();
      const input = { projectId, name: 'Race', totalAvailablePlaces: 1, filters: naming(id) };
      const answers = await Promise.all([remove(id), mutate(app, token, 'createStudy', input)]);
      const outcome = answers.map(({ __typename }) => __typename).join(' and ');
      expect(['DeleteStudyPayload and NotFoundError', 'StudyInUseError and CreateStudyPayload']).toContain(
        outcome,
      );
    }
  });

  it('is told to the audit log', async () => {
    await remove(await make({ name: 'Gone', filters: allowing(group) }));
    const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes {
      action subjectName subject { id } changes { field from to } } } } }`;
    const { data } = await app.ask(lab.admin.token, query, { id: lab.workspaceId });
    expect(data.workspace.auditLog.nodes).toEqual([
      {
        action: 'STUDY_DELETED',
        subjectName: 'Gone',
        subject: null,
        changes: [
          { field: 'name', from: 'Gone', to: null },
          { field: 'totalAvailablePlaces', from: '10', to: null },
          { field: 'filters', from: JSON.stringify(allowing(group)), to: null },
        ],
      },
    ]);
  });
});

describe('a deletion that is repeated under its key', () => {
  const idempotencyKey = 'Once';

  async function deleter() {
    const person = await createPerson(app);
    await addMember(app, lab.workspaceId, person, 'COLLABORATOR');
    const id = await make();
    const first = await remove(id, { idempotencyKey }, person.token);
    expect(first.__typename).toBe('DeleteStudyPayload');
    return { person, id, first };
  }

  it('answers as the first time', async () => {
    const { person, id, first } = await deleter();
    expect(await remove(id, { idempotencyKey }, person.token)).toEqual(first);
  });

  it('is refused for another study that is gone, and one that never was', async () => {
    const { person } = await deleter();
    const other = await make();
    await remove(other);
    const answer = await remove(other, { idempotencyKey }, person.token);
    expect(answer.__typename).toBe('IdempotencyKeyReusedError');
  });

  it('is not answered through a token for reading, or for another workspace', async () => {
    const { person, id } = await deleter();
    await addMember(app, lab.strangersWorkspaceId, person, 'ADMIN');
    const reading = await createToken(app, person, { readOnly: true });
    const elsewhere = await createToken(app, person, { workspaceId: lab.strangersWorkspaceId });
    expect((await remove(id, { idempotencyKey }, reading)).__typename).toBe('ForbiddenError');
    expect((await remove(id, { idempotencyKey }, elsewhere)).__typename).toBe('NotFoundError');
  });

  it('is not answered once its user has left', async () => {
    const { person, id } = await deleter();
    await removeMember(app, lab.workspaceId, person);
    expect((await remove(id, { idempotencyKey }, person.token)).__typename).toBe('NotFoundError');
  });
});
