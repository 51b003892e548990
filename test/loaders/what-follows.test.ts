import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createLab, people } from '../support/factories.ts';

const app = await startApp();
const { workspaceId, admin } = await createLab(app);

beforeAll(async () => {
  const { project } = await mutate(app, admin.token, 'createProject', { workspaceId, title: 'Waves' });
  await mutate(app, admin.token, 'createParticipantGroup', {
    ...{ scope: { projectId: project.id }, name: 'Wave 1', participantIds: people(1, 6) },
  });
});

/** What is told of a group's members, and how many rows each page of the tree was read with at most. */
async function ask(below: string) {
  const conditions = ['$yes: Boolean = true', '$no: Boolean = false'];
  const used = conditions.filter((each) => below.includes(each.slice(0, each.indexOf(':'))));
  const query = `query (${['$id: ID!', ...used]}) { workspace(id: $id) { projects(first: 1) { nodes {
    participantGroups(first: 2) { nodes { participants(first: 3) { ${below} } } } } } } }`;
  app.statements.splice(0);
  const { data } = await app.ask(admin.token, query, { id: workspaceId });
  const limits = app.statements.flatMap((text) =>
    [...text.matchAll(/LIMIT (\d+)/g)].map(([, limit]) => limit),
  );
  const members = data.workspace.projects.nodes[0].participantGroups.nodes[0].participants;
  return { members, limits: limits.sort().join(' ') };
}

describe('whether more follow a page', () => {
  it.each([
    'nodes { id }',
    'totalCount edges { cursor }',
    'pageInfo { startCursor endCursor }',
    'pageInfo { hasNextPage @include(if: $no) endCursor }',
    'pageInfo @skip(if: $yes) { hasNextPage } nodes { id }',
  ])('is not looked at for %s', async (below) => {
    expect((await ask(below)).limits).toBe('1 2 3');
  });

  it.each([
    ['pageInfo { hasNextPage }', 'hasNextPage'],
    ['pageInfo { endCursor } more: pageInfo { hasMore: hasNextPage }', 'hasMore'],
    ['pageInfo { endCursor } ... { pageInfo { hasNextPage @skip(if: $no) } }', 'hasNextPage'],
    ['nodes { id } pageInfo { endCursor } pageInfo { ... on PageInfo { hasNextPage } }', 'hasNextPage'],
  ])('is found out for %s', async (below, name) => {
    const { members, limits } = await ask(below);
    expect(limits).toBe('1 2 4');
    expect((members.more ?? members.pageInfo)[name]).toBe(true);
  });
});
