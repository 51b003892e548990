import { expect, it } from 'vitest';
import { removeMember } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import { type KeyedMutationName, mutate } from '../support/documents.ts';
import { addMember, createLab, createPerson, createProject } from '../support/factories.ts';
import { holdTable, waitForWaiter } from '../support/lock.ts';
import { createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const projectId = await createProject(app, lab.admin.token, lab.workspaceId);

/** Waits until a second call waits for the first one's key. */
async function untilRepetitionWaits(): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const waiting = await app.sql(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
      AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO idempotency_key%'`);
    if (waiting.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The second call should wait for the key');
}

it.each<[KeyedMutationName, object]>([
  ['updateStudy', { name: 'New' }],
  ['duplicateStudy', {}],
  ['publishStudy', {}],
  ['deleteStudy', {}],
])('%s is not answered again to who has left while the repetition waited', async (mutation, values) => {
  const person = await createPerson(app);
  await addMember(app, lab.workspaceId, person, 'COLLABORATOR');
  const studyId = await createStudy(app, person.token, projectId);
  const perform = () => mutate(app, person.token, mutation, { studyId, ...values, idempotencyKey: mutation });
  const release = await holdTable(app.databaseUrl, 'audit_entry');
  const first = perform();
  await waitForWaiter(app, 'relation');
  const repeated = perform();
  await untilRepetitionWaits();
  await removeMember(app, lab.workspaceId, person);
  await release();
  await first;
  expect((await repeated).__typename).toBe('NotFoundError');
});
