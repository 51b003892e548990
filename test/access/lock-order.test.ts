import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, createPerson } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;

/** Deadlocks of this database so far; PostgreSQL tells with a delay of up to a second. */
async function deadlocks(): Promise<number> {
  await app.sql('SELECT pg_stat_force_next_flush()');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const [row] = await app.sql<{ count: string }>(
    'SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(row?.count);
}

it('edits of one user’s access and tokens, all at once, never wait for each other in a circle', async () => {
  const person = await createPerson(app);
  const invited = async (n: number) => {
    const role = (['VIEWER', 'COLLABORATOR', 'ADMIN'] as const)[n % 3];
    const email = `${n}@lab.example`;
    return (await mutate(app, lab.admin.token, 'addWorkspaceMember', { workspaceId, email, role }))
      .invitationSecret;
  };
  const secrets = await Promise.all([0, 1, 2, 3, 4, 5].map(invited));
  const edits = secrets.flatMap((invitationSecret, n) => [
    mutate(app, person.token, 'redeemInvitation', { invitationSecret, name: 'Somebody' }),
    mutate(app, person.token, 'createWorkspace', { title: `W${n}`, participantIdFormat: 'OPAQUE' }),
    mutate(app, person.token, 'createApiToken', { name: `T${n}` }),
  ]);
  const answers = await Promise.all(edits);
  expect(answers.filter(({ __typename }) => !/Payload$/.test(__typename))).toEqual([]);
  expect(await deadlocks()).toBe(0);
});
