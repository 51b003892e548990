import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createProject } from '../support/factories.ts';
import { holdGroup, untilWaiting } from '../support/lock.ts';
import { createCodedStudy } from './fixtures/codes.ts';
import { changesOf, createSurvey, follow, rowOf, startGo, titleOf } from './fixtures/survey.ts';

const app = await startApp();
const node = await startNode({ url: app.databaseUrl, query: app.sql });
const survey = await createSurvey(app);
const { token } = survey.lab.collaborator;
afterEach(() => expect([...app.unexpected.splice(0), ...node.unexpected.splice(0)]).toEqual([]));

const done = 'You have completed the study';
let people = 10;
const someone = () => startGo(app, survey, `p${people++}`);
const runOut = (key: string) =>
  app.sql(
    `UPDATE submission SET started_at = now() - interval '1 hour',
    expires_at = now() - interval '1 minute' WHERE completion_key = $1`,
    [key],
  );

describe('the link with the right code', () => {
  it('runs the code’s actions, on nobody’s word', async () => {
    const go = await startGo(app, survey, 'p0');
    const { status, page } = await follow(app, `key=${go.key}&cc=RIGHT`);
    expect([status, titleOf({ page })]).toEqual([200, done]);
    expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED', entered_code: 'RIGHT' });
    const made = { cause: 'COMPLETION_CODE', actor: null, submission: { id: go.submissionId } };
    const finishers = await changesOf(app, survey, survey.finishersId);
    expect(finishers.members).toContain('p0');
    expect(finishers.changes.at(-1)).toMatchObject({ ...made, addedCount: 1, removedCount: 0 });
    const invited = await changesOf(app, survey, survey.invitedId);
    expect(invited.members).not.toContain('p0');
    expect(invited.changes.at(-1)).toMatchObject({ ...made, addedCount: 0, removedCount: 1 });
  });

  it('does nothing when it is followed again, with that code or another', async () => {
    const go = await startGo(app, survey, 'p1');
    const first = await follow(app, `key=${go.key}&cc=RIGHT`);
    const [row, { changes }] = [await rowOf(app, go), await changesOf(app, survey, survey.finishersId)];
    for (const code of ['RIGHT', 'WRONG', 'RIGHT'])
      expect((await follow(app, `key=${go.key}&cc=${code}`)).page).toBe(first.page);
    expect(await rowOf(app, go)).toEqual(row);
    expect((await changesOf(app, survey, survey.finishersId)).changes).toEqual(changes);
  });

  it('makes one change when two tabs follow it at the same moment, on two nodes', async () => {
    const go = await startGo(app, survey, 'p2');
    const before = (await changesOf(app, survey, survey.finishersId)).changes.length;
    const release = await holdGroup(app.databaseUrl, survey.finishersId);
    const tabs = [app, node, app, node].map((each) => follow(each, `key=${go.key}&cc=RIGHT`));
    await untilWaiting(app, 2);
    await release();
    expect(new Set((await Promise.all(tabs)).map(titleOf))).toEqual(new Set([done]));
    expect((await changesOf(app, survey, survey.finishersId)).changes).toHaveLength(before + 1);
  });
});

describe('the link with another code', () => {
  it('answers with the bytes that the right one gets, runs nothing, and is final', async () => {
    const [right, wrong] = [await someone(), await someone()];
    const told = async (query: string) => {
      const { status, headers, page } = await follow(app, query);
      const { date: _date, 'x-request-id': _id, ...stable } = Object.fromEntries(headers);
      return { status, stable, page };
    };
    const expected = await told(`key=${right.key}&cc=RIGHT`);
    const before = await changesOf(app, survey, survey.finishersId);
    expect(await told(`key=${wrong.key}&cc=WRONG`)).toEqual(expected);
    expect(await told(`key=${wrong.key}&cc=RIGHT`)).toEqual(expected);
    expect(await told(`key=${wrong.key}&cc=${'x'.repeat(5_000)}`)).toEqual(expected);
    expect(await rowOf(app, wrong)).toMatchObject({
      status: 'AWAITING_REVIEW',
      entered_code: 'WRONG',
      code_key: null,
    });
    expect(await changesOf(app, survey, survey.finishersId)).toEqual(before);
  });

  it('goes on answering the same after it was reviewed', async () => {
    const go = await someone();
    const { page } = await follow(app, `key=${go.key}&cc=WRONG`);
    const rejection = { submissionId: go.submissionId, message: 'The code is none of ours.' };
    expect(await mutate(app, token, 'rejectSubmission', rejection)).toMatchObject({
      submission: { status: 'REJECTED' },
    });
    expect(await follow(app, `key=${go.key}&cc=RIGHT`)).toMatchObject({ status: 200, page });
    expect(await rowOf(app, go)).toMatchObject({ status: 'REJECTED', entered_code: 'WRONG' });
  });
});

describe('the link, too late', () => {
  it('says so, keeps the first code that came, and runs nothing', async () => {
    const go = await someone();
    await runOut(go.key);
    const before = await changesOf(app, survey, survey.finishersId);
    for (const code of ['RIGHT', 'WRONG']) {
      const shown = await follow(app, `key=${go.key}&cc=${code}`);
      expect([shown.status, titleOf(shown)]).toEqual([409, 'The time has run out']);
    }
    expect(await rowOf(app, go)).toMatchObject({
      status: 'TIMED_OUT',
      entered_code: 'RIGHT',
      completed_at: null,
    });
    expect(await changesOf(app, survey, survey.finishersId)).toEqual(before);
  });

  it('says that the study was returned where it was, before a code or after', async () => {
    const [early, late] = [await someone(), await someone()];
    await follow(app, `key=${late.key}&cc=WRONG`);
    for (const go of [early, late]) {
      await mutate(app, token, 'returnSubmission', { submissionId: go.submissionId });
      const row = await rowOf(app, go);
      const shown = await follow(app, `key=${go.key}&cc=RIGHT`);
      expect([shown.status, titleOf(shown)]).toEqual([409, 'This study was returned']);
      expect(await rowOf(app, go)).toEqual(row);
    }
  });
});

describe('a link that is not known', () => {
  it('is 404, and is looked up once', async () => {
    app.statements.splice(0);
    const shown = await follow(app, `key=${randomUUID()}&cc=RIGHT`);
    expect([shown.status, titleOf(shown)]).toEqual([404, 'This link is not known']);
    expect(app.statements).toEqual([expect.stringContaining('submission.completion_key =')]);
  });

  it.each([
    ['has no key', () => 'cc=RIGHT'],
    ['has an empty key', () => 'key=&cc=RIGHT'],
    ['has a key that is none', () => 'key=nonsense&cc=RIGHT'],
    ['has a key with a NUL', (key: string) => `key=${key}%00&cc=RIGHT`],
    ['has a key in other letters', (key: string) => `key=${key.toUpperCase()}&cc=RIGHT`],
    ['has its key twice', (key: string) => `key=${key}&key=${key}&cc=RIGHT`],
    ['has two keys', (key: string) => `key=${randomUUID()}&key=${key}&cc=RIGHT`],
    ['has a key of 10,000 characters', () => `key=${'a'.repeat(10_000)}&cc=RIGHT`],
    ['names its key otherwise', (key: string) => `KEY=${key}&key[]=${key}&cc=RIGHT`],
  ])('is 404 with the same bytes, and not looked up, where it %s', async (_what, query) => {
    const go = await someone();
    const row = await rowOf(app, go);
    const { page } = await follow(app, `key=${randomUUID()}&cc=RIGHT`);
    app.statements.splice(0);
    expect(await follow(app, query(go.key))).toMatchObject({ status: 404, page });
    expect(app.statements).toEqual([]);
    expect(await rowOf(app, go)).toEqual(row);
  });
});

describe('a link that is incomplete', () => {
  it.each([
    ['has no code', ''],
    ['has an empty code', '&cc='],
    ['has a code of nothing that can be seen', '&cc=%00%20+%09%0a%C2%A0'],
    ['has two codes', '&cc=RIGHT&cc=WRONG'],
    ['names its code otherwise', '&CC=RIGHT&cc[]=RIGHT'],
  ])('is 400, and neither looked up nor recorded, where it %s', async (_what, rest) => {
    const go = await someone();
    const row = await rowOf(app, go);
    app.statements.splice(0);
    const shown = await follow(app, `key=${go.key}${rest}`);
    expect([shown.status, titleOf(shown)]).toEqual([400, 'This link is incomplete']);
    expect(app.statements).toEqual([]);
    expect(await rowOf(app, go)).toEqual(row);
  });
});

describe('a code in a link', () => {
  it.each([
    ['is escaped', '%52IGHT', 'RIGHT', 'APPROVED'],
    ['has white space around it', '+RIGHT%20', 'RIGHT', 'APPROVED'],
    ['has a NUL in it, and so is not the right one', 'RI%00GHT', 'RIGHT', 'AWAITING_REVIEW'],
    ['has a line break in it, and so is not the right one', 'RIG%0AHT', 'RIGHT', 'AWAITING_REVIEW'],
    ['has a plus, escaped', 'A%2BB', 'A+B', 'AWAITING_REVIEW'],
    ['has a plus, which is a space', 'A+B', 'A B', 'AWAITING_REVIEW'],
    ['is of other scripts', '%E5%AE%8C%F0%9F%8E%89%C3%A9', '完🎉é', 'AWAITING_REVIEW'],
    ['has half of an escape', '50%25%', '50%%', 'AWAITING_REVIEW'],
    ['has an escape that is none', 'A%zzB', 'A%zzB', 'AWAITING_REVIEW'],
    ['has bytes that are no UTF-8', 'A%FF%C3', 'A\ufffd\ufffd', 'AWAITING_REVIEW'],
    ['has a lone surrogate', 'A%ED%A0%80', 'A\ufffd\ufffd\ufffd', 'AWAITING_REVIEW'],
    ['is markup', '%3Cscript%3E', '<script>', 'AWAITING_REVIEW'],
    ['is SQL', `%27%3B--%24%241`, "';--$$1", 'AWAITING_REVIEW'],
    ['begins as the right one', 'RIGHTRIGHT', 'RIGHTRIGHT', 'AWAITING_REVIEW'],
    ['is far too long', '%F0%9F%8E%89'.repeat(1_000), '🎉'.repeat(64), 'AWAITING_REVIEW'],
  ])('is read and kept where it %s', async (_what, written, entered, status) => {
    const go = await someone();
    expect(await follow(app, `key=${go.key}&cc=${written}`)).toMatchObject({ status: 200 });
    expect(await rowOf(app, go)).toMatchObject({ entered_code: entered, status });
  });

  it('that is the longest one and a letter is a wrong one, and the right one can be handed in later', async () => {
    const code = 'C'.repeat(64);
    const projectId = await createProject(app, token, survey.lab.workspaceId);
    const codes = [{ code, codeType: 'COMPLETED', actions: [{ kind: 'AUTOMATICALLY_APPROVE' }] }] as const;
    const studyId = await createCodedStudy(app, token, projectId, codes);
    const go = await startGo(app, { ...survey, studyId }, 'p-longest');
    await follow(app, `key=${go.key}&cc=${code}C`);
    expect(await rowOf(app, go)).toMatchObject({ entered_code: code, code_key: null });
    const { submissionId } = go;
    expect(await mutate(app, token, 'completeSubmission', { submissionId, code })).toMatchObject({
      submission: { status: 'APPROVED', codeMatched: true },
    });
  });

  it('may stand before the key and among parameters that others add', async () => {
    const go = await someone();
    await follow(app, `utm_source=mail&cc=RIGHT&participant=p1&key=${go.key}#top`);
    expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
  });
});
