import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, unknownId } from '../support/factories.ts';
import { allowing, createStudy, type StudyMove } from '../support/studies.ts';
import { read } from './fixtures/reads.ts';
import { submit } from './fixtures/submissions.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const published = (input: object = {}) => createStudy(app, token, projectId, input, 'publishStudy');
const start = (studyId: string, participantId: string, by = token) =>
  mutate(app, by, 'startSubmission', { studyId, participantId });

let counter = 0;
const newcomer = () => `newcomer${++counter}`;

async function find(participantId: string) {
  const query = `query ($id: ID!, $participantId: String!) { workspace(id: $id) {
    participant(participantId: $participantId) { id participantId firstSeenAt } participants { totalCount } } }`;
  const { data } = await app.ask(token, query, { id: workspaceId, participantId });
  return data.workspace;
}

describe('starting a submission', () => {
  it('makes one that is ACTIVE, and in which nothing was handed in', async () => {
    const studyId = await published();
    const participantId = newcomer();
    expect(await start(studyId, participantId)).toEqual({
      __typename: 'StartSubmissionPayload',
      submission: {
        id: expect.any(String),
        study: { id: studyId },
        participant: { id: expect.any(String), participantId },
        status: 'ACTIVE',
        enteredCode: null,
        codeMatched: null,
        returnRequested: null,
        rejectionMessage: null,
        completionUrl: expect.stringContaining('/submissions/complete?key='),
        startedAt: expect.any(String),
        expiresAt: null,
        completedAt: null,
        membershipChanges: [],
      },
    });
  });

  it('makes a participant known who was never seen', async () => {
    const participantId = newcomer();
    const before = await find(participantId);
    expect(before.participant).toBeNull();
    const { submission } = await start(await published(), participantId);
    const after = await find(participantId);
    expect(after.participant).toEqual({
      id: submission.participant.id,
      participantId,
      firstSeenAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(after.participant.firstSeenAt) - Date.now())).toBeLessThan(60_000);
    expect(after.participants.totalCount).toBe(before.participants.totalCount + 1);
  });

  it('leaves a participant as they are who is known', async () => {
    const participantId = newcomer();
    await createGroup(app, token, workspaceId, [participantId]);
    const before = await find(participantId);
    await start(await published(), participantId);
    expect(await find(participantId)).toEqual(before);
  });

  it('trims the participant ID', async () => {
    const participantId = newcomer();
    const { submission } = await start(await published(), `  ${participantId}\n`);
    expect(submission.participant.participantId).toBe(participantId);
  });

  it('lets it expire as many minutes later as the study allows, to the millisecond', async () => {
    const { submission } = await start(await published({ maximumMinutes: 525_600 }), newcomer());
    const minutes = (Date.parse(submission.expiresAt) - Date.parse(submission.startedAt)) / 60_000;
    expect(minutes).toBe(525_600);
  });

  it('takes a place', async () => {
    const studyId = await published();
    await start(studyId, newcomer());
    expect(await read(app, token, 'Study', studyId, 'placesTaken')).toEqual({ placesTaken: 1 });
  });

  it('is listed by the study and by the participant', async () => {
    const studyId = await published();
    const { submission } = await start(studyId, newcomer());
    const fields = 'submissions { totalCount nodes { id } }';
    const listed = { submissions: { totalCount: 1, nodes: [{ id: submission.id }] } };
    expect(await read(app, token, 'Study', studyId, fields)).toEqual(listed);
    expect(await read(app, token, 'Participant', submission.participant.id, fields)).toEqual(listed);
  });
});

const ways: Readonly<Record<string, { moves: StudyMove[]; allowed: string[] }>> = {
  UNPUBLISHED: { moves: [], allowed: ['ACTIVE'] },
  PAUSED: { moves: ['publishStudy', 'pauseStudy'], allowed: ['ACTIVE', 'COMPLETED'] },
  COMPLETED: { moves: ['publishStudy', 'stopStudy'], allowed: [] },
};

describe('starting a submission is refused', () => {
  it.each(Object.entries(ways))('while the study is %s', async (current, { moves, allowed }) => {
    const studyId = await createStudy(app, token, projectId, {}, ...moves);
    const participantId = newcomer();
    expect(await start(studyId, participantId)).toMatchObject({
      __typename: 'InvalidStudyStateError',
      code: 'INVALID_STATE',
      current,
      allowed,
    });
    expect((await find(participantId)).participant).toBeNull();
  });

  it.each([
    ['ACTIVE', {}],
    ['AWAITING_REVIEW', { code: 'x' }],
    ['APPROVED', { code: 'x', moves: ['approve'] }],
    ['REJECTED', { code: 'x', moves: ['reject'] }],
    ['RETURNED', { moves: ['return'] }],
  ] as const)('to who has a submission that is %s, and names that', async (status, standing) => {
    const studyId = await published();
    const participantId = newcomer();
    const id = await submit(app, token, { studyId, participantId, ...standing });
    expect(await start(studyId, participantId)).toMatchObject({
      __typename: 'AlreadySubmittedError',
      code: 'ALREADY_SUBMITTED',
      submission: { id, status },
    });
  });

  it('to who is not eligible, with the reasons', async () => {
    const group = await createGroup(app, token, workspaceId);
    const studyId = await published({ filters: allowing(group) });
    const participantId = newcomer();
    expect(await start(studyId, participantId)).toMatchObject({
      __typename: 'NotEligibleError',
      code: 'NOT_ELIGIBLE',
      eligibility: {
        isEligible: false,
        participantId,
        participant: null,
        study: { id: studyId },
        reasons: [{ rule: 'PARTICIPANT_GROUP_ALLOWLIST', path: expect.anything() }],
      },
    });
    expect((await find(participantId)).participant).toBeNull();
  });

  it('to who is in a universal blocklist', async () => {
    const participantId = newcomer();
    const scope = { workspaceId };
    const group = { scope, name: 'Blocked', isUniversalBlocklist: true, participantIds: [participantId] };
    await mutate(app, lab.admin.token, 'createParticipantGroup', group);
    const { eligibility } = await start(await published(), participantId);
    expect(eligibility).toMatchObject({ isEligible: false, participant: { id: expect.any(String) } });
  });

  it('when all places are taken, and names the study', async () => {
    const studyId = await published({ totalAvailablePlaces: 1 });
    await start(studyId, newcomer());
    const participantId = newcomer();
    expect(await start(studyId, participantId)).toMatchObject({
      __typename: 'StudyFullError',
      code: 'STUDY_FULL',
      study: { id: studyId, placesTaken: 1, totalAvailablePlaces: 1 },
    });
    expect((await find(participantId)).participant).toBeNull();
  });

  it.each([
    ['an empty ID', ' '],
    ['an ID of too many characters', 'p'.repeat(65)],
    ['an ID with a character that no ID has', 'p?'],
    ['one of our global ids', projectId],
  ])('for %s, which it names', async (_what, participantId) => {
    expect(await start(await published(), participantId)).toMatchObject({
      __typename: 'InvalidParticipantIdsError',
      invalidCount: 1,
      invalid: [{ index: 0, participantId }],
    });
  });

  it('for a study that never was, and for one of a workspace that is not theirs', async () => {
    const unknown = unknownId('Study');
    const theirs = await published();
    const answers = [await start(unknown, 'x'), await start(theirs, 'x', lab.stranger.token)];
    expect(answers).toMatchObject([
      { __typename: 'NotFoundError', id: unknown },
      { __typename: 'NotFoundError', id: theirs },
    ]);
  });

  it('to a viewer', async () => {
    expect(await start(await published(), newcomer(), lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });

  it('to an erased participant by their new ID, and not to whoever comes with the old one', async () => {
    const studyId = await published();
    const participantId = newcomer();
    await submit(app, token, { studyId, participantId });
    const { participant } = await mutate(app, lab.admin.token, 'eraseParticipant', {
      workspaceId,
      participantId,
    });
    expect(await start(studyId, participant.participantId)).toMatchObject({
      __typename: 'InvalidParticipantIdsError',
    });
    expect(await start(studyId, participantId)).toMatchObject({ submission: { status: 'ACTIVE' } });
  });
});

describe('of several reasons to refuse a start, the first is told:', () => {
  /** A study with one place, which p has, and in whose groups is nobody by now. */
  async function everythingWrong(...moves: StudyMove[]) {
    const group = await createGroup(app, token, workspaceId, ['p', 'q']);
    const filters = allowing(group);
    const studyId = await published({ filters, totalAvailablePlaces: 1 });
    await submit(app, token, { studyId, participantId: 'p' });
    const nobody = { participantGroupId: group, participantIds: [] };
    await mutate(app, token, 'replaceGroupParticipants', nobody);
    for (const move of moves) await mutate(app, token, move, { studyId });
    return { studyId, group };
  }
  const typeOf = async (studyId: string, participantId: string) =>
    (await start(studyId, participantId)).__typename;

  it('that the study is not active', async () => {
    const { studyId } = await everythingWrong('pauseStudy');
    expect(await typeOf(studyId, 'p')).toBe('InvalidStudyStateError');
  });

  it('then that they have a submission', async () => {
    const { studyId } = await everythingWrong();
    expect(await typeOf(studyId, 'p')).toBe('AlreadySubmittedError');
  });

  it('then that they are not eligible', async () => {
    const { studyId } = await everythingWrong();
    expect(await typeOf(studyId, 'q')).toBe('NotEligibleError');
  });

  it('then that it is full', async () => {
    const { studyId, group } = await everythingWrong();
    await mutate(app, token, 'addParticipantsToGroup', { participantGroupId: group, participantIds: ['q'] });
    expect(await typeOf(studyId, 'q')).toBe('StudyFullError');
  });
});

it('the reasons of a refusal are those of the moment at which it was made', async () => {
  const group = await createGroup(app, token, workspaceId);
  const studyId = await published({ filters: allowing(group) });
  const participantId = newcomer();
  const add = { participantGroupId: group, participantIds: [participantId] };
  const refusal = `... on NotEligibleError { eligibility { isEligible reasons { rule } } }`;
  // Of one document: the group takes them in before the first answer is written out.
  const { data } = await app.ask(
    token,
    `mutation ($start: StartSubmissionInput!, $add: AddParticipantsToGroupInput!) {
      first: startSubmission(input: $start) { ${refusal} }
      added: addParticipantsToGroup(input: $add) { __typename }
      second: startSubmission(input: $start) { ... on StartSubmissionPayload { submission { status } } } }`,
    { start: { studyId, participantId }, add },
  );
  expect(data).toEqual({
    first: { eligibility: { isEligible: false, reasons: [{ rule: 'PARTICIPANT_GROUP_ALLOWLIST' }] } },
    added: { __typename: 'AddParticipantsToGroupPayload' },
    second: { submission: { status: 'ACTIVE' } },
  });
});
