import { expect, it } from 'vitest';
import { letTimeRunOut, recordedStatus } from '../submission/fixtures/reads.ts';
import { submit } from '../submission/fixtures/submissions.ts';
import { startApp } from '../support/app.ts';
import { createLab, createProject } from '../support/factories.ts';
import { createStudy } from '../support/studies.ts';
import { startGateway } from './gateway.ts';

const app = await startApp();
const { admin, workspaceId } = await createLab(app);

it('records within ten seconds that the time of a submission has run out', async () => {
  const projectId = await createProject(app, admin.token, workspaceId);
  const studyId = await createStudy(app, admin.token, projectId, { maximumMinutes: 60 }, 'publishStudy');
  const submissionId = await submit(app, admin.token, { studyId });
  const gateway = await startGateway({ DATABASE_URL: app.databaseUrl });
  await letTimeRunOut(app, submissionId);
  expect(await recordedStatus(app, submissionId)).toBe('ACTIVE');
  await expect.poll(() => recordedStatus(app, submissionId), { timeout: 10_000 }).toBe('TIMED_OUT');
  expect(await gateway.program.end()).toBe(0);
});
