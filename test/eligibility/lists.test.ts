import { expect, it } from 'vitest';
import { people } from '../support/factories.ts';
import { startEligibilityLab } from './fixtures/lab.ts';

const { study, forNamed, draft, onStudy, participant } = await startEligibilityLab();

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
