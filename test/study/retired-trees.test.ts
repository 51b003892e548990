import { expect, it } from 'vitest';
import { inTransaction } from '../../src/database/transaction.ts';
import { forgetRetiredTrees } from '../../src/study-filter/copy-service.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, createProject, people } from '../support/factories.ts';
import { createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);

const listing = (...participantIds: string[]) => [{ customAllowlist: { participantIds } }];
const edit = (studyId: string, filters: object[]) => mutate(app, token, 'updateStudy', { studyId, filters });

it('a study whose filters are edited again and again is never read without any, nor with half of them', async () => {
  const studyId = await createStudy(app, token, projectId, { filters: listing('a', 'b') });
  const query = `query ($id: ID!) { study(id: $id) { filters {
    ... on CustomAllowlist { participantIdCount participantIds(first: 100) { nodes } } } } }`;
  let isOver = false;
  const readers = [1, 2, 3].map(async () => {
    while (!isOver) {
      const { data } = await app.ask(token, query, { id: studyId });
      const [list] = data.study.filters;
      expect(list?.participantIds.nodes).toHaveLength(list?.participantIdCount ?? -1);
    }
  });
  for (let count = 0; count < 60; count++) await edit(studyId, listing(...people(0, 2 + (count % 2))));
  isOver = true;
  await Promise.all(readers);
});

it('a tree that no study has any more is taken away after an hour, and no other', async () => {
  const studyId = await createStudy(app, token, projectId, { filters: listing('a') });
  const trees = async () =>
    (await app.sql<{ count: number }>('SELECT count(*)::int AS count FROM filter_tree'))[0]?.count;
  const before = await trees();
  await edit(studyId, listing('b'));
  const sweep = () => inTransaction(app.database, forgetRetiredTrees);
  await sweep();
  expect(await trees()).toBe((before ?? 0) + 1);
  await app.sql(`UPDATE filter_tree SET retired_at = retired_at - interval '61 minutes'`);
  await sweep();
  const [row] = await app.sql('SELECT count(*)::int AS count FROM filter_tree WHERE retired_at IS NOT NULL');
  expect(row).toEqual({ count: 0 });
  const { data } = await app.ask(token, 'query ($id: ID!) { study(id: $id) { filters { __typename } } }', {
    id: studyId,
  });
  expect(data.study.filters).toEqual([{ __typename: 'CustomAllowlist' }]);
});
