import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import {
  addMember,
  createGroup,
  createLab,
  createPerson,
  createProject,
  people,
  unknownId,
} from '../support/factories.ts';
import { createStudy, keyOf } from '../support/studies.ts';
import { countsOf, read } from './fixtures/reads.ts';
import { submit } from './fixtures/submissions.ts';

const app = await startApp();
const [lab, other] = [await createLab(app), await createLab(app)];
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const published = (input: object = {}) => createStudy(app, token, projectId, input, 'publishStudy');
const approve = (submissionIds: readonly string[], by = token) =>
  mutate(app, by, 'approveSubmissions', { submissionIds });
const statusOf = async (id: string) => (await read(app, token, 'Submission', id, 'status')).status;

/** So many submissions to be reviewed, of a new study. */
async function handedIn(count: number, input: object = {}): Promise<string[]> {
  const studyId = await published(input);
  const ids: string[] = [];
  for (let made = 0; made < count; made++) ids.push(await submit(app, token, { studyId, code: 'x' }));
  return ids;
}

/** A thousand submissions to be reviewed, of a new study, as they are stored. */
async function handedInByMany(): Promise<{ studyId: string; ids: string[] }> {
  await createGroup(app, token, workspaceId, people(0, 1_000));
  const studyId = await published({ totalAvailablePlaces: 1_001 });
  await app.sql(
    `INSERT INTO submission (id, workspace_key, study_key, participant_key, status, entered_code, completed_at)
     SELECT gen_random_uuid(), workspace_key, $1, key, 'AWAITING_REVIEW', 'x', now() FROM participant
     WHERE participant_id ~ '^p[0-9]{1,3}$'`,
    [await keyOf(app, 'study', studyId)],
  );
  const ids: string[] = [];
  for (let after: string | null = null; ids.length < 1_000; ) {
    const args = `first: 100, after: ${JSON.stringify(after)}`;
    const fields = `submissions(${args}) { nodes { id } pageInfo { endCursor } }`;
    const { submissions } = await read(app, token, 'Study', studyId, fields);
    ids.push(...submissions.nodes.map((node: { id: string }) => node.id));
    after = submissions.pageInfo.endCursor;
  }
  return { studyId, ids };
}

describe('approving submissions together', () => {
  it('tells everything that is wrong at once, of whatever kind it is', async () => {
    const studyId = await published();
    const [approved, rejected, fine, active] = [
      await submit(app, token, { studyId, code: 'x', moves: ['approve'] }),
      await submit(app, token, { studyId, code: 'x', moves: ['reject'] }),
      await submit(app, token, { studyId, code: 'x' }),
      await submit(app, token, { studyId }),
    ];
    const { issues, message } = await approve([approved, unknownId('Submission'), rejected, fine, active]);
    const told = issues.map(({ index, error }: { index: number; error: { __typename: string } }) => [
      index,
      error.__typename,
    ]);
    expect(told).toEqual([
      [0, 'InvalidSubmissionStateError'],
      [1, 'NotFoundError'],
      [2, 'InvalidSubmissionStateError'],
      [4, 'InvalidSubmissionStateError'],
    ]);
    expect(message).toBe('4 of 5 submissions cannot be approved, and so none was.');
    expect(await statusOf(fine)).toBe('AWAITING_REVIEW');
  });

  it('costs as much as there are submissions in the list', async () => {
    const [a = '', b = '', c = ''] = await handedIn(3);
    const document = `mutation ($input: ApproveSubmissionsInput!) { approveSubmissions(input: $input) {
      ... on ApproveSubmissionsPayload { submissions { id study { id } } } } }`;
    const costOf = async (submissionIds: readonly string[]) => {
      const response = await app.post(token, document, { input: { submissionIds } });
      return (await response.json()).extensions.cost.query;
    };
    const [one, two] = [await costOf([a]), await costOf([b, c])];
    expect(two - one).toBe(2);
  });

  it.each([
    ['a variable in the input', '($ids: [ID!]!)', '{ submissionIds: $ids }'],
    ['a literal', '', (ids: readonly string[]) => `{ submissionIds: ${JSON.stringify(ids)} }`],
    [
      'a default',
      (ids: readonly string[]) => `($ids: [ID!]! = ${JSON.stringify(ids)})`,
      '{ submissionIds: $ids }',
    ],
  ])('costs as much however the list is written: as %s', async (what, variables, input) => {
    const ids = Array.from({ length: 100 }, () => unknownId('Submission'));
    const written = (part: string | ((ids: readonly string[]) => string)) =>
      typeof part === 'string' ? part : part(ids);
    const document = `mutation ${written(variables)} { approveSubmissions(input: ${written(input)}) {
      ... on ApproveSubmissionsPayload { submissions { id study { id } } } } }`;
    const values = what === 'a variable in the input' ? { ids } : {};
    const { extensions } = await (await app.post(token, document, values)).json();
    expect(extensions.cost.query).toBeGreaterThan(200);
  });

  it('answers with them in the order of the list', async () => {
    const [a = '', b = '', c = ''] = await handedIn(3);
    expect(await approve([b, c, a])).toEqual({
      __typename: 'ApproveSubmissionsPayload',
      submissions: [b, c, a].map((id) => ({ id, status: 'APPROVED' })),
    });
  });

  it('counts one that is named twice once, where it is named first', async () => {
    const [a = '', b = ''] = await handedIn(2);
    const { submissions } = await approve([b, a, b, b, a]);
    expect(submissions.map(({ id }: { id: string }) => id)).toEqual([b, a]);
  });

  it('takes a thousand, in as many statements as one', async () => {
    const { studyId, ids } = await handedInByMany();
    const [one = ''] = await handedIn(1);
    const statementsOf = async (submissionIds: readonly string[]) => {
      app.statements.splice(0);
      const input = { submissionIds };
      const query = `mutation ($input: ApproveSubmissionsInput!) {
        approveSubmissions(input: $input) { __typename ... on ApproveSubmissionsPayload { submissions { status } } } }`;
      const { data } = await app.ask(token, query, { input });
      expect(data.approveSubmissions.submissions).toHaveLength(submissionIds.length);
      return app.statements.length;
    };
    const ofOne = await statementsOf([one]);
    expect(await statementsOf(ids)).toBe(ofOne);
    expect(await countsOf(app, token, studyId)).toEqual({ APPROVED: 1_000 });
  });

  it('fills twenty studies in as many statements as one', async () => {
    const ids: string[] = [];
    while (ids.length < 21) ids.push(...(await handedIn(1, { totalAvailablePlaces: 1 })));
    const statementsOf = async (submissionIds: readonly string[]) => {
      app.statements.splice(0);
      expect((await approve(submissionIds)).submissions).toHaveLength(submissionIds.length);
      return app.statements.length;
    };
    const ofOne = await statementsOf(ids.slice(0, 1));
    expect(await statementsOf(ids.slice(1))).toBe(ofOne);
    const { study } = await read(app, token, 'Submission', ids.at(-1) ?? '', 'study { status }');
    expect(study.status).toBe('COMPLETED');
    const entries = await app.sql(`SELECT 1 FROM audit_entry WHERE action = 'STUDY_COMPLETED'`);
    expect(entries.length).toBeGreaterThanOrEqual(21);
  });

  it('takes those of several studies, and of two workspaces', async () => {
    const both = await createPerson(app);
    await addMember(app, workspaceId, both, 'COLLABORATOR');
    await addMember(app, other.workspaceId, both, 'COLLABORATOR');
    const elsewhere = await createProject(app, both.token, other.workspaceId);
    const studyId = await createStudy(app, both.token, elsewhere, {}, 'publishStudy');
    const foreign = await submit(app, both.token, { studyId, code: 'x' });
    const [a = ''] = await handedIn(1);
    const [b = ''] = await handedIn(1);
    const ids = [b, foreign, a];
    expect((await approve(ids, both.token)).submissions).toEqual(
      ids.map((id) => ({ id, status: 'APPROVED' })),
    );
  });

  it('completes every study that it fills, and no other', async () => {
    const filled = [
      await handedIn(1, { totalAvailablePlaces: 1 }),
      await handedIn(2, { totalAvailablePlaces: 2 }),
    ];
    const open = await handedIn(1, { totalAvailablePlaces: 2 });
    await approve([...filled.flat(), ...open]);
    const statuses = await Promise.all(
      [...filled, open].map(async ([id = '']) => read(app, token, 'Submission', id, 'study { status }')),
    );
    expect(statuses.map(({ study }) => study.status)).toEqual(['COMPLETED', 'COMPLETED', 'ACTIVE']);
  });
});

describe('approving submissions together is refused as a whole', () => {
  it('where one stands otherwise, and tells of each that does, in order', async () => {
    const [a = '', b = '', c = ''] = await handedIn(3);
    await mutate(app, token, 'rejectSubmission', { submissionId: a, message: 'No' });
    await approve([c]);
    expect(await approve([c, b, a])).toMatchObject({
      __typename: 'InvalidSubmissionsError',
      message: expect.stringContaining('2 of 3'),
      issues: [
        { index: 0, submissionId: c, error: { currentStatus: 'APPROVED', allowedStatuses: [] } },
        { index: 2, submissionId: a, error: { currentStatus: 'REJECTED' } },
      ],
    });
    expect(await Promise.all([a, b, c].map(statusOf))).toEqual(['REJECTED', 'AWAITING_REVIEW', 'APPROVED']);
  });

  it('with the very error that approving the one alone would have answered', async () => {
    const [a = ''] = await handedIn(1);
    await approve([a]);
    const alone = await mutate(app, token, 'approveSubmission', { submissionId: a });
    const { issues } = await approve([a]);
    expect(issues).toEqual([{ index: 0, submissionId: a, error: alone }]);
    const unknown = unknownId('Submission');
    const [issue] = (await approve([unknown])).issues;
    expect(issue.error).toEqual(await mutate(app, token, 'approveSubmission', { submissionId: unknown }));
  });

  it('for one that was never there as for one that cannot be seen, byte for byte', async () => {
    const [a = ''] = await handedIn(1);
    const query = `mutation ($input: ApproveSubmissionsInput!) { approveSubmissions(input: $input) { __typename
      ... on Error { message code } ... on InvalidSubmissionsError { issues { index submissionId error {
        __typename message code ... on NotFoundError { id } } } } } }`;
    const ask = async (id: string) => {
      const response = await app.post(other.admin.token, query, { input: { submissionIds: [id] } });
      return (await response.text()).replaceAll(id, 'id').replace(/"extensions":.*/, '');
    };
    expect(await ask(a)).toBe(await ask(unknownId('Submission')));
    expect(await statusOf(a)).toBe('AWAITING_REVIEW');
  });

  it('where one is of a workspace in which they only read', async () => {
    const [a = ''] = await handedIn(1);
    const elsewhere = await createPerson(app);
    await addMember(app, workspaceId, elsewhere, 'VIEWER');
    await addMember(app, other.workspaceId, elsewhere, 'COLLABORATOR');
    const project = await createProject(app, elsewhere.token, other.workspaceId);
    const studyId = await createStudy(app, elsewhere.token, project, {}, 'publishStudy');
    const own = await submit(app, elsewhere.token, { studyId, code: 'x' });
    expect(await approve([own, a], elsewhere.token)).toMatchObject({
      issues: [{ index: 1, submissionId: a, error: { __typename: 'ForbiddenError', code: 'FORBIDDEN' } }],
    });
    expect(await read(app, elsewhere.token, 'Submission', own, 'status')).toEqual({
      status: 'AWAITING_REVIEW',
    });
  });

  it('with the first index of one that is named twice', async () => {
    const unknown = unknownId('Submission');
    const [a = ''] = await handedIn(1);
    expect((await approve([a, unknown, a, unknown])).issues).toMatchObject([{ index: 1 }]);
  });

  it.each([
    ['none', 0],
    ['1,001', 1_001],
  ])('when it names %s', async (_what, length) => {
    expect(await approve(Array.from({ length }, () => unknownId('Submission')))).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'submissionIds'] }],
    });
  });
});
