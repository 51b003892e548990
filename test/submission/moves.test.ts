import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, unknownId } from '../support/factories.ts';
import { adding, allowing, createStudy } from '../support/studies.ts';
import { letTimeRunOut, read } from './fixtures/reads.ts';
import { type Standing, submit } from './fixtures/submissions.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const published = (input: object = {}) => createStudy(app, token, projectId, input, 'publishStudy');
const commonStudy = await published({ totalAvailablePlaces: 1_000 });

const names = {
  approve: 'approveSubmission',
  reject: 'rejectSubmission',
  unreject: 'unrejectSubmission',
  return: 'returnSubmission',
} as const;
type Move = keyof typeof names;

const move = (name: Move, submissionId: string, by = token) => {
  const message = name === 'reject' ? { message: 'Too short' } : {};
  return mutate(app, by, names[name], { submissionId, ...message });
};

const standings: Readonly<Record<string, Standing>> = {
  ACTIVE: {},
  AWAITING_REVIEW: { code: 'x' },
  APPROVED: { code: 'x', moves: ['approve'] },
  REJECTED: { code: 'x', moves: ['reject'] },
  RETURNED: { moves: ['return'] },
  TIMED_OUT: {},
};
const moves: Readonly<Record<Move, Readonly<Record<string, string>>>> = {
  approve: { AWAITING_REVIEW: 'APPROVED' },
  reject: { AWAITING_REVIEW: 'REJECTED' },
  unreject: { REJECTED: 'AWAITING_REVIEW' },
  return: { ACTIVE: 'RETURNED', AWAITING_REVIEW: 'RETURNED' },
};
const allowed: Readonly<Record<string, string[]>> = {
  ACTIVE: ['AWAITING_REVIEW', 'APPROVED', 'RETURNED'],
  AWAITING_REVIEW: ['APPROVED', 'REJECTED', 'RETURNED'],
  APPROVED: [],
  REJECTED: ['AWAITING_REVIEW'],
  RETURNED: [],
  TIMED_OUT: [],
};

async function standing(status: string, studyId = commonStudy): Promise<string> {
  const id = await submit(app, token, { studyId, ...standings[status] });
  if (status === 'TIMED_OUT') await letTimeRunOut(app, id);
  return id;
}

const pairs = (Object.keys(moves) as Move[]).flatMap((name) =>
  Object.keys(standings).map((status) => [name, status] as const),
);

describe('a move', () => {
  it.each(pairs)('to %s a submission that is %s does what the table says', async (name, status) => {
    const id = await standing(status);
    const to = moves[name][status];
    const answer = await move(name, id);
    if (to !== undefined) expect(answer.submission).toMatchObject({ id, status: to });
    else
      expect(answer).toMatchObject({
        __typename: 'InvalidSubmissionStateError',
        code: 'INVALID_STATE',
        currentStatus: status,
        allowedStatuses: allowed[status],
        message: expect.stringContaining(status),
      });
    expect(await read(app, token, 'Submission', id, 'status')).toEqual({ status: to ?? status });
  });

  it.each(Object.keys(names) as Move[])('to %s needs a role, and something that is seen', async (name) => {
    const id = await standing(Object.keys(moves[name])[0] ?? '');
    const unknown = unknownId('Submission');
    expect(await move(name, id, lab.viewer.token)).toMatchObject({ requiredRole: 'COLLABORATOR' });
    expect(await move(name, id, lab.stranger.token)).toMatchObject({ __typename: 'NotFoundError', id });
    expect(await move(name, unknown)).toMatchObject({ __typename: 'NotFoundError', id: unknown });
  });

  it('leaves what was handed in, and when', async () => {
    const fields = 'enteredCode codeMatched startedAt completedAt';
    const id = await standing('AWAITING_REVIEW');
    const before = await read(app, token, 'Submission', id, fields);
    for (const name of ['reject', 'unreject', 'approve'] as const) await move(name, id);
    expect(await read(app, token, 'Submission', id, fields)).toEqual(before);
  });
});

describe('a rejection', () => {
  const reject = (submissionId: string, message: string) =>
    mutate(app, token, 'rejectSubmission', { submissionId, message });

  it('tells its message', async () => {
    const { submission } = await reject(await standing('AWAITING_REVIEW'), 'Two answers\nwere missing.');
    expect(submission.rejectionMessage).toBe('Two answers\nwere missing.');
  });

  it('tells it no more once it is taken back', async () => {
    const id = await standing('REJECTED');
    expect((await move('unreject', id)).submission.rejectionMessage).toBeNull();
  });

  it.each(['', '  ', 'm'.repeat(501), 'a\u0000b', 'a\ud83d'])(
    'with a message that is none (%#) is refused',
    async (message) => {
      const id = await standing('AWAITING_REVIEW');
      expect(await reject(id, message)).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: ['input', 'message'] }],
      });
    },
  );

  it('takes a message of 500 characters', async () => {
    const message = '🦉'.repeat(500);
    const { submission } = await reject(await standing('AWAITING_REVIEW'), message);
    expect(submission.rejectionMessage).toBe(message);
  });

  it.each(['reject', 'return'] as const)('%s frees a place', async (name) => {
    const studyId = await published({ totalAvailablePlaces: 1 });
    const id = await standing('AWAITING_REVIEW', studyId);
    await move(name, id);
    expect(await read(app, token, 'Study', studyId, 'placesTaken')).toEqual({ placesTaken: 0 });
    expect(await standing('ACTIVE', studyId)).toEqual(expect.any(String));
  });
});

describe('taking a rejection back', () => {
  it('is refused when all places are taken', async () => {
    const studyId = await published({ totalAvailablePlaces: 1 });
    const id = await standing('REJECTED', studyId);
    await standing('ACTIVE', studyId);
    expect(await move('unreject', id)).toMatchObject({
      __typename: 'StudyFullError',
      study: { id: studyId, placesTaken: 1 },
    });
    expect(await read(app, token, 'Submission', id, 'status rejectionMessage')).toEqual({
      status: 'REJECTED',
      rejectionMessage: 'Too short',
    });
  });

  it('takes the place of one that has run out of time', async () => {
    const studyId = await published({ totalAvailablePlaces: 1 });
    const id = await standing('REJECTED', studyId);
    await standing('TIMED_OUT', studyId);
    expect((await move('unreject', id)).submission.status).toBe('AWAITING_REVIEW');
  });

  it.each([
    ['filters on', (group: string) => ({ filters: [{ any: allowing(group) }] })],
    ['adds to by a code', (group: string) => ({ completionCodes: adding(group) })],
  ])('is refused while a group that the study %s is deleted', async (_how, naming) => {
    const group = await createGroup(app, token, workspaceId, ['member']);
    const studyId = await published(naming(group));
    const id = await submit(app, token, { studyId, participantId: 'member', ...standings.REJECTED });
    await mutate(app, token, 'stopStudy', { studyId });
    const deletion = await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: group });
    expect(deletion.participantGroup.isDeleted).toBe(true);
    expect(await move('unreject', id)).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: group },
    });
    await mutate(app, token, 'restoreParticipantGroup', { participantGroupId: group });
    expect((await move('unreject', id)).submission.status).toBe('AWAITING_REVIEW');
  });

  it('is done in a study that was stopped, and puts its groups in use again', async () => {
    const group = await createGroup(app, token, workspaceId, ['member']);
    const studyId = await published({ filters: allowing(group) });
    const id = await submit(app, token, { studyId, participantId: 'member', ...standings.REJECTED });
    await mutate(app, token, 'stopStudy', { studyId });
    await move('unreject', id);
    const deleting = await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: group });
    expect(deleting).toMatchObject({ __typename: 'GroupInUseError', studies: { nodes: [{ id: studyId }] } });
  });
});
