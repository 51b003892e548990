import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { KeyedQueue } from '../../src/database/queue.ts';
import { ask, limited } from '../rate-limit/server.ts';
import { startApp, startNode } from '../support/app.ts';
import { holdGroup, untilWaiting } from '../support/lock.ts';
import { keyOf } from '../support/studies.ts';
import { createSurvey, follow, rowOf, startGo, titleOf } from './fixtures/survey.ts';

const app = await startApp();
const survey = await createSurvey(app);
const testDatabase = { url: app.databaseUrl, query: app.sql };
const start = (settings: Parameters<typeof limited>[0]) =>
  startNode(testDatabase, { rateLimits: limited(settings) });

let people = 0;
const someone = () => startGo(app, survey, `p${people++}`);

describe('the points of an address', () => {
  it('let a lab of 200 people end a survey at the same moment', async () => {
    await app.sql(
      `WITH person AS (
        INSERT INTO participant (id, workspace_key, participant_id)
          SELECT gen_random_uuid(), $1, 'lab' || n FROM generate_series(1, 200) AS n RETURNING key)
      INSERT INTO submission (id, workspace_key, study_key, participant_key)
        SELECT gen_random_uuid(), $1, $2, key FROM person`,
      [await keyOf(app, 'workspace', survey.lab.workspaceId), await keyOf(app, 'study', survey.studyId)],
    );
    const goes = await app.sql<{ key: string }>(`SELECT completion_key AS key FROM submission
      JOIN participant ON participant.key = participant_key WHERE participant_id LIKE 'lab%'`);
    const shown = await Promise.all(goes.map(({ key }) => follow(app, `key=${key}&cc=RIGHT`)));
    expect(shown.map(({ status }) => status)).toEqual(Array<number>(200).fill(200));
    const { participantCount } = await app.database.prisma.participantGroup.findUniqueOrThrow({
      where: { key: await keyOf(app, 'participant_group', survey.finishersId) },
    });
    expect(participantCount).toBe(200);
    expect((await ask(app, null, '{ viewer { email } }')).cost?.remaining).toBe(3_000 - 200 * 5 - 5);
  });

  it('are five for a link, known or incomplete, and ten for an unknown one', async () => {
    const node = await start({ anonymous: 100 });
    const { key } = await someone();
    await follow(node, `key=${key}&cc=RIGHT`);
    await follow(node, `key=${key}`);
    await follow(node, `key=${randomUUID()}&cc=RIGHT`);
    await follow(node, 'key=nonsense&cc=RIGHT');
    expect((await ask(node, null, '{ viewer { email } }')).cost?.remaining).toBe(100 - 5 - 5 - 10 - 10 - 5);
  });

  it('are not taken for what does nothing', async () => {
    const node = await start({ anonymous: 5 });
    const { key } = await someone();
    for (const init of [{ method: 'HEAD' }, { method: 'POST' }, { headers: { Purpose: 'prefetch' } }])
      for (let sent = 0; sent < 3; sent++) await follow(node, `key=${key}&cc=RIGHT`, init);
    expect((await follow(node, `key=${key}&cc=RIGHT`)).status).toBe(200);
  });

  it('used up, are a page with Retry-After, nothing read and nothing recorded', async () => {
    const node = await start({ anonymous: 10 });
    await follow(node, `key=${randomUUID()}&cc=RIGHT`);
    const go = await someone();
    const row = await rowOf(app, go);
    node.statements.splice(0);
    const shown = await follow(node, `key=${go.key}&cc=RIGHT`);
    expect([shown.status, titleOf(shown)]).toEqual([429, 'Please wait a little']);
    const seconds = Number(shown.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
    expect(shown.page).toContain(`${seconds} seconds`);
    expect(shown.headers.get('content-length')).toBe(String(Buffer.byteLength(shown.page)));
    expect(node.statements).toEqual([]);
    expect(await rowOf(app, go)).toEqual(row);
  });

  it('are not counted again, nor asked of Redis, once they are known to be used up', async () => {
    const rateLimits = limited({ anonymous: 5 });
    let charges = 0;
    const charge: typeof rateLimits.charge = (...given) => {
      charges++;
      return rateLimits.charge(...given);
    };
    const node = await startNode(testDatabase, { rateLimits: { ...rateLimits, charge } });
    const query = `key=${(await someone()).key}&cc=RIGHT`;
    const statuses = [];
    for (let sent = 0; sent < 3; sent++) statuses.push((await follow(node, query)).status);
    expect([statuses, charges]).toEqual([[200, 429, 429], 1]);
  });

  it('are not saved by a token', async () => {
    const node = await start({ anonymous: 5 });
    const { token } = survey.lab.admin;
    await ask(node, token, '{ viewer { email } }');
    const headers = { Authorization: `Bearer ${token}` };
    const query = `key=${(await someone()).key}&cc=RIGHT`;
    expect((await follow(node, query, { headers })).status).toBe(200);
    expect((await follow(node, query, { headers })).status).toBe(429);
  });

  it('are counted behind a proxy for each participant', async () => {
    const node = await start({ anonymous: 5, trustedProxies: 1 });
    const query = `key=${(await someone()).key}&cc=RIGHT`;
    const from = async (address: string) =>
      (await follow(node, query, { headers: { 'X-Forwarded-For': address } })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.1')]).toEqual([200, 429]);
    expect(await from('192.0.2.2')).toBe(200);
  });
});

it('a turn that does not come is a page with Retry-After, and nothing is recorded', async () => {
  const store = { database: app.database, queue: new KeyedQueue(50) };
  const node = await startNode(testDatabase, { store });
  const [first, second] = [await someone(), await someone()];
  const row = await rowOf(app, second);
  const release = await holdGroup(app.databaseUrl, survey.finishersId);
  const waiting = follow(node, `key=${first.key}&cc=RIGHT`);
  await untilWaiting(app);
  const shown = await follow(node, `key=${second.key}&cc=RIGHT`);
  await release();
  expect([shown.status, titleOf(shown)]).toEqual([503, 'One moment, please']);
  expect(shown.headers.get('retry-after')).toBe('5');
  expect(await rowOf(app, second)).toEqual(row);
  expect((await waiting).status).toBe(200);
  expect((await follow(node, `key=${second.key}&cc=RIGHT`)).status).toBe(200);
});

describe('what nobody expected', () => {
  const broken: [when: string, breaks: string, mends: string][] = [
    [
      'when the key is looked up',
      'ALTER TABLE submission RENAME TO away',
      'ALTER TABLE away RENAME TO submission',
    ],
    [
      'when the code is looked up',
      'ALTER TABLE completion_code RENAME TO away',
      'ALTER TABLE away RENAME TO completion_code',
    ],
    [
      'when the code is recorded',
      'ALTER TABLE submission ADD CONSTRAINT broken CHECK (entered_code IS NULL) NOT VALID',
      'ALTER TABLE submission DROP CONSTRAINT broken',
    ],
    [
      'when the code’s actions run',
      'ALTER TABLE membership_change RENAME TO away',
      'ALTER TABLE away RENAME TO membership_change',
    ],
  ];

  it.each(broken)('%s is masked, and logged with the request id', async (_when, breaks, mends) => {
    const logged: { error: unknown; details: unknown }[] = [];
    const node = await startNode(testDatabase, {
      logError: (error, details) => logged.push({ error, details }),
    });
    const go = await someone();
    await app.sql(breaks);
    const shown = await follow(node, `key=${go.key}&cc=RIGHT`);
    await app.sql(mends);
    const requestId = shown.headers.get('x-request-id');
    expect([shown.status, titleOf(shown)]).toEqual([500, 'Something went wrong']);
    expect(shown.page).toContain(`<p>${requestId}</p>`);
    expect(shown.page).not.toMatch(/submission|completion_code|constraint|relation/);
    expect(logged).toEqual([{ error: expect.any(Error), details: { requestId, path: undefined } }]);
    expect(await rowOf(app, go)).toMatchObject({ status: 'ACTIVE', entered_code: null });
  });

  it.each(broken)('%s is logged without key and code', async (_when, breaks, mends) => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
    const node = await startNode(testDatabase, {
      logError: (error, details) => logger.error({ err: error, ...details }, 'Unexpected error'),
    });
    const go = await someone();
    await app.sql(breaks);
    await follow(node, `key=${go.key}&cc=RIGHT`);
    await app.sql(mends);
    expect(lines).toHaveLength(1);
    expect([lines.join().includes('RIGHT'), lines.join().includes(go.key)]).toEqual([false, false]);
  });
});
