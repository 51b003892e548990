import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { raceAnswers } from '../support/races.ts';
import { allowing, createFilterSet, createStudy, keyOf, type StudyMove } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);

const newGroup = () => createGroup(app, token, lab.workspaceId, ['p0']);
const remove = (participantGroupId: string, by = token) =>
  mutate(app, by, 'deleteParticipantGroup', { participantGroupId });
const make = (group: string, ...moves: StudyMove[]) =>
  createStudy(app, token, projectId, { filters: [{ any: allowing(group) }] }, ...moves);

/** A submission of p0's, as it is stored. */
async function submit(studyId: string, status: string, expiresIn: string | null = null): Promise<void> {
  const study = await keyOf(app, 'study', studyId);
  await app.sql(
    `INSERT INTO submission (id, workspace_key, study_key, participant_key, status, expires_at)
     SELECT $1, workspace_key, $2, key, $3::submission_status, now() + $4::interval FROM participant LIMIT 1`,
    [randomUUID(), study, status, expiresIn],
  );
}

describe('a group is in use', () => {
  it.each<[string, StudyMove[]]>([
    ['a draft', []],
    ['an active study', ['publishStudy']],
    ['a paused study', ['publishStudy', 'pauseStudy']],
  ])('while %s names it, and deleting it names the study and what to do', async (_what, moves) => {
    const group = await newGroup();
    const id = await make(group, ...moves);
    expect(await remove(group)).toMatchObject({
      __typename: 'GroupInUseError',
      code: 'IN_USE',
      isUniversalBlocklist: false,
      studies: { totalCount: 1, nodes: [{ id }] },
      message: expect.stringContaining('Take it out of the filters'),
    });
  });

  it.each([
    ['AWAITING_REVIEW', null],
    ['ACTIVE', null],
    ['ACTIVE', '1 hour'],
  ])('while a completed study has a submission that is %s, expiring in %s', async (status, expiresIn) => {
    const group = await newGroup();
    const id = await make(group, 'publishStudy', 'stopStudy');
    await submit(id, status, expiresIn);
    expect(await remove(group)).toMatchObject({
      __typename: 'GroupInUseError',
      studies: { nodes: [{ id }] },
    });
  });

  it('while a draft of a filter set that names it is there', async () => {
    const group = await newGroup();
    const { filterSetId } = await createFilterSet(app, await make(group), lab.admin.userId);
    const id = await createStudy(app, token, projectId, { filterSetId });
    expect(await remove(group)).toMatchObject({ studies: { totalCount: 1, nodes: [{ id }] } });
  });

  it('by all of its open studies, and by no others', async () => {
    const group = await newGroup();
    await make(group, 'publishStudy', 'stopStudy');
    const open = [await make(group), await make(group, 'publishStudy')];
    const { studies } = await remove(group);
    expect(studies).toEqual({ totalCount: 2, nodes: open.map((id) => ({ id })) });
  });
});

describe('a group is not in use', () => {
  it.each(['APPROVED', 'REJECTED', 'RETURNED', 'TIMED_OUT'])(
    'by a completed study with a submission that is %s',
    async (status) => {
      const group = await newGroup();
      await submit(await make(group, 'publishStudy', 'stopStudy'), status);
      expect(await remove(group)).toMatchObject({ participantGroup: { isDeleted: true } });
    },
  );

  it('by a completed study with a submission whose time has run out, though nobody wrote that down', async () => {
    const group = await newGroup();
    await submit(await make(group, 'publishStudy', 'stopStudy'), 'ACTIVE', '-1 second');
    expect(await remove(group)).toMatchObject({ participantGroup: { isDeleted: true } });
  });

  it('by a study that names it no longer', async () => {
    const group = await newGroup();
    const studyId = await make(group);
    await mutate(app, token, 'updateStudy', { studyId, filters: [] });
    expect(await remove(group)).toMatchObject({ participantGroup: { isDeleted: true } });
  });

  it('by a completed study, which goes on showing it', async () => {
    const group = await newGroup();
    const id = await make(group, 'publishStudy', 'stopStudy');
    await remove(group);
    const query = `query ($id: ID!, $group: ID!) {
      study(id: $id) { filters { ... on AnyFilter { filters { ... on ParticipantGroupAllowlist {
        participantGroups { id isDeleted } } } } } }
      participantGroup(id: $group) { filteringStudies { nodes { id } } } }`;
    const { data } = await app.ask(lab.viewer.token, query, { id, group });
    expect(data.study.filters).toEqual([
      { filters: [{ participantGroups: [{ id: group, isDeleted: true }] }] },
    ]);
    expect(data.participantGroup.filteringStudies.nodes).toEqual([{ id }]);
  });
});

it('a group and a study that is being made of it: of deleting and making one is refused, in 200 races', async () => {
  const outcomes = await raceAnswers(200, async (race) => {
    const group = await newGroup();
    const input = { projectId, name: `Race ${race}`, totalAvailablePlaces: 1, filters: allowing(group) };
    return [() => remove(group), () => mutate(app, token, 'createStudy', input)];
  });
  const legal = [
    'CreateStudyPayload and GroupInUseError',
    'DeleteParticipantGroupPayload and GroupDeletedError',
  ];
  expect(outcomes.filter((outcome) => !legal.includes(outcome))).toEqual([]);
  const broken =
    await app.sql(`SELECT 1 FROM study JOIN filter_node_group AS named ON named.tree_key = study.filter_tree_key
    JOIN participant_group ON participant_group.key = named.group_key
    WHERE participant_group.deleted_at IS NOT NULL AND study.name LIKE 'Race %'`);
  expect(broken).toEqual([]);
  expect(app.unexpected).toEqual([]);
}, 120_000);
