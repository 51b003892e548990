import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { adding, allowing, createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);
const other = await createGroup(app, token, lab.workspaceId);

const action = (kind: string, participantGroupId: string) => ({
  kind: `${kind}_PARTICIPANT_GROUP`,
  participantGroupId,
});
const completionCodes = [
  {
    code: 'IN',
    codeType: 'SCREENED_IN',
    actions: [action('ADD_TO', group), action('REMOVE_FROM', other), { kind: 'AUTOMATICALLY_APPROVE' }],
  },
  { code: 'ELSE', codeType: 'OTHER', actions: [] },
  { code: 'OUT', codeType: 'SCREENED_OUT', actions: [action('REMOVE_FROM', group)] },
];
const make = (input: object) => createStudy(app, token, projectId, input);
const [draft, filtering] = [await make({ completionCodes }), await make({ filters: allowing(group) })];
const active = await createStudy(app, token, projectId, { completionCodes: adding(group) }, 'publishStudy');
const stopped = await createStudy(
  app,
  token,
  projectId,
  { completionCodes: adding(other, group) },
  ...(['publishStudy', 'stopStudy'] as const),
);

const codes = 'completionCodes { codeType actionKind }';

async function feeders(args: string, of = group, by = lab.viewer.token) {
  const query = `query ($id: ID!) { participantGroup(id: $id) { feederStudies(${args}) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id } ${codes} } } } }`;
  const { data, errors } = await app.ask(by, query, { id: of });
  expect(errors).toBeUndefined();
  return data.participantGroup.feederStudies;
}

const added = [{ codeType: 'COMPLETED', actionKind: 'ADD_TO_PARTICIPANT_GROUP' }];

describe('the studies that feed a group', () => {
  it('are those whose codes edit it, whatever their status, in the order in which they were made', async () => {
    const { totalCount, edges } = await feeders('first: 10');
    expect(totalCount).toBe(3);
    expect(edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([draft, active, stopped]);
  });

  it('come with the codes that edit this group, and no others', async () => {
    const { edges } = await feeders('first: 10');
    expect(edges).toMatchObject([
      {
        completionCodes: [
          { codeType: 'SCREENED_IN', actionKind: 'ADD_TO_PARTICIPANT_GROUP' },
          { codeType: 'SCREENED_OUT', actionKind: 'REMOVE_FROM_PARTICIPANT_GROUP' },
        ],
      },
      { completionCodes: added },
      { completionCodes: added },
    ]);
    expect((await feeders('first: 10', other)).edges).toMatchObject([
      { completionCodes: [{ codeType: 'SCREENED_IN', actionKind: 'REMOVE_FROM_PARTICIPANT_GROUP' }] },
      { completionCodes: added },
    ]);
  });

  it('are paged through, with the number of all of them', async () => {
    const first = await feeders('first: 2');
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const rest = await feeders(`first: 2, after: ${JSON.stringify(first.pageInfo.endCursor)}`);
    expect(rest).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: false },
      edges: [{ node: { id: stopped }, completionCodes: added }],
    });
  });

  it('of two groups at once each have the codes of their own', async () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ParticipantGroup {
      feederStudies(first: 1) { totalCount edges { ${codes} } } } } }`;
    const { data } = await app.ask(lab.viewer.token, query, { ids: [group, other] });
    expect(data.nodes).toMatchObject([
      { feederStudies: { totalCount: 3, edges: [{ completionCodes: { length: 2 } }] } },
      { feederStudies: { totalCount: 2, edges: [{ completionCodes: { length: 1 } }] } },
    ]);
  });

  it('are fewer once a draft lets go of the group', async () => {
    const gone = await createGroup(app, token, lab.workspaceId);
    const studyId = await make({ completionCodes: adding(gone) });
    expect((await feeders('first: 1', gone)).totalCount).toBe(1);
    await mutate(app, token, 'updateStudy', { studyId, completionCodes: [] });
    expect(await feeders('first: 1', gone)).toMatchObject({ totalCount: 0, edges: [] });
  });

  it('are not for that studies that filter on it', async () => {
    const query = 'query ($id: ID!) { participantGroup(id: $id) { filteringStudies { nodes { id } } } }';
    const { data } = await app.ask(token, query, { id: group });
    expect(data.participantGroup.filteringStudies.nodes).toEqual([{ id: filtering }]);
  });
});

it('every other list of studies has no such codes in its edges', async () => {
  const input = { workspaceId: lab.workspaceId, name: 'Set', filters: [] };
  const { filterSet } = await mutate(app, token, 'createFilterSet', input);
  await make({ filterSetId: filterSet.id, completionCodes });
  const query = `query ($project: ID!, $group: ID!, $set: ID!) {
    project: node(id: $project) { ... on Project { studies { edges { ${codes} } } workspace { studies { edges { ${codes} } } } } }
    group: node(id: $group) { ... on ParticipantGroup { filteringStudies { edges { ${codes} } } } }
    set: node(id: $set) { ... on FilterSet { studies { edges { ${codes} } } } } }`;
  const { data } = await app.ask(token, query, { project: projectId, group, set: filterSet.id });
  const lists = [
    data.project.studies,
    data.project.workspace.studies,
    data.group.filteringStudies,
    data.set.studies,
  ];
  expect(lists.map(({ edges }) => edges.length > 0)).toEqual([true, true, true, true]);
  const edges = lists.flatMap((list) => list.edges);
  expect(new Set(edges.map((edge) => edge.completionCodes))).toEqual(new Set([null]));
});

it('the studies for which a group cannot be deleted come without such codes', async () => {
  const query = `mutation ($input: DeleteParticipantGroupInput!) { deleteParticipantGroup(input: $input) {
    ... on GroupInUseError { studies { edges { node { id } ${codes} } } } } }`;
  const { data } = await app.ask(token, query, { input: { participantGroupId: group } });
  expect(data.deleteParticipantGroup.studies.edges[0]).toEqual({
    node: { id: draft },
    completionCodes: null,
  });
});
