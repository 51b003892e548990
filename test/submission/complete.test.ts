import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { loadChangesOfSubmissions } from '../../src/submission/change-loaders.ts';
import { startApp } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, unknownId } from '../support/factories.ts';
import { membersOf } from '../support/members.ts';
import { type ActionInput, createCodedStudy } from './fixtures/codes.ts';
import { letTimeRunOut, read } from './fixtures/reads.ts';
import { submit } from './fixtures/submissions.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const newGroup = (...members: string[]) => createGroup(app, token, workspaceId, members);
const adding = (participantGroupId: string): ActionInput => ({
  kind: 'ADD_TO_PARTICIPANT_GROUP',
  participantGroupId,
});
const removing = (participantGroupId: string): ActionInput => ({
  kind: 'REMOVE_FROM_PARTICIPANT_GROUP',
  participantGroupId,
});

/** A submission to a new study whose code `RIGHT` does this, beside another code `OTHER` that does nothing. */
async function started(actions: readonly ActionInput[] = [], input: object = {}) {
  const codes = [
    { code: 'OTHER', codeType: 'OTHER', actions: [] },
    { code: 'RIGHT', codeType: 'COMPLETED', actions },
  ];
  const studyId = await createCodedStudy(app, token, projectId, codes, input);
  const participantId = `p${randomUUID()}`;
  return { studyId, participantId, submissionId: await submit(app, token, { studyId, participantId }) };
}

const complete = (submissionId: string, code: string, by = token) =>
  mutate(app, by, 'completeSubmission', { submissionId, code });

describe('the right code', () => {
  it('leaves a submission to be reviewed, unless it says otherwise', async () => {
    const { submissionId } = await started();
    const { submission } = await complete(submissionId, 'RIGHT');
    expect(submission).toMatchObject({
      id: submissionId,
      status: 'AWAITING_REVIEW',
      enteredCode: 'RIGHT',
      codeMatched: true,
      returnRequested: null,
    });
    expect(Math.abs(Date.parse(submission.completedAt) - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ['AUTOMATICALLY_APPROVE', 'APPROVED'],
    ['MANUALLY_REVIEW', 'AWAITING_REVIEW'],
  ] as const)('that says %s makes it %s', async (kind, status) => {
    const { submissionId } = await started([{ kind }]);
    expect((await complete(submissionId, 'RIGHT')).submission.status).toBe(status);
  });

  it('that requests a return tells the reason, and leaves it to be reviewed', async () => {
    const { submissionId } = await started([{ kind: 'REQUEST_RETURN', returnReason: 'No consent' }]);
    expect((await complete(submissionId, 'RIGHT')).submission).toMatchObject({
      status: 'AWAITING_REVIEW',
      returnRequested: 'No consent',
    });
  });

  it('adds the participant to a group, as a change with its cause, submission and actor', async () => {
    const group = await newGroup('other');
    const { submissionId, participantId } = await started([adding(group)]);
    const { membershipChanges } = await complete(submissionId, 'RIGHT');
    expect(membershipChanges).toEqual([
      {
        id: expect.any(String),
        version: 2,
        cause: 'COMPLETION_CODE',
        addedCount: 1,
        removedCount: 0,
        participantCount: 2,
        participantGroup: { id: group },
        actor: { name: 'Cleo Collaborator' },
        submission: { id: submissionId },
      },
    ]);
    expect(await membersOf(app, token, group)).toEqual(['other', participantId]);
    await expectConsistent(app.sql, group);
  });

  it('takes the participant out of a group', async () => {
    const group = await newGroup('stays');
    const { submissionId, participantId } = await started([removing(group)]);
    const participantIds = [participantId];
    await mutate(app, token, 'addParticipantsToGroup', { participantGroupId: group, participantIds });
    const { membershipChanges } = await complete(submissionId, 'RIGHT');
    expect(membershipChanges).toMatchObject([
      { version: 3, cause: 'COMPLETION_CODE', addedCount: 0, removedCount: 1 },
    ]);
    expect(await membersOf(app, token, group)).toEqual(['stays']);
    await expectConsistent(app.sql, group);
  });

  it('does all of its actions together', async () => {
    const [one, two, three] = [await newGroup(), await newGroup(), await newGroup()];
    const { submissionId, participantId } = await started([
      { kind: 'REQUEST_RETURN', returnReason: 'Why' },
      adding(one),
      removing(three),
      { kind: 'AUTOMATICALLY_APPROVE' },
      adding(two),
    ]);
    const participantIds = [participantId];
    await mutate(app, token, 'addParticipantsToGroup', { participantGroupId: three, participantIds });
    const { submission, membershipChanges } = await complete(submissionId, 'RIGHT');
    expect(submission).toMatchObject({ status: 'APPROVED', returnRequested: 'Why' });
    const changed = membershipChanges.map(
      ({ participantGroup, addedCount }: { participantGroup: { id: string }; addedCount: number }) => [
        participantGroup.id,
        addedCount,
      ],
    );
    expect(Object.fromEntries(changed)).toEqual({ [one]: 1, [two]: 1, [three]: 0 });
    expect([await membersOf(app, token, one), await membersOf(app, token, two)]).toEqual([
      participantIds,
      participantIds,
    ]);
    expect(await membersOf(app, token, three)).toEqual([]);
  });

  it('makes no change of a group in which it makes no difference', async () => {
    const [inside, outside] = [await newGroup(), await newGroup('other')];
    const { submissionId, participantId } = await started([adding(inside), removing(outside)]);
    const participantIds = [participantId];
    await mutate(app, token, 'addParticipantsToGroup', { participantGroupId: inside, participantIds });
    const { membershipChanges, submission } = await complete(submissionId, 'RIGHT');
    expect(membershipChanges).toEqual([]);
    expect(submission.status).toBe('AWAITING_REVIEW');
    const version = async (id: string) => (await read(app, token, 'ParticipantGroup', id, 'version')).version;
    expect([await version(inside), await version(outside)]).toEqual([1, 1]);
  });

  it('lets the participant in, or keeps them out, wherever the group is filtered on', async () => {
    const group = await newGroup();
    const { submissionId, participantId } = await started([adding(group)]);
    const filters = [{ participantGroupBlocklist: { participantGroupIds: [group] } }];
    const next = await createCodedStudy(app, token, projectId, [], { filters });
    await complete(submissionId, 'RIGHT');
    const start = { studyId: next, participantId };
    expect((await mutate(app, token, 'startSubmission', start)).__typename).toBe('NotEligibleError');
  });

  it('may have blanks around it', async () => {
    const { submissionId } = await started();
    expect((await complete(submissionId, ' \n RIGHT\t')).submission).toMatchObject({
      enteredCode: 'RIGHT',
      codeMatched: true,
    });
  });

  it.each(['right', 'RIGHT.', 'RIGH', 'RI GHT', 'ＲＩＧＨＴ'])('is not %j', async (code) => {
    const { submissionId } = await started([{ kind: 'AUTOMATICALLY_APPROVE' }]);
    expect((await complete(submissionId, code)).submission).toMatchObject({
      status: 'AWAITING_REVIEW',
      enteredCode: code,
      codeMatched: false,
    });
  });

  it('of another study is none of this one', async () => {
    await started();
    const studyId = await createCodedStudy(app, token, projectId, []);
    const submissionId = await submit(app, token, { studyId });
    expect((await complete(submissionId, 'RIGHT')).submission.codeMatched).toBe(false);
  });

  it.each(['pauseStudy', 'stopStudy'] as const)('still counts after %s', async (move) => {
    const { studyId, submissionId } = await started([{ kind: 'AUTOMATICALLY_APPROVE' }]);
    await mutate(app, token, move, { studyId });
    expect((await complete(submissionId, 'RIGHT')).submission.status).toBe('APPROVED');
  });

  it('adds nobody who was erased, and moves on', async () => {
    const group = await newGroup();
    const { submissionId, participantId } = await started([adding(group), { kind: 'AUTOMATICALLY_APPROVE' }]);
    await mutate(app, lab.admin.token, 'eraseParticipant', { workspaceId, participantId });
    const { submission, membershipChanges } = await complete(submissionId, 'RIGHT');
    expect(submission.status).toBe('APPROVED');
    expect(membershipChanges).toEqual([]);
    expect(await membersOf(app, token, group)).toEqual([]);
  });

  it.each([
    ['in time', false],
    ['late', true],
  ])('of somebody who was erased keeps nothing of what is none of the study’s, %s', async (_when, isLate) => {
    const { submissionId, participantId } = await started([]);
    await mutate(app, lab.admin.token, 'eraseParticipant', { workspaceId, participantId });
    if (isLate) await letTimeRunOut(app, submissionId);
    await complete(submissionId, participantId);
    const [row] = await app.sql('SELECT row_to_json(submission)::text AS row FROM submission WHERE id = $1', [
      decodeGlobalId(submissionId)?.key,
    ]);
    expect(row?.row).toContain('"entered_code":"(erased)"');
    expect(row?.row).not.toContain(participantId);
  });

  it('that is also the ID of somebody who was erased since is still the same code', async () => {
    const erased = `code-${randomUUID().slice(0, 8)}`;
    const codes = [{ code: erased, codeType: 'COMPLETED', actions: [] }];
    const studyId = await createCodedStudy(app, token, projectId, codes);
    const submissionId = await submit(app, token, { studyId, code: erased });
    await submit(app, token, { studyId, participantId: erased });
    await mutate(app, lab.admin.token, 'eraseParticipant', { workspaceId, participantId: erased });
    expect((await complete(submissionId, erased)).submission).toMatchObject({ status: 'AWAITING_REVIEW' });
  });
});

describe('a wrong code', () => {
  it('is kept, and leaves the submission to be reviewed', async () => {
    const group = await newGroup();
    const { submissionId } = await started([adding(group), { kind: 'AUTOMATICALLY_APPROVE' }]);
    const { submission, membershipChanges } = await complete(submissionId, 'WRONG');
    expect(submission).toMatchObject({
      status: 'AWAITING_REVIEW',
      enteredCode: 'WRONG',
      codeMatched: false,
      completedAt: expect.any(String),
    });
    expect(membershipChanges).toEqual([]);
    expect(await membersOf(app, token, group)).toEqual([]);
  });

  it('can be followed by the right one, which does what it says', async () => {
    const group = await newGroup();
    const { submissionId, participantId } = await started([
      adding(group),
      { kind: 'AUTOMATICALLY_APPROVE' },
      { kind: 'REQUEST_RETURN', returnReason: 'Why' },
    ]);
    const { completedAt } = (await complete(submissionId, 'WRONG')).submission;
    const { submission, membershipChanges } = await complete(submissionId, 'RIGHT');
    expect(submission).toMatchObject({
      status: 'APPROVED',
      enteredCode: 'RIGHT',
      codeMatched: true,
      returnRequested: 'Why',
      completedAt,
    });
    expect(membershipChanges).toHaveLength(1);
    expect(await membersOf(app, token, group)).toEqual([participantId]);
  });

  it('can be followed by another wrong one, and then by the right one', async () => {
    const { submissionId } = await started();
    await complete(submissionId, 'WRONG');
    expect((await complete(submissionId, 'WORSE')).submission).toMatchObject({
      enteredCode: 'WORSE',
      codeMatched: false,
    });
    expect((await complete(submissionId, 'RIGHT')).submission.codeMatched).toBe(true);
  });

  it('can be followed by the right one after its time has run out', async () => {
    const { submissionId } = await started([], { maximumMinutes: 1 });
    await complete(submissionId, 'WRONG');
    await app.sql(`UPDATE submission SET expires_at = now() - interval '1 second'`);
    expect((await complete(submissionId, 'RIGHT')).submission).toMatchObject({
      status: 'AWAITING_REVIEW',
      codeMatched: true,
    });
  });
});

describe('a code that was handed in', () => {
  it.each(['RIGHT', 'WRONG'])('answers the same again, and does nothing (%s)', async (code) => {
    const group = await newGroup();
    const { submissionId, participantId } = await started([adding(group)]);
    const first = await complete(submissionId, code);
    // It would add them again if it did anything.
    const out = { participantGroupId: group, participantIds: [participantId] };
    await mutate(app, token, 'removeParticipantsFromGroup', out);
    expect(await complete(submissionId, ` ${code} `)).toEqual(first);
    expect(await membersOf(app, token, group)).toEqual([]);
  });

  it.each(['OTHER', 'WRONG'])('and is the right one is not replaced by %s', async (code) => {
    const { submissionId } = await started();
    const { submission } = await complete(submissionId, 'RIGHT');
    expect(await complete(submissionId, code)).toMatchObject({
      __typename: 'InvalidSubmissionStateError',
      currentStatus: 'AWAITING_REVIEW',
      allowedStatuses: ['APPROVED', 'REJECTED', 'RETURNED'],
    });
    const kept = await read(app, token, 'Submission', submissionId, 'enteredCode completedAt');
    expect(kept).toEqual({ enteredCode: 'RIGHT', completedAt: submission.completedAt });
  });

  it.each([
    ['approve', 'APPROVED', []],
    ['reject', 'REJECTED', ['AWAITING_REVIEW']],
    ['return', 'RETURNED', []],
  ] as const)('and is wrong is not replaced after %s', async (move, currentStatus, allowedStatuses) => {
    const { studyId } = await started();
    const submissionId = await submit(app, token, { studyId, code: 'WRONG', moves: [move] });
    const refused = { __typename: 'InvalidSubmissionStateError', currentStatus, allowedStatuses };
    expect(await complete(submissionId, 'RIGHT')).toMatchObject(refused);
    const kept = await read(app, token, 'Submission', submissionId, 'status enteredCode codeMatched');
    expect(kept).toEqual({ status: currentStatus, enteredCode: 'WRONG', codeMatched: false });
  });

  it('can be replaced once its rejection is taken back', async () => {
    const { studyId } = await started();
    const submissionId = await submit(app, token, { studyId, code: 'WRONG', moves: ['reject'] });
    await mutate(app, token, 'unrejectSubmission', { submissionId });
    expect((await complete(submissionId, 'RIGHT')).submission.codeMatched).toBe(true);
  });
});

describe('handing a code in is refused', () => {
  it('after the submission was returned without one', async () => {
    const { submissionId } = await started();
    await mutate(app, token, 'returnSubmission', { submissionId });
    expect(await complete(submissionId, 'RIGHT')).toMatchObject({
      __typename: 'InvalidSubmissionStateError',
      currentStatus: 'RETURNED',
    });
    expect(await read(app, token, 'Submission', submissionId, 'enteredCode')).toEqual({ enteredCode: null });
  });

  it.each([
    ['', 'This must not be empty.'],
    [' \t ', 'This must not be empty.'],
    ['a\u0000b', 'Control characters are not allowed.'],
    ['a\nb', 'Control characters are not allowed.'],
    ['c'.repeat(65), expect.stringContaining('64')],
  ])('where it is malformed (%j), and nothing is kept', async (code, message) => {
    const { submissionId } = await started();
    expect(await complete(submissionId, code)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'code'], message }],
    });
    expect(await read(app, token, 'Submission', submissionId, 'status')).toEqual({ status: 'ACTIVE' });
  });

  it('where it has half of a character', async () => {
    const { submissionId } = await started();
    expect((await complete(submissionId, 'a\ud83d')).__typename).toBe('InvalidInputError');
  });

  it('takes 64 characters, counted as people count them', async () => {
    const { submissionId } = await started();
    const code = '🦉'.repeat(64);
    expect((await complete(submissionId, code)).submission.enteredCode).toBe(code);
  });

  it('for a submission that never was, and for one that they cannot see', async () => {
    const unknown = unknownId('Submission');
    const { submissionId } = await started();
    expect(await complete(unknown, 'RIGHT')).toMatchObject({ __typename: 'NotFoundError', id: unknown });
    expect(await complete(submissionId, 'RIGHT', lab.stranger.token)).toMatchObject({
      __typename: 'NotFoundError',
      id: submissionId,
    });
  });

  it('to a viewer', async () => {
    const { submissionId } = await started();
    expect(await complete(submissionId, 'RIGHT', lab.viewer.token)).toMatchObject({
      __typename: 'ForbiddenError',
      requiredRole: 'COLLABORATOR',
    });
  });
});

describe('what a code did to groups', () => {
  it('is told by the submission and by each change', async () => {
    const [one, two] = [await newGroup(), await newGroup()];
    const { submissionId } = await started([adding(one), adding(two)]);
    await complete(submissionId, 'RIGHT');
    const fields = 'membershipChanges { participantGroup { id } submission { id enteredCode } }';
    const { membershipChanges } = await read(app, lab.viewer.token, 'Submission', submissionId, fields);
    const submission = { id: submissionId, enteredCode: null };
    expect(membershipChanges).toHaveLength(2);
    expect(membershipChanges).toEqual(
      expect.arrayContaining([one, two].map((id) => ({ participantGroup: { id }, submission }))),
    );
  });

  it('is told to nobody without the workspace, whichever way they came to the submission', async () => {
    const { submissionId } = await started([adding(await newGroup())]);
    await complete(submissionId, 'RIGHT');
    const [, id] = Buffer.from(submissionId, 'base64url').toString().split(':');
    const found = await app.database.prisma.submission.findUniqueOrThrow({ where: { id: id ?? '' } });
    const { reader, bitmaps, keptParticipants } = app.database;
    const { userId } = lab.stranger;
    const changesFor = (...workspaceKeys: number[]) => {
      const scope = {
        reader,
        bitmaps,
        keptParticipants,
        source: keptParticipants.source,
        workspaceKeys,
        adminWorkspaceKeys: [],
        narrowedTo: null,
        userId,
      };
      return loadChangesOfSubmissions(scope, [found.key]);
    };
    expect(await changesFor()).toEqual([[]]);
    expect(await changesFor(found.workspaceKey)).toEqual([[expect.any(String)]]);
  });

  it('is told by no change that has another cause', async () => {
    const group = await newGroup('somebody');
    const fields = 'changes { nodes { cause submission { id } } }';
    expect(await read(app, token, 'ParticipantGroup', group, fields)).toEqual({
      changes: { nodes: [{ cause: 'MANUAL', submission: null }] },
    });
  });

  it.each(['reject', 'return'] as const)('stays when a collaborator is to %s it', async (move) => {
    const group = await newGroup();
    const { studyId } = await started([adding(group)]);
    const participantId = `p${randomUUID()}`;
    await submit(app, token, { studyId, participantId, code: 'RIGHT', moves: [move] });
    expect(await membersOf(app, token, group)).toEqual([participantId]);
  });

  it('is undone with the status when one of its groups cannot be written', async () => {
    const [one, two] = [await newGroup(), await newGroup()];
    const { submissionId } = await started([adding(one), adding(two)]);
    const [, key] = Buffer.from(two, 'base64url').toString().split(':');
    await app.sql(
      `ALTER TABLE participant_group ADD CONSTRAINT refused CHECK (id <> '${key}' OR version = 0)`,
    );
    const query =
      'mutation ($input: CompleteSubmissionInput!) { completeSubmission(input: $input) { __typename } }';
    const { errors } = await app.ask(token, query, { input: { submissionId, code: 'RIGHT' } });
    await app.sql('ALTER TABLE participant_group DROP CONSTRAINT refused');
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(app.unexpected.splice(0)).toHaveLength(1);
    const kept = 'status enteredCode membershipChanges { id }';
    expect(await read(app, token, 'Submission', submissionId, kept)).toEqual({
      status: 'ACTIVE',
      enteredCode: null,
      membershipChanges: [],
    });
    expect(await membersOf(app, token, one)).toEqual([]);
    expect((await complete(submissionId, 'RIGHT')).membershipChanges).toHaveLength(2);
  });
});
