import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { documentOf } from '../support/documents.ts';
import { createGroup, createLab } from '../support/factories.ts';

const app = await startApp();
const { admin, workspaceId } = await createLab(app);

it.each([
  ['project', 'title', 'createProject', { title: 'only-in-the-row' }],
  ['membership_change', 'note', 'addParticipantsToGroup', { participantIds: ['p'], note: 'only-in-the-row' }],
] as const)('a row that the table %s refuses is not in the log', async (table, column, mutation, values) => {
  await app.sql(`ALTER TABLE ${table} ADD CHECK (${column} <> 'only-in-the-row')`);
  const participantGroupId = await createGroup(app, admin.token, workspaceId, []);
  const place = mutation === 'createProject' ? { workspaceId } : { participantGroupId };
  const { errors } = await app.ask(admin.token, documentOf(mutation), { input: { ...place, ...values } });
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
  const [logged, ...others] = app.unexpected.splice(0);
  expect(others).toEqual([]);
  expect(inspect(logged, { depth: 20, showHidden: true })).not.toContain('only-in-the-row');
  expect(inspect(logged)).toContain(`${table}_${column}_check`);
});
