import { describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/global-id.ts';
import { mutate } from '../support/documents.ts';
import { createLab, people, unknownId } from '../support/factories.ts';
import { startEligibilityLab } from './fixtures/lab.ts';
import { createPlace, createStudy } from './fixtures/store.ts';

const {
  app,
  lab,
  place,
  names,
  allow,
  block,
  allowed,
  blocked,
  study,
  forNamed,
  draft,
  onStudy,
  participant,
} = await startEligibilityLab();
const { token } = lab.viewer;
const { workspaceId } = lab;

describe('Study.eligibility', () => {
  const selection = `participantId participant { participantId } study { id } isEligible
    matchedParticipantGroups { id } reasons { rule path participantGroups { id } message reasons { rule } }`;

  it('tells why somebody is not eligible, and whom they match all the same', async () => {
    const { data } = await onStudy(`eligibility(participantId: " both ") { ${selection} }`);
    expect(data.node.eligibility).toEqual({
      participantId: 'both',
      participant: { participantId: 'both' },
      study: { id: study.id },
      isEligible: false,
      matchedParticipantGroups: [{ id: allowed }],
      reasons: [
        {
          rule: 'PARTICIPANT_GROUP_BLOCKLIST',
          path: [1],
          participantGroups: [{ id: blocked }],
          message: 'The participant is in a blocked group.',
          reasons: [],
        },
      ],
    });
  });

  it('answers for an ID that the workspace has never seen', async () => {
    const { data } = await onStudy(`eligibility(participantId: "never-seen") { ${selection} }`);
    expect(data.node.eligibility).toMatchObject({ participant: null, isEligible: false });
    const listed = await onStudy(`eligibility(participantId: "never-seen") { ${selection} }`, forNamed.id);
    expect(listed.data.node.eligibility).toMatchObject({ participant: null, isEligible: true, reasons: [] });
  });

  it('refuses a malformed ID', async () => {
    const { errors } = await onStudy('eligibility(participantId: "no spaces") { isEligible }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'participantId' });
  });
});

describe('Study.eligibilities', () => {
  it('answers in the order of the question, for one that is named twice too', async () => {
    const { data } = await onStudy(
      'eligibilities(participantIds: ["out", "in", "in", "nobody"]) { participantId isEligible }',
    );
    const row = (participantId: string, isEligible: boolean) => ({ participantId, isEligible });
    expect(data.node.eligibilities).toEqual([
      row('out', false),
      row('in', true),
      row('in', true),
      row('nobody', false),
    ]);
  });

  it('takes a thousand IDs, and not one more', async () => {
    const ask = async (count: number) =>
      (await onStudy(`eligibilities(participantIds: ${JSON.stringify(people(0, count))}) { isEligible }`))
        .errors;
    expect(await ask(1_000)).toBeUndefined();
    expect((await ask(1_001))?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('Participant.eligibility', () => {
  it('is null for no study, another workspace’s too', async () => {
    const strangers = await createPlace(app, {
      ...lab,
      admin: lab.stranger,
      workspaceId: lab.strangersWorkspaceId,
    });
    const theirs = await createStudy(app, strangers);
    for (const studyId of [unknownId('Study'), theirs.id]) {
      const { participant: found } = await participant(
        'in',
        `eligibility(studyId: "${studyId}") { isEligible }`,
      );
      expect(found).toEqual({ eligibility: null });
    }
  });

  it('is null for a study of another workspace that the viewer sees as well', async () => {
    const other = await createLab(app);
    const elsewhere = await createStudy(app, await createPlace(app, other));
    await app.sql(`INSERT INTO workspace_member (workspace_key, user_id, role)
      SELECT workspace_key, '${lab.viewer.userId}', 'VIEWER' FROM study WHERE key = ${elsewhere.key}`);
    const { participant: found } = await participant(
      'in',
      `eligibility(studyId: "${elsewhere.id}") { isEligible }`,
    );
    expect(found).toEqual({ eligibility: null });
  });

  it('is the study’s answer', async () => {
    const { participant: found } = await participant(
      'in',
      `eligibility(studyId: "${study.id}") { isEligible study { id } participant { participantId } }`,
    );
    expect(found.eligibility).toEqual({
      isEligible: true,
      study: { id: study.id },
      participant: { participantId: 'in' },
    });
  });
});

it('counts whom a version of a filter set lets in', async () => {
  const { workspaceKey } = place;
  const { treeKey } = await createStudy(app, place, [allow, block], names, 'COMPLETED');
  const set = await app.database.prisma.filterSet.create({ data: { workspaceKey, name: 'Set' } });
  const version = await app.database.prisma.filterSetVersion.create({
    data: {
      workspaceKey,
      filterSetKey: set.key,
      version: 1,
      filterTreeKey: treeKey,
      actorId: lab.admin.userId,
    },
  });
  const { data } = await app.ask(
    token,
    'query ($id: ID!) { node(id: $id) { ... on FilterSetVersion { eligibleParticipantCount } } }',
    { id: encodeGlobalId('FilterSetVersion', version.id) },
  );
  expect(data.node.eligibleParticipantCount).toBe(5);
});

it('keeps members of a universal blocklist out of every study until its flag is cleared', async () => {
  const flag = (isUniversalBlocklist: boolean) =>
    mutate(app, lab.admin.token, 'updateParticipantGroup', {
      participantGroupId: blocked,
      isUniversalBlocklist,
    });
  const ask = async () =>
    (
      await onStudy(
        'eligibility(participantId: "out") { isEligible reasons { rule path participantGroups { id } } } eligibleParticipantCount',
        draft.id,
      )
    ).data.node;
  await flag(true);
  expect(await ask()).toEqual({
    eligibility: {
      isEligible: false,
      reasons: [{ rule: 'UNIVERSAL_BLOCKLIST', path: [], participantGroups: [{ id: blocked }] }],
    },
    eligibleParticipantCount: 5,
  });
  await flag(false);
  expect(await ask()).toEqual({
    eligibility: { isEligible: true, reasons: [] },
    eligibleParticipantCount: 7,
  });
});

it('never lets in who was erased', async () => {
  const { participant: before } = await participant('p3', 'id');
  await mutate(app, lab.admin.token, 'eraseParticipant', { workspaceId, participantId: 'p3' });
  const { data } = await app.ask(
    token,
    `query ($id: ID!) { node(id: $id) { ... on Participant {
      eligibility(studyId: "${draft.id}") { isEligible reasons { rule } } eligibleStudies { totalCount } } } }`,
    { id: before.id },
  );
  expect(data.node).toEqual({
    eligibility: { isEligible: false, reasons: [{ rule: 'ERASED' }] },
    eligibleStudies: { totalCount: 0 },
  });
  expect((await onStudy('eligibleParticipantCount', draft.id)).data.node.eligibleParticipantCount).toBe(6);
});
