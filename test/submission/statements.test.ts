import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/database/transaction.ts';
import { recordTimeouts } from '../../src/submission/expire-service.ts';
import { explain } from '../scale/plans.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { allowing, createStudy, keyOf } from '../support/studies.ts';
import { createCodedStudy } from './fixtures/codes.ts';
import { read } from './fixtures/reads.ts';
import { submit } from './fixtures/submissions.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

/** How many statements a mutation takes that asks for no more than whether it was done. */
async function statementsOf(name: 'startSubmission' | 'completeSubmission', input: object): Promise<number> {
  const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation ($input: ${capital}Input!) { ${name}(input: $input) { __typename } }`;
  app.statements.splice(0);
  const { data } = await app.ask(token, query, { input });
  expect(data[name].__typename).toBe(`${capital}Payload`);
  return app.statements.length;
}

/** A submission to a study whose code adds to so many groups. */
async function adding(count: number): Promise<string> {
  const groups: string[] = [];
  for (let made = 0; made < count; made++) groups.push(await createGroup(app, token, workspaceId));
  const actions = groups.map(
    (participantGroupId) => ({ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId }) as const,
  );
  const codes = [{ code: 'RIGHT', codeType: 'COMPLETED', actions }];
  return submit(app, token, { studyId: await createCodedStudy(app, token, projectId, codes) });
}

describe('statements of', () => {
  it('a start', async () => {
    const group = await createGroup(app, token, workspaceId, ['member']);
    const studyId = await createStudy(app, token, projectId, { filters: allowing(group) }, 'publishStudy');
    // The token; the study; no erasure meanwhile; the study's lock; the role; an earlier submission; eligibility; the
    // places; the participant; the submission.
    expect(await statementsOf('startSubmission', { studyId, participantId: 'member' })).toBe(10);
  });

  it('a code that edits no group, one, and five', async () => {
    const counts: number[] = [];
    for (const count of [0, 1, 5]) {
      const submissionId = await adding(count);
      counts.push(await statementsOf('completeSubmission', { submissionId, code: 'RIGHT' }));
    }
    // The token; the submission; the codes; no erasure meanwhile; the study's lock; the role; the submission's lock;
    // the move. For groups the lock of all, and one for each group's change.
    expect(counts).toEqual([7, 7 + 2, 7 + 6]);
  });
});

describe('with a hundred submissions', () => {
  let studyId: string;

  beforeAll(async () => {
    const group = await createGroup(app, token, workspaceId);
    const actions = [{ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: group }] as const;
    const codes = [{ code: 'RIGHT', codeType: 'COMPLETED', actions }];
    studyId = await createCodedStudy(app, token, projectId, codes, { totalAvailablePlaces: 100 });
    for (const participantId of people(0, 100))
      await submit(app, token, { studyId, participantId, code: 'RIGHT' });
  });

  it('a page takes as many statements as with one', async () => {
    const query = `query ($id: ID!, $n: Int!) { study(id: $id) { placesTaken submissionCounts { count }
      submissions(first: $n, status: [AWAITING_REVIEW]) { totalCount nodes { status enteredCode
        study { name } participant { participantId submissions(first: 1) { nodes { id } } }
        membershipChanges { version participantGroup { name } submission { id } } } } } }`;
    const counts: number[] = [];
    for (const n of [1, 100]) {
      app.statements.splice(0);
      const { data, errors } = await app.ask(token, query, { id: studyId, n });
      expect(errors).toBeUndefined();
      expect(data.study.submissions.nodes).toHaveLength(n);
      counts.push(app.statements.length);
    }
    expect(counts).toEqual([11, 11]);
  });
});

describe('among 50,000 submissions', () => {
  let studyId: string;

  beforeAll(async () => {
    studyId = await createStudy(app, token, projectId, { totalAvailablePlaces: 100_000 }, 'publishStudy');
    const studies = [studyId, await createStudy(app, token, projectId, {}, 'publishStudy')];
    await app.sql(`INSERT INTO participant (id, workspace_key, participant_id)
      SELECT gen_random_uuid(), (SELECT workspace_key FROM study LIMIT 1), 'many' || i FROM generate_series(1, 25000) AS i`);
    for (const id of studies)
      await app.sql(
        `INSERT INTO submission (id, workspace_key, study_key, participant_key, expires_at)
         SELECT gen_random_uuid(), workspace_key, $1, key, now() + interval '1 hour' FROM participant
         WHERE participant_id LIKE 'many%'`,
        [await keyOf(app, 'study', id)],
      );
    await app.sql('ANALYZE');
  });

  /** The plans of the last statement of a kind that was sent while something was done. */
  async function plansOf(kind: RegExp, work: () => Promise<unknown>) {
    app.sent.splice(0);
    await work();
    const sent = app.sent.findLast(({ text }) => kind.test(text));
    if (sent === undefined) throw new Error(`No statement like ${kind} was sent`);
    return explain(app.databaseUrl, sent);
  }

  it('those whose time has run out are found by the index of them', async () => {
    const sweep = () => inTransaction(app.database, (transaction) => recordTimeouts(transaction));
    const { first, generic } = await plansOf(/FOR NO KEY UPDATE SKIP LOCKED/, sweep);
    for (const { plan, buffers } of [first, generic]) {
      expect(plan).toContain('submission_expiring_idx');
      expect(buffers, plan).toBeLessThan(20);
    }
  });

  it('a first page of a study is found by an index, whatever the status', async () => {
    for (const args of ['first: 10', 'first: 10, status: [ACTIVE]']) {
      const page = () => read(app, token, 'Study', studyId, `submissions(${args}) { nodes { id } }`);
      const { first, generic } = await plansOf(/FROM submission/, page);
      for (const { plan, buffers } of [first, generic]) expect(buffers, plan).toBeLessThan(100);
    }
  });

  it('whether a participant has a submission is found by an index', async () => {
    const start = () => mutate(app, token, 'startSubmission', { studyId, participantId: 'many7' });
    const { first, generic } = await plansOf(/FROM participant JOIN submission/, start);
    for (const { plan, buffers } of [first, generic]) expect(buffers, plan).toBeLessThan(20);
  });
});
