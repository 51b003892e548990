import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { adding, allowing, createStudy } from '../support/studies.ts';
import { createCodedStudy } from './fixtures/codes.ts';
import { read } from './fixtures/reads.ts';
import { submit } from './fixtures/submissions.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.collaborator;
const projectId = await createProject(app, token, workspaceId);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const published = (input: object = {}) => createStudy(app, token, projectId, input, 'publishStudy');
const perform = (name: Parameters<typeof mutate>[2], input: object) => mutate(app, token, name, input);
const statusOf = async (studyId: string) => (await read(app, token, 'Study', studyId, 'status')).status;
const givePlaces = (studyId: string, totalAvailablePlaces: number) =>
  perform('updateStudy', { studyId, totalAvailablePlaces });
const approved = { code: 'x', moves: ['approve'] } as const;

/** The newest entries about a study, newest first. */
async function entriesOf(studyId: string, count: number) {
  const fields = `auditLog(first: ${count}) { nodes {
    action actor { name } subject { ... on Study { id } } changes { field from to } } }`;
  const { auditLog } = await read(app, lab.admin.token, 'Workspace', workspaceId, fields);
  expect(new Set(auditLog.nodes.map(({ subject }: { subject: object }) => JSON.stringify(subject)))).toEqual(
    new Set([JSON.stringify({ id: studyId })]),
  );
  return auditLog.nodes.map(({ subject: _same, ...entry }: { subject: object }) => entry);
}

const completedByCleo = {
  action: 'STUDY_COMPLETED',
  actor: { name: 'Cleo Collaborator' },
  changes: [{ field: 'status', from: 'ACTIVE', to: 'COMPLETED' }],
};

/** What fills a study: each returns its id. */
const fillings: Readonly<Record<string, () => Promise<string>>> = {
  async 'approving the last one'() {
    const studyId = await published({ totalAvailablePlaces: 2 });
    await submit(app, token, { studyId, ...approved });
    expect(await statusOf(studyId)).toBe('ACTIVE');
    await submit(app, token, { studyId, ...approved });
    return studyId;
  },
  async 'approving several together'() {
    const studyId = await published({ totalAvailablePlaces: 2 });
    const make = () => submit(app, token, { studyId, code: 'x' });
    await perform('approveSubmissions', { submissionIds: [await make(), await make()] });
    return studyId;
  },
  async 'a code that approves'() {
    const actions = [{ kind: 'AUTOMATICALLY_APPROVE' }] as const;
    const codes = [{ code: 'RIGHT', codeType: 'COMPLETED', actions }];
    const studyId = await createCodedStudy(app, token, projectId, codes, { totalAvailablePlaces: 1 });
    await submit(app, token, { studyId, code: 'RIGHT' });
    return studyId;
  },
  async 'fewer places'() {
    const studyId = await published();
    await submit(app, token, { studyId, ...approved });
    await givePlaces(studyId, 1);
    return studyId;
  },
  async 'a start after it was filled while it was paused'() {
    const studyId = await published({ totalAvailablePlaces: 1 });
    const submissionId = await submit(app, token, { studyId, code: 'x' });
    await perform('pauseStudy', { studyId });
    await perform('approveSubmission', { submissionId });
    expect(await statusOf(studyId)).toBe('PAUSED');
    expect((await perform('startStudy', { studyId })).study.status).toBe('COMPLETED');
    return studyId;
  },
};

describe.each(Object.entries(fillings))('%s', (_what, fill) => {
  it('completes the study', async () => {
    expect(await statusOf(await fill())).toBe('COMPLETED');
  });

  it('is told to the audit log, with who did it', async () => {
    expect(await entriesOf(await fill(), 1)).toEqual([completedByCleo]);
  });
});

describe('a study is not completed', () => {
  it('by submissions that are still to be reviewed', async () => {
    const studyId = await published({ totalAvailablePlaces: 1 });
    await submit(app, token, { studyId, code: 'x' });
    expect(await statusOf(studyId)).toBe('ACTIVE');
  });

  it('while it is paused', async () => {
    const studyId = await published({ totalAvailablePlaces: 2 });
    await submit(app, token, { studyId, ...approved });
    await perform('pauseStudy', { studyId });
    expect((await givePlaces(studyId, 1)).study.status).toBe('PAUSED');
  });
});

describe('more places', () => {
  const fill = (input: object = {}, participantId = 'first') =>
    published({ totalAvailablePlaces: 1, ...input }).then(async (studyId) => {
      await submit(app, token, { studyId, participantId, ...approved });
      return studyId;
    });

  it('make a study active again that completed itself, and the audit log tells so', async () => {
    const studyId = await fill();
    expect((await givePlaces(studyId, 2)).study.status).toBe('ACTIVE');
    expect(await entriesOf(studyId, 2)).toEqual([
      {
        action: 'STUDY_UPDATED',
        actor: { name: 'Cleo Collaborator' },
        changes: expect.arrayContaining([
          { field: 'totalAvailablePlaces', from: '1', to: '2' },
          { field: 'status', from: 'COMPLETED', to: 'ACTIVE' },
        ]),
      },
      completedByCleo,
    ]);
  });

  it('are filled again as the first were', async () => {
    const studyId = await fill();
    await givePlaces(studyId, 2);
    await submit(app, token, { studyId, ...approved });
    expect(await statusOf(studyId)).toBe('COMPLETED');
    await givePlaces(studyId, 3);
    expect(await statusOf(studyId)).toBe('ACTIVE');
  });

  it('do not start a study that was stopped', async () => {
    const studyId = await published({ totalAvailablePlaces: 1 });
    await perform('stopStudy', { studyId });
    expect((await givePlaces(studyId, 2)).study.status).toBe('COMPLETED');
  });

  it('do not start one that was stopped after it had been filled and started again', async () => {
    const studyId = await fill();
    await givePlaces(studyId, 2);
    await perform('stopStudy', { studyId });
    expect((await givePlaces(studyId, 3)).study.status).toBe('COMPLETED');
  });

  it('do not start one that was stopped before its last approval filled it', async () => {
    const studyId = await published({ totalAvailablePlaces: 1 });
    const submissionId = await submit(app, token, { studyId, code: 'x' });
    await perform('stopStudy', { studyId });
    await perform('approveSubmission', { submissionId });
    expect((await givePlaces(studyId, 2)).study.status).toBe('COMPLETED');
  });

  it.each([
    ['filters on', (group: string) => ({ filters: [{ any: allowing(group) }] })],
    ['adds to by a code', (group: string) => ({ completionCodes: adding(group) })],
  ])('are refused while a group that the study %s is deleted', async (_how, naming) => {
    const group = await createGroup(app, token, workspaceId, ['member']);
    const studyId = await fill(naming(group), 'member');
    await perform('deleteParticipantGroup', { participantGroupId: group });
    expect(await givePlaces(studyId, 2)).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: group },
    });
    expect(await read(app, token, 'Study', studyId, 'status totalAvailablePlaces')).toEqual({
      status: 'COMPLETED',
      totalAvailablePlaces: 1,
    });
    await perform('restoreParticipantGroup', { participantGroupId: group });
    expect((await givePlaces(studyId, 2)).study.status).toBe('ACTIVE');
  });

  it('are all that starts it: another name does not', async () => {
    const studyId = await fill();
    const { study } = await perform('updateStudy', { studyId, name: 'New', totalAvailablePlaces: 1 });
    expect(study).toMatchObject({ name: 'New', status: 'COMPLETED' });
  });
});

it('places are never fewer than those that are taken', async () => {
  const studyId = await published();
  for (const standing of [{}, { code: 'x' }, approved, { moves: ['return'] as const }])
    await submit(app, token, { studyId, ...standing });
  expect(await givePlaces(studyId, 2)).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: ['input', 'totalAvailablePlaces'], message: expect.stringContaining('3') }],
  });
  expect((await givePlaces(studyId, 3)).study).toMatchObject({ totalAvailablePlaces: 3, status: 'ACTIVE' });
});

it('a copy of a study that completed itself is a draft like every other', async () => {
  const studyId = await published({ totalAvailablePlaces: 1 });
  await submit(app, token, { studyId, ...approved });
  const { study } = await perform('duplicateStudy', { studyId });
  expect(study).toMatchObject({ status: 'UNPUBLISHED', totalAvailablePlaces: 1 });
  expect((await givePlaces(study.id, 2)).study.status).toBe('UNPUBLISHED');
});
