import { afterAll, describe, expect, it } from 'vitest';
import { demoIds } from '../../src/demo/people.ts';
import { encodeGlobalId } from '../../src/global-id.ts';
import { createTestDatabase } from '../support/database.ts';
import { documentOf, type MutationName } from '../support/documents.ts';
import { holdTable, untilWaiting } from '../support/lock.ts';
import { type Gateway, startGateway } from './gateway.ts';

const database = await createTestDatabase('template0');
afterAll(() => database.drop());

async function mutate({ ask }: Gateway, name: MutationName, input: object) {
  const { data, errors } = await (await ask(documentOf(name), { input })).json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data[name];
}

/** Starts somebody on a study of their own; returns what their link is. */
async function startSomebody(gateway: Gateway, participantId: string): Promise<URL> {
  const projectId = encodeGlobalId('Project', demoIds.memory);
  const { study } = await mutate(gateway, 'createStudy', {
    projectId,
    name: 'Somebody’s',
    totalAvailablePlaces: 1,
  });
  await mutate(gateway, 'publishStudy', { studyId: study.id });
  const { submission } = await mutate(gateway, 'startSubmission', { studyId: study.id, participantId });
  return new URL(`${submission.completionUrl}&cc=ANY`);
}

describe('the door of a gateway', () => {
  it('stands where PUBLIC_URL says, and answers what is under way when the gateway stops', async () => {
    const gateway = await startGateway({
      DATABASE_URL: database.url,
      SEED_DEMO: 'true',
      BOOTSTRAP_TOKEN: 'the-token-of-this-test',
      PUBLIC_URL: 'https://lab.example/rollcall/',
      DRAIN_SECONDS: '60',
    });
    const link = await startSomebody(gateway, 'a'.repeat(24));
    expect(link.href).toMatch(/^https:\/\/lab\.example\/rollcall\/submissions\/complete\?key=[0-9a-f-]{36}&/);
    const release = await holdTable(database.url, 'submission');
    const answer = fetch(new URL(`${link.pathname}${link.search}`, gateway.url));
    await untilWaiting({ sql: database.query });
    gateway.program.child.kill('SIGTERM');
    await expect.poll(() => gateway.program.complained).toContain('Stopping');
    await release();
    expect((await answer).status).toBe(200);
    expect(await (await answer).text()).toContain('You have completed the study');
    expect(await gateway.program.ended).toBe(0);
    expect(gateway.program.complained).not.toContain(link.searchParams.get('key'));
    expect(await database.query("SELECT 1 FROM submission WHERE entered_code = 'ANY'")).toHaveLength(1);
  });
});
