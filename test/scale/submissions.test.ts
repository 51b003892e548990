import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { startGateway } from '../process/gateway.ts';
import { startApp } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { documentOf, mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { createStudy } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const projectId = await createProject(app, token, lab.workspaceId);

/** A gateway in a process of its own, on the database of these tests. */
async function startNode() {
  const { program, url } = await startGateway({
    DATABASE_URL: app.databaseUrl,
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_TOKEN: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
  });
  const ask = async (query: string, variables: unknown) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  return { program, ask };
}

describe('two server processes', () => {
  it('give 50 places to 50 of 200 who start at once, and never show one more', async () => {
    const nodes = await Promise.all([startNode(), startNode()]);
    for (let round = 0; round < 5; round++) {
      const studyId = await createStudy(app, token, projectId, { totalAvailablePlaces: 50 }, 'publishStudy');
      const seen: number[] = [];
      const looking = new AbortController();
      const look = async () => {
        while (!looking.signal.aborted) seen.push(await placesTaken(studyId));
      };
      const looks = [look(), look()];
      const answers = await Promise.all(
        people(0, 200).map(async (participantId, index) => {
          const input = { studyId, participantId };
          const answer = await nodes[index % 2]?.ask(documentOf('startSubmission'), { input });
          return answer.data.startSubmission.__typename;
        }),
      );
      looking.abort();
      await Promise.all(looks);
      expect(answers.filter((each) => each === 'StartSubmissionPayload')).toHaveLength(50);
      expect(answers.filter((each) => each === 'StudyFullError')).toHaveLength(150);
      expect(Math.max(...seen)).toBeLessThanOrEqual(50);
      expect(await placesTaken(studyId)).toBe(50);
    }
    await Promise.all(nodes.map(({ program }) => program.end()));
  });
});

async function placesTaken(studyId: string): Promise<number> {
  const query = 'query ($id: ID!) { study(id: $id) { placesTaken submissionCounts { status count } } }';
  const { data } = await app.ask(token, query, { id: studyId });
  const { placesTaken: taken, submissionCounts } = data.study;
  expect(submissionCounts.find(({ status }: { status: string }) => status === 'ACTIVE').count).toBe(taken);
  return taken;
}

const crowd = 1_000;

/** A crowd that takes part in a study whose code moves each of them from one group to another. */
async function startCrowd() {
  const everyone = people(0, crowd);
  const from = await createGroup(app, token, lab.workspaceId, everyone, `From ${randomUUID()}`);
  const to = await createGroup(app, token, lab.workspaceId, [], `To ${randomUUID()}`);
  const actions = [
    { kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: to },
    { kind: 'REMOVE_FROM_PARTICIPANT_GROUP', participantGroupId: from },
  ];
  const completionCodes = [{ code: 'DONE', codeType: 'COMPLETED', actions }];
  const study = { totalAvailablePlaces: crowd, completionCodes };
  const studyId = await createStudy(app, token, projectId, study, 'publishStudy');
  const submissionIds: string[] = [];
  for (let first = 0; first < crowd; first += 100) {
    const some = everyone.slice(first, first + 100);
    const started = await Promise.all(
      some.map((participantId) => mutate(app, token, 'startSubmission', { studyId, participantId })),
    );
    submissionIds.push(...started.map(({ submission }) => submission.id));
  }
  return { studyId, from, to, submissionIds };
}

const complete = (submissionId: string) => ({ input: { submissionId, code: 'DONE' } });
const handIn = (submissionId: string) =>
  app.ask(token, documentOf('completeSubmission'), complete(submissionId));

/** Each submission is done in all of its parts, or in none. */
async function expectWhole(studyId: string, from: string, to: string): Promise<number> {
  const rows = await app.sql<{ status: string; changes: number; is_in: boolean; was_in: boolean }>(
    `SELECT submission.status,
       (SELECT count(*)::int FROM membership_change WHERE submission_key = submission.key) AS changes,
       EXISTS (SELECT 1 FROM membership JOIN participant_group AS g ON g.key = group_key
         WHERE membership.participant_key = submission.participant_key AND left_version IS NULL AND g.id = $2) AS is_in,
       EXISTS (SELECT 1 FROM membership JOIN participant_group AS g ON g.key = group_key
         WHERE membership.participant_key = submission.participant_key AND left_version IS NULL AND g.id = $3) AS was_in
     FROM submission JOIN study ON study.key = study_key WHERE study.id = $1`,
    [studyId, to, from].map((id) => decodeGlobalId(id)?.key),
  );
  expect(rows).toHaveLength(crowd);
  const shapes = new Set(rows.map((row) => JSON.stringify(row)));
  const done = JSON.stringify({ status: 'AWAITING_REVIEW', changes: 2, is_in: true, was_in: false });
  const open = JSON.stringify({ status: 'ACTIVE', changes: 0, is_in: false, was_in: true });
  expect([...shapes].filter((shape) => shape !== done && shape !== open)).toEqual([]);
  await expectConsistent(app.sql, from);
  await expectConsistent(app.sql, to);
  return rows.filter(({ status }) => status === 'AWAITING_REVIEW').length;
}

describe('1,000 completions at once', () => {
  it('move everyone, each by a change of its own, and the second time nobody', async () => {
    const { studyId, from, to, submissionIds } = await startCrowd();
    const other = await createGroup(app, token, lab.workspaceId, ['bystander'], `Other ${randomUUID()}`);
    const completing = Promise.all(submissionIds.map(handIn));
    const delays = await editBeside(other, completing);
    const answers = await completing;
    expect(answers.map(({ data }) => data?.completeSubmission.__typename)).toEqual(
      submissionIds.map(() => 'CompleteSubmissionPayload'),
    );
    expect(await expectWhole(studyId, from, to)).toBe(crowd);
    const { changes, membersAt } = await expectConsistent(app.sql, to);
    expect(changes).toHaveLength(crowd);
    expect(membersAt.at(-1)).toHaveLength(crowd);
    process.stdout.write(
      `${delays.length} edits and reads of another group meanwhile, the slowest ${Math.max(...delays)} ms\n`,
    );
    expect(delays.length).toBeGreaterThan(10);
    await Promise.all(submissionIds.map(handIn));
    expect((await expectConsistent(app.sql, to)).changes).toHaveLength(crowd);
    expect((await expectConsistent(app.sql, from)).changes).toHaveLength(crowd + 1);
  });

  it('are each done or not at all after kill -9', async () => {
    const { studyId, from, to, submissionIds } = await startCrowd();
    for (const killedAt of [0.2, 0.5, 0.8]) {
      const node = await startNode();
      let answered = 0;
      const asking = submissionIds.map((id) =>
        node.ask(documentOf('completeSubmission'), complete(id)).then(
          () => {
            answered += 1;
          },
          () => undefined,
        ),
      );
      await expect.poll(() => answered, { timeout: 60_000, interval: 2 }).toBeGreaterThan(crowd * killedAt);
      await node.program.end('SIGKILL');
      await Promise.all(asking);
      await expect.poll(openTransactions, { timeout: 10_000 }).toBe(0);
      const done = await expectWhole(studyId, from, to);
      expect(done).toBeGreaterThanOrEqual(answered);
      process.stdout.write(`${answered} answered before kill -9, ${done} done\n`);
    }
    await Promise.all(submissionIds.map(handIn));
    expect(await expectWhole(studyId, from, to)).toBe(crowd);
  });
});

/** Edits and reads another group, over and over until `work` is done; answers with how long each took, in ms. */
async function editBeside(participantGroupId: string, work: Promise<unknown>): Promise<number[]> {
  let isDone = false;
  const finished = work.then(() => {
    isDone = true;
  });
  const delays: number[] = [];
  for (let round = 0; !isDone; round++) {
    const before = performance.now();
    const input = { participantGroupId, participantIds: [`beside-${round}`] };
    expect(await mutate(app, token, 'addParticipantsToGroup', input)).toMatchObject({ addedCount: 1 });
    delays.push(Math.round(performance.now() - before));
  }
  await finished;
  return delays;
}

async function openTransactions(): Promise<number> {
  const [row] = await app.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
  );
  return row?.count ?? 0;
}
