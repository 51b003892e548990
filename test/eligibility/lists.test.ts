import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import type { Filter } from './fixtures/filters.ts';
import { createPlace, createStudy, uuidOf } from './fixtures/store.ts';

const app = await startApp();
const lab = await createLab(app);
const place = await createPlace(app, lab);
const { token } = lab.viewer;
const { workspaceId } = lab;

const allowed = await createGroup(app, lab.admin.token, workspaceId, ['in', 'both', ...people(0, 4)]);
const blocked = await createGroup(app, lab.admin.token, workspaceId, ['both', 'out']);
const names = { groups: [allowed, blocked].map(uuidOf), studies: [] };
const allow: Filter = { kind: 'PARTICIPANT_GROUP_ALLOWLIST', groups: [0] };
const block: Filter = { kind: 'PARTICIPANT_GROUP_BLOCKLIST', groups: [1] };
const named: Filter = { kind: 'CUSTOM_ALLOWLIST', ids: ['never-seen', 'in'] };
const study = await createStudy(app, place, [allow, block], names);
const forNamed = await createStudy(app, place, [named], names);
const draft = await createStudy(app, place, [], names, 'UNPUBLISHED');

const onStudy = (selection: string, id = study.id) =>
  app.ask(token, `query ($id: ID!) { node(id: $id) { ... on Study { ${selection} } } }`, { id });

async function participant(participantId: string, selection: string) {
  const query = `query ($id: ID!, $who: String!) { workspace(id: $id) { participant(participantId: $who) { ${selection} } } }`;
  const { data, errors } = await app.ask(token, query, { id: workspaceId, who: participantId });
  return { participant: data.workspace?.participant, errors };
}

it('lists the active studies that let somebody in, and no others', async () => {
  const { participant: found } = await participant('in', 'eligibleStudies { totalCount nodes { id } }');
  expect(found.eligibleStudies).toEqual({ totalCount: 2, nodes: [{ id: study.id }, { id: forNamed.id }] });
  const { participant: other } = await participant('out', 'eligibleStudies { totalCount nodes { id } }');
  expect(other.eligibleStudies).toEqual({ totalCount: 0, nodes: [] });
});

it('lists everyone whom a study without filters lets in: all whom the workspace knows', async () => {
  const { data } = await onStudy(
    'eligibleParticipantCount eligibleParticipants(last: 2) { nodes { participantId } }',
    draft.id,
  );
  expect(data.node.eligibleParticipantCount).toBe(7);
  expect(data.node.eligibleParticipants.nodes).toHaveLength(2);
});

it('pages through the eligible participants in both directions', async () => {
  const page = async (args: string) => {
    const { data } =
      await onStudy(`eligibleParticipants(${args}) { totalCount nodes { participantId } pageInfo {
      startCursor endCursor hasNextPage hasPreviousPage } }`);
    const { nodes, ...rest } = data.node.eligibleParticipants;
    return { ...rest, ids: nodes.map((node: { participantId: string }) => node.participantId) };
  };
  const everyone = (await page('first: 100')).ids;
  expect([...everyone].sort()).toEqual(['in', ...people(0, 4)]);
  const start = await page('first: 2');
  expect(start).toMatchObject({ totalCount: 5, ids: everyone.slice(0, 2) });
  expect(start.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const next = await page(`first: 2, after: "${start.pageInfo.endCursor}"`);
  expect(next.ids).toEqual(everyone.slice(2, 4));
  const back = await page(`last: 1, before: "${next.pageInfo.startCursor}"`);
  expect(back.ids).toEqual(everyone.slice(1, 2));
});

it('pages through the eligible studies in both directions', async () => {
  const page = async (args: string) => {
    const { participant: found } = await participant(
      'in',
      `eligibleStudies(${args}) { nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }`,
    );
    return found.eligibleStudies;
  };
  const start = await page('first: 1');
  expect(start).toMatchObject({ nodes: [{ id: study.id }], pageInfo: { hasNextPage: true } });
  const next = await page(`first: 1, after: "${start.pageInfo.endCursor}"`);
  expect(next).toMatchObject({ nodes: [{ id: forNamed.id }], pageInfo: { hasNextPage: false } });
  const back = await page(`last: 5, before: "${next.pageInfo.startCursor}"`);
  expect(back).toMatchObject({ nodes: [{ id: study.id }], pageInfo: { hasPreviousPage: false } });
});
