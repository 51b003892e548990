import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/database/transaction.ts';
import { decodeGlobalId } from '../../src/global-id.ts';
import { recordTimeouts } from '../../src/submission/expire-service.ts';
import { startApp, startNode } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { holdTable, untilWaiting, waitForWaiter } from '../support/lock.ts';
import { membersOf } from '../support/members.ts';
import { allowing, createStudy } from '../support/studies.ts';
import { createCodedStudy } from './fixtures/codes.ts';
import { countsOf, read } from './fixtures/reads.ts';
import { submit } from './fixtures/submissions.ts';

const app = await startApp();
/** Another process: nothing but the database keeps its edits apart from those of the first. */
const other = await startNode({ url: app.databaseUrl, query: app.sql });
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect([...app.unexpected.splice(0), ...other.unexpected.splice(0)]).toEqual([]));

const published = (input: object = {}) => createStudy(app, token, projectId, input, 'publishStudy');
type Name = Parameters<typeof mutate>[2];
const here = (name: Name, input: object) => mutate(app, token, name, input);
const there = (name: Name, input: object) => mutate(other, token, name, input);

/** How many answers there are of each type. */
function typesOf(answers: readonly { readonly __typename: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { __typename } of answers) counts[__typename] = (counts[__typename] ?? 0) + 1;
  return counts;
}

/** Runs a statement in a session of the test's own and keeps its locks; `then` is run before it lets them go. */
async function hold(statement: string, id: string) {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(statement, [decodeGlobalId(id)?.key]);
  return async (then?: string) => {
    if (then !== undefined) await client.query(then, [decodeGlobalId(id)?.key]);
    await client.query('COMMIT');
    await client.end();
  };
}

describe('of two studies that keep out who has a submission to the other', () => {
  it('somebody who starts both at once gets into one', async () => {
    const [one, two] = [await createStudy(app, token, projectId), await createStudy(app, token, projectId)];
    const blocking = (studyId: string) => [{ previousStudiesBlocklist: { studyIds: [studyId] } }];
    await here('updateStudy', { studyId: one, filters: blocking(two), totalAvailablePlaces: 100 });
    await here('updateStudy', { studyId: two, filters: blocking(one), totalAvailablePlaces: 100 });
    for (const studyId of [one, two]) await here('publishStudy', { studyId });
    for (let round = 0; round < 40; round++) {
      const participantId = `torn-${round}`;
      const answers = await Promise.all([
        here('startSubmission', { studyId: one, participantId }),
        there('startSubmission', { studyId: two, participantId }),
      ]);
      expect(typesOf(answers)).toEqual({ StartSubmissionPayload: 1, NotEligibleError: 1 });
    }
  });
});

/** Lets `first` and then `second` wait for a study, and go on in that order. */
async function inOrder<Answer>(
  studyId: string,
  first: () => Promise<Answer>,
  second: () => Promise<Answer>,
): Promise<[Answer, Answer]> {
  const release = await hold('SELECT 1 FROM study WHERE id = $1 FOR NO KEY UPDATE', studyId);
  const one = first();
  await untilWaiting(app, 1);
  const two = second();
  await untilWaiting(app, 2);
  await release();
  return [await one, await two];
}

describe('of many who start at once', () => {
  it('as many as there are places do, and no reader ever sees more', async () => {
    const studyId = await published({ totalAvailablePlaces: 50 });
    const seen: number[] = [];
    let isOver = false;
    const watch = async () => {
      while (!isOver) {
        const { placesTaken } = await read(other, token, 'Study', studyId, 'placesTaken');
        const { ACTIVE = 0 } = await countsOf(other, token, studyId);
        seen.push(placesTaken, ACTIVE);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const watching = watch();
    const starting = Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? here : there)('startSubmission', { studyId, participantId: `many${index}` }),
    );
    const answers = await Promise.all(starting);
    isOver = true;
    await watching;
    expect(typesOf(answers)).toEqual({ StartSubmissionPayload: 50, StudyFullError: 150 });
    expect(Math.max(...seen)).toBeLessThanOrEqual(50);
    expect(await countsOf(app, token, studyId)).toEqual({ ACTIVE: 50 });
  });

  it('with the same participant ID one does', async () => {
    const studyId = await published();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? here : there)('startSubmission', { studyId, participantId: 'the-same' }),
      ),
    );
    expect(typesOf(answers)).toEqual({ StartSubmissionPayload: 1, AlreadySubmittedError: 9 });
    expect(await countsOf(app, token, studyId)).toEqual({ ACTIVE: 1 });
  });

  it('in more studies than there are connections, all do', async () => {
    const studies: string[] = [];
    for (let made = 0; made < 40; made++) studies.push(await published());
    const answers = await Promise.all(
      studies.map((studyId) => here('startSubmission', { studyId, participantId: 'everywhere' })),
    );
    expect(typesOf(answers)).toEqual({ StartSubmissionPayload: 40 });
  });

  it('in two studies with a participant ID that was never seen, both do, as one participant', async () => {
    for (let round = 0; round < 10; round++) {
      const studies = [await published(), await published()];
      const answers = await Promise.all(
        studies.map((studyId, index) =>
          (index === 0 ? here : there)('startSubmission', { studyId, participantId: `twice${round}` }),
        ),
      );
      expect(answers[0].submission.participant).toEqual(answers[1].submission.participant);
    }
  });

  it('the place of one that has run out of time goes to one', async () => {
    const studyId = await published({ totalAvailablePlaces: 1, maximumMinutes: 1 });
    await submit(app, token, { studyId });
    await app.sql(`UPDATE submission SET expires_at = now() - interval '1 second'`);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? here : there)('startSubmission', { studyId, participantId: `next${index}` }),
      ),
    );
    expect(typesOf(answers)).toEqual({ StartSubmissionPayload: 1, StudyFullError: 9 });
  });
});

/** A submission of a study whose code adds to a group. */
async function started(input: object = {}) {
  const group = await createGroup(app, token, workspaceId);
  const actions = [{ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: group }] as const;
  const codes = [{ code: 'RIGHT', codeType: 'COMPLETED', actions }];
  const studyId = await createCodedStudy(app, token, projectId, codes, input);
  const participantId = `p${randomUUID()}`;
  const submissionId = await submit(app, token, { studyId, participantId });
  return { group, studyId, participantId, submissionId };
}

describe('a code and a return at once', () => {
  it('are both taken when the code is first', async () => {
    const { studyId, submissionId, group, participantId } = await started();
    const [completed, returned] = await inOrder(
      studyId,
      () => here('completeSubmission', { submissionId, code: 'RIGHT' }),
      () => there('returnSubmission', { submissionId }),
    );
    expect(completed.membershipChanges).toHaveLength(1);
    expect(returned.submission).toMatchObject({ status: 'RETURNED', enteredCode: 'RIGHT' });
    expect(await membersOf(app, token, group)).toEqual([participantId]);
  });

  it('leave it returned, and the group as it was, when the return is first', async () => {
    const { studyId, submissionId, group } = await started();
    const [returned, completed] = await inOrder(
      studyId,
      () => here('returnSubmission', { submissionId }),
      () => there('completeSubmission', { submissionId, code: 'RIGHT' }),
    );
    expect(returned.submission).toMatchObject({ status: 'RETURNED', enteredCode: null });
    expect(completed).toMatchObject({
      __typename: 'InvalidSubmissionStateError',
      currentStatus: 'RETURNED',
    });
    expect(await membersOf(app, token, group)).toEqual([]);
  });
});

describe('a code that is handed in twice at once', () => {
  it('does what it does once', async () => {
    const { studyId, submissionId, group } = await started();
    const hand = (perform: typeof here) => () =>
      perform('completeSubmission', { submissionId, code: 'RIGHT' });
    const [first, second] = await inOrder(studyId, hand(here), hand(there));
    // Each process tells its own address in the link.
    const withoutLink = ({ completionUrl: _, ...rest }: { completionUrl: string }) => rest;
    expect(withoutLink(second.submission)).toEqual(withoutLink(first.submission));
    expect(second.membershipChanges).toEqual(first.membershipChanges);
    expect(await read(app, token, 'ParticipantGroup', group, 'version participantCount')).toEqual({
      version: 1,
      participantCount: 1,
    });
  });
});

describe('an approval and a rejection at once', () => {
  const orders = [
    ['approveSubmission', 'rejectSubmission'],
    ['rejectSubmission', 'approveSubmission'],
  ] as const;
  it.each(orders)('leave what the first made of it (%s, %s)', async (one, two) => {
    const studyId = await published();
    const submissionId = await submit(app, token, { studyId, code: 'x' });
    const input = (name: string) => ({
      submissionId,
      ...(name.startsWith('reject') ? { message: 'No' } : {}),
    });
    const [first, second] = await inOrder(
      studyId,
      () => here(one, input(one)),
      () => there(two, input(two)),
    );
    const { status } = first.submission;
    expect(status).toBe(one === 'approveSubmission' ? 'APPROVED' : 'REJECTED');
    expect(second).toMatchObject({ __typename: 'InvalidSubmissionStateError', currentStatus: status });
    expect(await read(app, token, 'Submission', submissionId, 'status rejectionMessage')).toEqual({
      status,
      rejectionMessage: status === 'REJECTED' ? 'No' : null,
    });
  });
});

describe('a start and a rejection that is taken back, for the last place,', () => {
  async function lastPlace() {
    const studyId = await published({ totalAvailablePlaces: 1 });
    const submissionId = await submit(app, token, { studyId, code: 'x', moves: ['reject'] });
    return {
      studyId,
      start: (perform: typeof here) => () => perform('startSubmission', { studyId, participantId: 'last' }),
      unreject: (perform: typeof here) => () => perform('unrejectSubmission', { submissionId }),
    };
  }

  it('give it to the start when that is first', async () => {
    const { studyId, start, unreject } = await lastPlace();
    const [first, second] = await inOrder(studyId, start(here), unreject(there));
    expect([first.submission.status, second.__typename]).toEqual(['ACTIVE', 'StudyFullError']);
  });

  it('leave it with the rejected one when that is first', async () => {
    const { studyId, start, unreject } = await lastPlace();
    const [first, second] = await inOrder(studyId, unreject(here), start(there));
    expect([first.submission.status, second.__typename]).toEqual(['AWAITING_REVIEW', 'StudyFullError']);
  });
});

describe('a code at the moment at which time runs out', () => {
  const sweep = () => inTransaction(other.database, (transaction) => recordTimeouts(transaction));

  it('is too late where running out was recorded while it waited', async () => {
    const { submissionId, group } = await started({ maximumMinutes: 1 });
    const release = await hold('SELECT 1 FROM submission WHERE id = $1 FOR NO KEY UPDATE', submissionId);
    const completing = here('completeSubmission', { submissionId, code: 'RIGHT' });
    await untilWaiting(app);
    await release(
      `UPDATE submission SET status = 'TIMED_OUT', expires_at = now() - interval '1 second' WHERE id = $1`,
    );
    expect(await completing).toMatchObject({ currentStatus: 'TIMED_OUT' });
    expect(await read(app, token, 'Submission', submissionId, 'status enteredCode completedAt')).toEqual({
      status: 'TIMED_OUT',
      enteredCode: 'RIGHT',
      completedAt: null,
    });
    expect(await membersOf(app, token, group)).toEqual([]);
  });

  it('is too late where time ran out while it waited for the study', async () => {
    const { studyId, submissionId } = await started({ maximumMinutes: 1 });
    const release = await hold('SELECT 1 FROM study WHERE id = $1 FOR NO KEY UPDATE', studyId);
    const completing = here('completeSubmission', { submissionId, code: 'RIGHT' });
    await untilWaiting(app);
    await app.sql(`UPDATE submission SET expires_at = now() WHERE id = $1`, [
      decodeGlobalId(submissionId)?.key,
    ]);
    await release();
    expect(await completing).toMatchObject({ currentStatus: 'TIMED_OUT' });
  });

  it('is in time or too late, and nothing between', async () => {
    for (let round = 0; round < 20; round++) {
      const { submissionId, group } = await started({ maximumMinutes: 1 });
      await app.sql(
        `UPDATE submission SET expires_at = clock_timestamp() + interval '12 milliseconds' WHERE id = $1`,
        [decodeGlobalId(submissionId)?.key],
      );
      const [answer] = await Promise.all([
        here('completeSubmission', { submissionId, code: 'RIGHT' }),
        sweep(),
        sweep().then(sweep),
      ]);
      await sweep();
      const isInTime = answer.__typename === 'CompleteSubmissionPayload';
      const fields = 'status enteredCode codeMatched completedAt membershipChanges { version }';
      expect(await read(app, token, 'Submission', submissionId, fields)).toEqual({
        status: isInTime ? 'AWAITING_REVIEW' : 'TIMED_OUT',
        enteredCode: 'RIGHT',
        codeMatched: true,
        completedAt: isInTime ? expect.any(String) : null,
        membershipChanges: isInTime ? [{ version: 1 }] : [],
      });
      expect(await membersOf(app, token, group)).toHaveLength(isInTime ? 1 : 0);
    }
  });
});

describe('a start and its group', () => {
  it('is let in by an edit that was acknowledged, and not by one that is under way', async () => {
    const group = await createGroup(app, token, workspaceId);
    const studyId = await published({ filters: allowing(group) });
    const start = { studyId, participantId: 'joins' };
    const release = await holdTable(app.databaseUrl, 'membership');
    const adding = here('addParticipantsToGroup', { participantGroupId: group, participantIds: ['joins'] });
    await waitForWaiter(app, 'relation');
    expect((await there('startSubmission', start)).__typename).toBe('NotEligibleError');
    await release();
    await adding;
    expect((await there('startSubmission', start)).__typename).toBe('StartSubmissionPayload');
  });

  it('keeps it from being deleted, however they meet', async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < 10; round++) {
      const group = await createGroup(app, token, workspaceId, ['member']);
      const studyId = await published({ filters: allowing(group) });
      const answers = await Promise.all([
        here('startSubmission', { studyId, participantId: 'member' }),
        there('deleteParticipantGroup', { participantGroupId: group }),
      ]);
      outcomes.push(answers.map(({ __typename }) => __typename).join(' and '));
    }
    expect(new Set(outcomes)).toEqual(new Set(['StartSubmissionPayload and GroupInUseError']));
  });

  it('is deleted, or its study’s rejection taken back, and never both', async () => {
    for (let round = 0; round < 20; round++) {
      const group = await createGroup(app, token, workspaceId, ['member']);
      const studyId = await published({ filters: allowing(group) });
      const submissionId = await submit(app, token, {
        ...{ studyId, participantId: 'member', code: 'x' },
        moves: ['reject'],
      });
      await here('stopStudy', { studyId });
      const answers = await Promise.all([
        here('unrejectSubmission', { submissionId }),
        there('deleteParticipantGroup', { participantGroupId: group }),
      ]);
      expect([
        ['UnrejectSubmissionPayload', 'GroupInUseError'],
        ['GroupDeletedError', 'DeleteParticipantGroupPayload'],
      ]).toContainEqual(answers.map(({ __typename }) => __typename));
    }
  });
});

describe('a code and the deletion of its group, of a study that was stopped,', () => {
  it('when time runs out while both wait: the deleted group takes nobody in', async () => {
    const group = await createGroup(app, token, workspaceId, ['member']);
    const actions = [{ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: group }] as const;
    const codes = [{ code: 'RIGHT', codeType: 'COMPLETED', actions }];
    const filters = [{ any: [...allowing(group), { customAllowlist: { participantIds: ['late'] } }] }];
    const input = { filters, maximumMinutes: 1 };
    const studyId = await createCodedStudy(app, token, projectId, codes, input);
    const submissionId = await submit(app, token, { studyId, participantId: 'late' });
    await here('stopStudy', { studyId });
    const release = await hold('SELECT 1 FROM participant_group WHERE id = $1 FOR NO KEY UPDATE', group);
    const deleting = there('deleteParticipantGroup', { participantGroupId: group });
    await untilWaiting(app, 1);
    await app.sql(
      `UPDATE submission SET expires_at = clock_timestamp() + interval '1 second' WHERE id = $1`,
      [decodeGlobalId(submissionId)?.key],
    );
    const completing = here('completeSubmission', { submissionId, code: 'RIGHT' });
    await untilWaiting(app, 2);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await release();
    const [deleted, completed] = await Promise.all([deleting, completing]);
    expect(deleted.participantGroup.isDeleted).toBe(true);
    expect(completed).toMatchObject({ currentStatus: 'TIMED_OUT' });
    expect(await membersOf(app, token, group)).toEqual(['member']);
  });
});

describe('a code while the participant is erased', () => {
  const erase = (participantId: string) =>
    mutate(other, lab.admin.token, 'eraseParticipant', { workspaceId, participantId });

  it('adds them when it is first: the erasure waits, and takes them out', async () => {
    const { submissionId, participantId, group } = await started();
    const release = await holdTable(app.databaseUrl, 'membership');
    const completing = here('completeSubmission', { submissionId, code: 'RIGHT' });
    await waitForWaiter(app, 'relation');
    const erasing = erase(participantId);
    await waitForWaiter(app, 'advisory');
    await release();
    expect((await completing).membershipChanges).toMatchObject([{ version: 1, addedCount: 1 }]);
    expect((await erasing).changes).toMatchObject([{ version: 2, cause: 'ERASURE' }]);
    expect(await membersOf(app, token, group)).toEqual([]);
    await expectConsistent(app.sql, group);
  });

  it('never adds them when the erasure is first, and the submission moves on', async () => {
    const { submissionId, participantId, group } = await started();
    const release = await holdTable(app.databaseUrl, 'audit_entry');
    const erasing = erase(participantId);
    await waitForWaiter(app, 'relation');
    const completing = here('completeSubmission', { submissionId, code: 'RIGHT' });
    await waitForWaiter(app, 'advisory');
    await release();
    const { participant } = await erasing;
    const { submission, membershipChanges } = await completing;
    expect(submission).toMatchObject({
      status: 'AWAITING_REVIEW',
      participant: { participantId: participant.participantId },
    });
    expect(membershipChanges).toEqual([]);
    expect(await membersOf(app, token, group)).toEqual([]);
    await expectConsistent(app.sql, group);
  });
});

it('codes that edit the same two groups from two processes all take effect', async () => {
  const groups = [await createGroup(app, token, workspaceId), await createGroup(app, token, workspaceId)];
  const actions = groups.map(
    (participantGroupId) => ({ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId }) as const,
  );
  const studies = await Promise.all(
    [actions, actions.toReversed()].map((each) =>
      createCodedStudy(app, token, projectId, [{ code: 'RIGHT', codeType: 'COMPLETED', actions: each }], {
        totalAvailablePlaces: 20,
      }),
    ),
  );
  const ids: string[] = [];
  for (let made = 0; made < 20; made++)
    ids.push(await submit(app, token, { studyId: studies[made % 2] ?? '' }));
  const answers = await Promise.all(
    ids.map((submissionId, index) =>
      (index % 4 < 2 ? here : there)('completeSubmission', { submissionId, code: 'RIGHT' }),
    ),
  );
  expect(typesOf(answers)).toEqual({ CompleteSubmissionPayload: 20 });
  for (const group of groups) {
    const fields = 'version participantCount';
    expect(await read(app, token, 'ParticipantGroup', group, fields)).toEqual({
      version: 20,
      participantCount: 20,
    });
    await expectConsistent(app.sql, group);
  }
});
