import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people, unknownId } from '../support/factories.ts';
import { createPlace, createStudy } from './fixtures/store.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.viewer;
const ours = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 6));
const theirs = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId, people(0, 3));
const deleted = await createGroup(app, lab.admin.token, lab.workspaceId);
await mutate(app, lab.admin.token, 'deleteParticipantGroup', { participantGroupId: deleted });

const allow = (...participantGroupIds: string[]) => ({ participantGroupAllowlist: { participantGroupIds } });

async function preview(
  filters: readonly object[],
  selection = 'participantCount perFilter { index participantCount }',
) {
  const query = `query ($id: ID!, $filters: [StudyFilterInput!]!) { workspace(id: $id) { eligibilityPreview(filters: $filters) { ${selection} } } }`;
  const { data, errors } = await app.ask(token, query, { id: lab.workspaceId, filters });
  return { preview: data?.workspace?.eligibilityPreview, error: errors?.[0]?.extensions };
}

it('tells how many would be eligible, and what each filter alone would leave', async () => {
  const filters = [
    allow(ours),
    { customBlocklist: { participantIds: ['p0', 'p1', 'unseen'] } },
    { any: [{ customAllowlist: { participantIds: ['p1', 'p2'] } }] },
  ];
  expect((await preview(filters)).preview).toEqual({
    participantCount: 1,
    perFilter: [
      { index: 0, participantCount: 6 },
      { index: 1, participantCount: 4 },
      { index: 2, participantCount: 2 },
    ],
  });
});

it('shows everyone where there are no filters', async () => {
  const { preview: shown } = await preview(
    [],
    'participantCount perFilter { index } participants(first: 4) { totalCount nodes { participantId } }',
  );
  expect(shown).toMatchObject({ participantCount: 6, perFilter: [], participants: { totalCount: 6 } });
  expect(shown.participants.nodes).toHaveLength(4);
});

it('writes nothing', async () => {
  const count = async () => (await app.sql('SELECT count(*) FROM filter_tree'))[0];
  const before = await count();
  await preview([{ customAllowlist: { participantIds: ['p0'] } }]);
  expect(await count()).toEqual(before);
});

describe('refuses, with the path,', () => {
  const group = 'filters.0.participantGroupAllowlist.participantGroupIds.0';
  it.each([
    ['another workspace’s group', [allow(theirs)], group],
    ['a group that never was', [allow(unknownId('ParticipantGroup'))], group],
    ['a deleted group', [allow(ours, deleted)], 'filters.0.participantGroupAllowlist.participantGroupIds.1'],
    ['an id of something else', [allow(lab.workspaceId)], group],
    [
      'a study that never was',
      [{ all: [{ previousStudiesBlocklist: { studyIds: [unknownId('Study')] } }] }],
      'filters.0.all.0.previousStudiesBlocklist.studyIds.0',
    ],
    [
      'a malformed participant ID',
      [allow(ours), { any: [{ customAllowlist: { participantIds: ['p0', 'no good'] } }] }],
      'filters.1.any.0.customAllowlist.participantIds.1',
    ],
    [
      'a participant ID that is named twice',
      [{ customBlocklist: { participantIds: ['p0', ' p0'] } }],
      'filters.0.customBlocklist.participantIds.1',
    ],
    ['an empty list', [{ any: [] }], 'filters.0.any'],
  ])('%s', async (_name, filters, argument) => {
    const { preview: shown, error } = await preview(filters);
    expect(shown).toBeNull();
    expect(error).toMatchObject({ code: 'INVALID_INPUT', argument, issues: [{ path: argument.split('.') }] });
  });
});

it('takes previous studies', async () => {
  const study = await createStudy(app, await createPlace(app, lab));
  await app.sql(
    `INSERT INTO submission (id, workspace_key, study_key, participant_key, status)
     SELECT gen_random_uuid(), workspace_key, $1, key, 'APPROVED' FROM participant WHERE participant_id = 'p5'
       AND workspace_key = (SELECT workspace_key FROM study WHERE key = $1)`,
    [study.key],
  );
  const filters = [{ previousStudiesAllowlist: { studyIds: [study.id] } }];
  const { preview: shown } = await preview(filters, 'participants { nodes { participantId } }');
  expect(shown.participants.nodes).toEqual([{ participantId: 'p5' }]);
});
