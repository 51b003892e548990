import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { holdTable, untilWaiting, waitForWaiter } from '../support/lock.ts';
import { raceAnswers } from '../support/races.ts';
import { adding, allowing, createStudy, keyOf, type StudyMove } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);

const newGroup = () => createGroup(app, token, lab.workspaceId, ['p0']);
const remove = (participantGroupId: string) =>
  mutate(app, token, 'deleteParticipantGroup', { participantGroupId });
const make = (group: string, ...moves: StudyMove[]) =>
  createStudy(app, token, projectId, { completionCodes: adding(group) }, ...moves);
const tryToMake = (group: string, name = 'Study') =>
  mutate(app, token, 'createStudy', {
    ...{ projectId, name, totalAvailablePlaces: 1 },
    completionCodes: adding(group),
  });

async function submit(studyId: string, status: string): Promise<void> {
  await app.sql(
    `INSERT INTO submission (id, workspace_key, study_key, participant_key, status)
     SELECT $1, workspace_key, $2, key, $3::submission_status FROM participant LIMIT 1`,
    [randomUUID(), await keyOf(app, 'study', studyId), status],
  );
}

describe('a group that completion codes edit is in use', () => {
  it.each<[string, StudyMove[]]>([
    ['a draft', []],
    ['an active study', ['publishStudy']],
    ['a paused study', ['publishStudy', 'pauseStudy']],
  ])('while they are of %s, and deleting it names the study and what to do', async (_what, moves) => {
    const group = await newGroup();
    const id = await make(group, ...moves);
    expect(await remove(group)).toMatchObject({
      __typename: 'GroupInUseError',
      studies: { totalCount: 1, nodes: [{ id }] },
      message: expect.stringContaining('completion codes'),
    });
  });

  it.each(['ACTIVE', 'AWAITING_REVIEW'])(
    'while they are of a completed study with a submission that is %s',
    async (status) => {
      const group = await newGroup();
      const id = await make(group, 'publishStudy', 'stopStudy');
      await submit(id, status);
      expect(await remove(group)).toMatchObject({ studies: { totalCount: 1, nodes: [{ id }] } });
    },
  );

  it('beside studies that filter on it, each named once and in the order in which they were made', async () => {
    const group = await newGroup();
    const filters = allowing(group);
    const both = { filters, completionCodes: adding(group) };
    const users = [
      await make(group),
      await createStudy(app, token, projectId, both),
      await createStudy(app, token, projectId, { filters }),
    ];
    const nodes = users.map((id) => ({ id }));
    expect(await remove(group)).toMatchObject({ studies: { totalCount: 3, nodes } });
  });
});

describe('a group that completion codes edit is not in use', () => {
  it('by a completed study, which goes on showing it', async () => {
    const group = await newGroup();
    const id = await make(group, 'publishStudy', 'stopStudy');
    await submit(id, 'APPROVED');
    expect(await remove(group)).toMatchObject({ participantGroup: { isDeleted: true } });
    const query = `query ($id: ID!) { study(id: $id) { completionCodes { actions {
      participantGroup { id isDeleted } } } } }`;
    const { data } = await app.ask(token, query, { id });
    const participantGroup = { id: group, isDeleted: true };
    expect(data.study.completionCodes).toEqual([{ actions: [{ participantGroup }] }]);
  });

  it('by a study that names it no longer, or that is gone', async () => {
    const group = await newGroup();
    const [edited, deleted] = [await make(group), await make(group)];
    await mutate(app, token, 'updateStudy', { studyId: edited, completionCodes: [] });
    await mutate(app, token, 'deleteStudy', { studyId: deleted });
    expect(await remove(group)).toMatchObject({ participantGroup: { isDeleted: true } });
  });
});

describe('deleting a group while a study is made whose completion code edits it', () => {
  it('waits for the study, and is refused', async () => {
    const group = await newGroup();
    const release = await holdTable(app.databaseUrl, 'audit_entry');
    const making = tryToMake(group);
    await waitForWaiter(app, 'relation');
    const deleting = remove(group);
    await untilWaiting(app, 2);
    await release();
    expect([(await making).__typename, (await deleting).__typename]).toEqual([
      'CreateStudyPayload',
      'GroupInUseError',
    ]);
  });

  it('is waited for, and the study is refused', async () => {
    const group = await newGroup();
    const release = await holdTable(app.databaseUrl, 'audit_entry');
    const deleting = remove(group);
    await waitForWaiter(app, 'relation');
    const making = tryToMake(group);
    await untilWaiting(app, 2);
    await release();
    expect([(await deleting).__typename, (await making).__typename]).toEqual([
      'DeleteParticipantGroupPayload',
      'GroupDeletedError',
    ]);
  });

  it('leaves one of the two refused, in 200 races', async () => {
    const outcomes = await raceAnswers(200, async (race) => {
      const group = await newGroup();
      return [() => remove(group), () => tryToMake(group, `Race ${race}`)];
    });
    const legal = [
      'CreateStudyPayload and GroupInUseError',
      'DeleteParticipantGroupPayload and GroupDeletedError',
    ];
    expect(outcomes.filter((outcome) => !legal.includes(outcome))).toEqual([]);
    const broken = await app.sql(`SELECT 1 FROM completion_action AS action
      JOIN completion_code AS code ON code.key = action.code_key JOIN study ON study.key = code.study_key
      JOIN participant_group ON participant_group.key = action.group_key
      WHERE participant_group.deleted_at IS NOT NULL AND study.name LIKE 'Race %'`);
    expect(broken).toEqual([]);
    expect(app.unexpected).toEqual([]);
  }, 120_000);
});

it('a group and a draft that is given a code for it: of deleting and editing one is refused, in 50 races', async () => {
  for (let race = 0; race < 50; race++) {
    const group = await newGroup();
    const studyId = await createStudy(app, token, projectId);
    const editing = () => mutate(app, token, 'updateStudy', { studyId, completionCodes: adding(group) });
    const answers = await Promise.all(race % 2 ? [remove(group), editing()] : [editing(), remove(group)]);
    expect([
      'DeleteParticipantGroupPayload and GroupDeletedError',
      'GroupInUseError and UpdateStudyPayload',
    ]).toContain(
      answers
        .map(({ __typename }) => __typename)
        .sort()
        .join(' and '),
    );
  }
});
