import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/database/transaction.ts';
import { decodeGlobalId } from '../../src/global-id.ts';
import { recordTimeouts, sweepTimeouts } from '../../src/submission/expire-service.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { type PageAnswer, pageInfo, readBackward, readForward } from '../support/paging.ts';
import { allowing, createStudy, keyOf } from '../support/studies.ts';
import { createCodedStudy } from './fixtures/codes.ts';
import { countsOf, letTimeRunOut, read, recordedStatus } from './fixtures/reads.ts';
import { submit } from './fixtures/submissions.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const published = (input: object = {}) =>
  createStudy(app, token, projectId, { maximumMinutes: 60, ...input }, 'publishStudy');

/** A study, and a submission to it whose time has run out, which nobody has recorded. */
async function ranOut(input: object = {}) {
  const studyId = await published(input);
  const participantId = `p${randomUUID()}`;
  const submissionId = await submit(app, token, { studyId, participantId });
  await letTimeRunOut(app, submissionId);
  return { studyId, submissionId, participantId };
}

describe('a submission whose time has run out, before that is recorded,', () => {
  it('is TIMED_OUT', async () => {
    const { submissionId } = await ranOut();
    expect(await read(app, token, 'Submission', submissionId, 'status')).toEqual({ status: 'TIMED_OUT' });
    expect(await recordedStatus(app, submissionId)).toBe('ACTIVE');
  });

  it('is counted as TIMED_OUT', async () => {
    const { studyId } = await ranOut();
    await submit(app, token, { studyId });
    expect(await countsOf(app, token, studyId)).toEqual({ TIMED_OUT: 1, ACTIVE: 1 });
  });

  it('takes no place', async () => {
    const { studyId } = await ranOut();
    expect(await read(app, token, 'Study', studyId, 'placesTaken')).toEqual({ placesTaken: 0 });
  });

  it('leaves its place to somebody else', async () => {
    const { studyId } = await ranOut({ totalAvailablePlaces: 1 });
    const answer = await mutate(app, token, 'startSubmission', { studyId, participantId: 'comes' });
    expect(answer.submission.status).toBe('ACTIVE');
  });

  it('still keeps its participant from another go', async () => {
    const { studyId, participantId, submissionId } = await ranOut();
    expect(await mutate(app, token, 'startSubmission', { studyId, participantId })).toMatchObject({
      __typename: 'AlreadySubmittedError',
      submission: { id: submissionId, status: 'TIMED_OUT' },
    });
  });

  it('is not among those that could not be fewer places', async () => {
    const { studyId } = await ranOut();
    await submit(app, token, { studyId });
    const { study } = await mutate(app, token, 'updateStudy', { studyId, totalAvailablePlaces: 1 });
    expect(study.totalAvailablePlaces).toBe(1);
  });

  it('keeps no group in use by a study that was stopped', async () => {
    const group = await createGroup(app, token, workspaceId, ['late']);
    const studyId = await published({ filters: allowing(group) });
    const submissionId = await submit(app, token, { studyId, participantId: 'late' });
    await mutate(app, token, 'stopStudy', { studyId });
    const remove = () => mutate(app, token, 'deleteParticipantGroup', { participantGroupId: group });
    expect(await remove()).toMatchObject({ __typename: 'GroupInUseError' });
    await letTimeRunOut(app, submissionId);
    expect(await remove()).toMatchObject({ participantGroup: { isDeleted: true } });
  });

  it.each([
    ['previousStudiesAllowlist', ['TIMED_OUT'], true],
    ['previousStudiesAllowlist', ['ACTIVE'], false],
    ['previousStudiesBlocklist', ['TIMED_OUT'], false],
    ['previousStudiesBlocklist', ['ACTIVE'], true],
  ])('makes %s of %j answer %s', async (filter, statuses, isEligible) => {
    const { studyId: before, participantId } = await ranOut();
    const filters = [{ [filter]: { studyIds: [before], statuses } }];
    const studyId = await published({ filters });
    const fields = `eligibility(participantId: "${participantId}") { isEligible }
      eligibleParticipants(first: 100) { nodes { participantId } }`;
    const { eligibility, eligibleParticipants } = await read(app, token, 'Study', studyId, fields);
    expect(eligibility.isEligible).toBe(isEligible);
    const listed = eligibleParticipants.nodes.some(
      (node: { participantId: string }) => node.participantId === participantId,
    );
    expect(listed).toBe(isEligible);
  });

  it('cannot be returned', async () => {
    const { submissionId } = await ranOut();
    expect(await mutate(app, token, 'returnSubmission', { submissionId })).toMatchObject({
      __typename: 'InvalidSubmissionStateError',
      currentStatus: 'TIMED_OUT',
      allowedStatuses: [],
    });
  });

  it('was ACTIVE until the moment that was told when it started', async () => {
    const studyId = await published();
    const { submission } = await mutate(app, token, 'startSubmission', { studyId, participantId: 'soon' });
    await app.sql(
      `UPDATE submission SET expires_at = clock_timestamp() + interval '300 milliseconds' WHERE id = $1`,
      [decodeGlobalId(submission.id)?.key],
    );
    const statuses: string[] = [];
    const fields = 'submissionCounts { status count } placesTaken submissions { nodes { status } }';
    while (statuses.at(-1) !== 'TIMED_OUT') {
      const seen = await read(app, token, 'Study', studyId, fields);
      const [{ status }] = seen.submissions.nodes;
      statuses.push(status);
    }
    expect(statuses[0]).toBe('ACTIVE');
    expect(await countsOf(app, token, studyId)).toEqual({ TIMED_OUT: 1 });
  });
});

describe('the submissions of a study in a status', () => {
  const fields = `nodes { id status } totalCount ${pageInfo}`;
  const list = async (studyId: string, args: string) =>
    (await read(app, token, 'Study', studyId, `submissions(${args}) { ${fields} }`)).submissions;

  /** Four that ran out, three that did not, one of them without an end, and one that was returned. */
  async function mixture() {
    const studyId = await published({ totalAvailablePlaces: 20 });
    const ids: string[] = [];
    for (let made = 0; made < 8; made++) ids.unshift(await submit(app, token, { studyId }));
    const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = ''] = ids;
    await letTimeRunOut(app, a, c, d, f);
    await inTransaction(app.database, (transaction) => recordTimeouts(transaction));
    await app.sql(`UPDATE submission SET status = 'ACTIVE' WHERE id = ANY($1::uuid[])`, [
      [a, d].map((id) => decodeGlobalId(id)?.key),
    ]);
    await app.sql('UPDATE submission SET expires_at = NULL WHERE id = $1', [decodeGlobalId(b)?.key]);
    await mutate(app, token, 'returnSubmission', { submissionId: h });
    return { studyId, timedOut: [a, c, d, f], active: [b, e, g], returned: [h], all: ids };
  }
  const idsOf = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id);

  it('are those that stand so by now, recorded or not, and counted so', async () => {
    const { studyId, timedOut, active, returned, all } = await mixture();
    const cases = [
      ['[TIMED_OUT]', timedOut],
      ['[ACTIVE]', active],
      ['[RETURNED]', returned],
      ['[APPROVED]', []],
      ['[ACTIVE, TIMED_OUT, RETURNED]', all],
      ['null', all],
      ['[]', []],
    ] as const;
    for (const [status, expected] of cases) {
      const page = await list(studyId, `first: 100, status: ${status}`);
      expect(idsOf(page), status).toEqual(expected);
      expect(page.totalCount, status).toBe(expected.length);
    }
  });

  it('are read completely in pages, forward and backward', async () => {
    const { studyId, timedOut } = await mixture();
    const page = (args: string): Promise<PageAnswer<{ id: string }>> =>
      list(studyId, `${args}, status: [TIMED_OUT]`);
    for (const size of [1, 2, 3]) {
      const forward = await readForward(size, ({ after }) =>
        page(`first: ${size}, after: ${JSON.stringify(after ?? null)}`),
      );
      const backward = await readBackward(size, ({ before }) =>
        page(`last: ${size}, before: ${JSON.stringify(before ?? null)}`),
      );
      expect([forward, backward].map((nodes) => idsOf({ nodes }))).toEqual([timedOut, timedOut]);
    }
  });

  it('keep their page when one runs out between two pages', async () => {
    const { studyId, active } = await mixture();
    const [first = '', second = '', third = ''] = active;
    const page = await list(studyId, 'first: 1, status: [ACTIVE]');
    expect(idsOf(page)).toEqual([first]);
    await letTimeRunOut(app, first, second);
    const after = JSON.stringify(page.pageInfo.endCursor);
    expect(idsOf(await list(studyId, `first: 1, after: ${after}, status: [ACTIVE]`))).toEqual([third]);
  });
});

describe('a code that comes too late', () => {
  const complete = (submissionId: string, code: string, rest: object = {}) =>
    mutate(app, token, 'completeSubmission', { submissionId, code, ...rest });
  const entered = 'status enteredCode codeMatched completedAt returnRequested membershipChanges { id }';

  /** A submission that ran out of time, of a study whose code adds to a group. */
  async function late() {
    const group = await createGroup(app, token, workspaceId);
    const actions = [
      { kind: 'AUTOMATICALLY_APPROVE' },
      { kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: group },
      { kind: 'REQUEST_RETURN', returnReason: 'Please' },
    ] as const;
    const codes = [{ code: 'RIGHT', codeType: 'COMPLETED', actions }];
    const studyId = await createCodedStudy(app, token, projectId, codes, { maximumMinutes: 1 });
    const submissionId = await submit(app, token, { studyId });
    await letTimeRunOut(app, submissionId);
    return { submissionId, group };
  }

  it('is refused', async () => {
    const { submissionId } = await late();
    expect(await complete(submissionId, 'RIGHT')).toMatchObject({
      __typename: 'InvalidSubmissionStateError',
      currentStatus: 'TIMED_OUT',
      allowedStatuses: [],
    });
  });

  it.each([
    ['RIGHT', true],
    ['WRONG', false],
  ])('is kept, and does nothing (%s)', async (code, codeMatched) => {
    const { submissionId, group } = await late();
    await complete(submissionId, code);
    expect(await read(app, token, 'Submission', submissionId, entered)).toEqual({
      status: 'TIMED_OUT',
      enteredCode: code,
      codeMatched,
      completedAt: null,
      returnRequested: null,
      membershipChanges: [],
    });
    expect(await read(app, token, 'ParticipantGroup', group, 'participantCount version')).toEqual({
      participantCount: 0,
      version: 0,
    });
    expect(await recordedStatus(app, submissionId)).toBe('TIMED_OUT');
  });

  it('is kept where running out of time was recorded before', async () => {
    const { submissionId } = await late();
    await inTransaction(app.database, (transaction) => recordTimeouts(transaction));
    await complete(submissionId, 'RIGHT');
    const { enteredCode, codeMatched } = await read(app, token, 'Submission', submissionId, entered);
    expect({ enteredCode, codeMatched }).toEqual({ enteredCode: 'RIGHT', codeMatched: true });
  });

  it('is the first that is kept, of several', async () => {
    const { submissionId } = await late();
    for (const code of ['FIRST', 'RIGHT', 'FIRST'])
      expect((await complete(submissionId, code)).currentStatus).toBe('TIMED_OUT');
    const { enteredCode } = await read(app, token, 'Submission', submissionId, entered);
    expect(enteredCode).toBe('FIRST');
  });

  it('leaves its idempotency key free', async () => {
    const { submissionId } = await late();
    const idempotencyKey = randomUUID();
    await complete(submissionId, 'RIGHT', { idempotencyKey });
    const other = await submit(app, token, { studyId: await published() });
    expect(await complete(other, 'RIGHT', { idempotencyKey })).toMatchObject({
      submission: { id: other, status: 'AWAITING_REVIEW' },
    });
  });

  it('is not kept for who may not hand one in', async () => {
    const { submissionId } = await late();
    await mutate(app, lab.viewer.token, 'completeSubmission', { submissionId, code: 'RIGHT' });
    expect(await read(app, token, 'Submission', submissionId, 'enteredCode')).toEqual({ enteredCode: null });
  });
});

describe('recording that time ran out', () => {
  const sweep = () => inTransaction(app.database, (transaction) => recordTimeouts(transaction));
  const sweepAll = () => sweepTimeouts(app.database);

  it('takes those alone whose time is over', async () => {
    await sweepAll();
    const { studyId, submissionId } = await ranOut();
    const others = [await submit(app, token, { studyId }), await submit(app, token, { studyId, code: 'x' })];
    await letTimeRunOut(app, others[1] ?? '');
    expect([await sweep(), await sweep()]).toEqual([1, 0]);
    expect(await recordedStatus(app, submissionId)).toBe('TIMED_OUT');
    expect(await Promise.all(others.map((id) => recordedStatus(app, id)))).toEqual([
      'ACTIVE',
      'AWAITING_REVIEW',
    ]);
  });

  it('changes no answer', async () => {
    const { studyId } = await ranOut();
    const fields = `placesTaken submissionCounts { status count }
      submissions { totalCount nodes { id status expiresAt completedAt enteredCode } }`;
    const before = await read(app, token, 'Study', studyId, fields);
    await sweepAll();
    expect(await read(app, token, 'Study', studyId, fields)).toEqual(before);
  });

  it('takes a thousand at a time, and all in the end', async () => {
    await sweepAll();
    await createGroup(app, token, workspaceId, people(0, 3_001));
    const studyId = await published();
    const study = await keyOf(app, 'study', studyId);
    await app.sql(
      `INSERT INTO submission (id, workspace_key, study_key, participant_key, expires_at)
       SELECT gen_random_uuid(), workspace_key, $1, key, now() - interval '1 hour' FROM participant
       WHERE participant_id ~ '^p[0-9]{1,4}$'`,
      [study],
    );
    expect(await sweep()).toBe(1_000);
    await sweepAll();
    expect(await sweep()).toBe(0);
    expect(await countsOf(app, token, studyId)).toEqual({ TIMED_OUT: 3_001 });
  });

  it('leaves for the next time what somebody edits', async () => {
    await sweepAll();
    const [one, other] = [await ranOut(), await ranOut()];
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    // Who edits a submission holds its study.
    await client.query('SELECT 1 FROM study WHERE id = $1 FOR NO KEY UPDATE', [
      decodeGlobalId(one.studyId)?.key,
    ]);
    expect(await sweep()).toBe(1);
    const found = await Promise.all(
      [one, other].map(({ submissionId }) => recordedStatus(app, submissionId)),
    );
    expect(found).toEqual(['ACTIVE', 'TIMED_OUT']);
    await client.query('COMMIT');
    await client.end();
    expect(await sweep()).toBe(1);
  });

  it('waits in the end for a study that was edited meanwhile', async () => {
    await sweepAll();
    const { studyId, submissionId } = await ranOut();
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM study WHERE id = $1 FOR NO KEY UPDATE', [decodeGlobalId(studyId)?.key]);
    const sweeping = sweepTimeouts(app.database);
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await expect.poll(() => app.sql(waiting)).toHaveLength(1);
    await client.query('COMMIT');
    await client.end();
    await sweeping;
    expect(await recordedStatus(app, submissionId)).toBe('TIMED_OUT');
  });
});
