import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { allowing, createStudy, type StudyMove } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const move = (name: StudyMove, studyId: string) => mutate(app, token, name, { studyId });

const ways: Readonly<Record<string, StudyMove[]>> = {
  UNPUBLISHED: [],
  ACTIVE: ['publishStudy'],
  PAUSED: ['publishStudy', 'pauseStudy'],
  COMPLETED: ['publishStudy', 'stopStudy'],
};
const moves: Readonly<Record<StudyMove, Readonly<Record<string, string>>>> = {
  publishStudy: { UNPUBLISHED: 'ACTIVE' },
  pauseStudy: { ACTIVE: 'PAUSED' },
  startStudy: { PAUSED: 'ACTIVE' },
  stopStudy: { ACTIVE: 'COMPLETED', PAUSED: 'COMPLETED' },
};
const allowed: Readonly<Record<string, string[]>> = {
  UNPUBLISHED: ['ACTIVE'],
  ACTIVE: ['PAUSED', 'COMPLETED'],
  PAUSED: ['ACTIVE', 'COMPLETED'],
  COMPLETED: [],
};
const pairs = Object.keys(moves).flatMap((name) =>
  Object.keys(ways).map((status) => [name as StudyMove, status] as const),
);

describe('a move', () => {
  it.each(pairs)('%s of a study that is %s does what the table says', async (name, status) => {
    const id = await createStudy(app, token, projectId, {}, ...(ways[status] ?? []));
    const to = moves[name][status];
    const answer = await move(name, id);
    if (to !== undefined) expect(answer.study).toMatchObject({ id, status: to, revision: 1 });
    else
      expect(answer).toMatchObject({
        __typename: 'InvalidStudyStateError',
        code: 'INVALID_STATE',
        current: status,
        allowed: allowed[status],
        message: expect.stringContaining(status),
      });
  });

  it('to publish stamps the moment, and later ones leave it', async () => {
    const id = await createStudy(app, token, projectId);
    const { publishedAt } = (await move('publishStudy', id)).study;
    expect(publishedAt).toEqual(expect.any(String));
    for (const name of ['pauseStudy', 'startStudy', 'stopStudy'] as const)
      expect((await move(name, id)).study.publishedAt).toBe(publishedAt);
  });

  it('that two make at once is made once', async () => {
    const id = await createStudy(app, token, projectId);
    const answers = await Promise.all([move('publishStudy', id), move('publishStudy', id)]);
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      'InvalidStudyStateError',
      'PublishStudyPayload',
    ]);
  });

  it('to publish is refused while the filters name a deleted group', async () => {
    const group = await createGroup(app, token, lab.workspaceId);
    const id = await createStudy(app, token, projectId, { filters: [{ any: allowing(group) }] });
    await app.sql('UPDATE participant_group SET deleted_at = now()');
    expect(await move('publishStudy', id)).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: group },
    });
  });

  it('is told to the audit log', async () => {
    await createStudy(
      app,
      token,
      projectId,
      { name: 'Moved' },
      'publishStudy',
      'pauseStudy',
      'startStudy',
      'stopStudy',
    );
    const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 4) { nodes {
      action subjectName changes { field from to } } } } }`;
    const { data } = await app.ask(lab.admin.token, query, { id: lab.workspaceId });
    const entry = (action: string, from: string, to: string) => ({
      action,
      subjectName: 'Moved',
      changes: [{ field: 'status', from, to }],
    });
    expect(data.workspace.auditLog.nodes).toEqual([
      entry('STUDY_STOPPED', 'ACTIVE', 'COMPLETED'),
      entry('STUDY_STARTED', 'PAUSED', 'ACTIVE'),
      entry('STUDY_PAUSED', 'ACTIVE', 'PAUSED'),
      entry('STUDY_PUBLISHED', 'UNPUBLISHED', 'ACTIVE'),
    ]);
  });
});
