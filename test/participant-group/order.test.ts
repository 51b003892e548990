import { beforeAll, describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { explain } from '../scale/plans.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import {
  type PageVariables,
  pageArguments,
  pageInfo,
  pageParameters,
  readBackward,
  readForward,
} from '../support/paging.ts';

const app = await startApp();
const lab = await createLab(app);
const projectId = await createProject(app, lab.admin.token, lab.workspaceId);

interface Row {
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastChangeAt: string | null;
  readonly participantCount: number;
}

/** Made in this order; sizes repeat, and so do, by SQL, the moments. */
const made = [
  { name: 'delta', size: 2 },
  { name: 'Alpha', size: 0 },
  { name: 'éclair', size: 1 },
  { name: 'charlie', size: 2 },
  { name: 'Bravo', size: 0 },
  { name: 'Zulu', size: 2 },
  { name: 'alpha 2', size: 1 },
];

beforeAll(async () => {
  for (const { name, size } of made) {
    await mutate(app, lab.admin.token, 'createParticipantGroup', {
      scope: { projectId },
      name,
      participantIds: people(0, size),
    });
  }
  await app.sql(`UPDATE participant_group SET created_at = timestamptz '2026-01-01' + key / 3 * interval '1 hour',
    updated_at = timestamptz '2026-02-01' - key / 2 * interval '1 hour',
    last_change_at = CASE WHEN version > 0 THEN timestamptz '2026-03-01' - key / 4 * interval '1 hour' END`);
});

const list = `participantGroups(orderBy: $orderBy, ${pageArguments}) {
  nodes { name createdAt updatedAt lastChangeAt participantCount } ${pageInfo}
}`;
const query = `query ($id: ID!, $orderBy: ParticipantGroupOrder, ${pageParameters}) {
  node(id: $id) { ... on Workspace { ${list} } ... on Project { ${list} } }
}`;

function pages(id: string, orderBy: object | null, token = lab.viewer.token) {
  return async (page: PageVariables) => {
    const { data, errors } = await app.ask(token, query, { id, orderBy, ...page });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.node.participantGroups;
  };
}

const keys: Record<string, (row: Row) => string | number> = {
  NAME: ({ name }) => name.toLowerCase(),
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
  LAST_CHANGE_AT: ({ lastChangeAt }) => lastChangeAt ?? '',
  PARTICIPANT_COUNT: ({ participantCount }) => participantCount,
};

/** What the whole list must be: sorted by the field, and among equals in the order of making. */
async function expected(field: string, direction: string): Promise<string[]> {
  const query = `query ($id: ID!) {
    workspace(id: $id) {
      participantGroups(first: 100, orderBy: { field: CREATED_AT }) {
        nodes { name createdAt updatedAt lastChangeAt participantCount }
      }
    }
  }`;
  const { data } = await app.ask<{ workspace: { participantGroups: { nodes: Row[] } } }>(
    lab.viewer.token,
    query,
    { id: lab.workspaceId },
  );
  const makingOf = (row: Row) => made.findIndex(({ name }) => name === row.name);
  const keyOf = keys[field] ?? (() => 0);
  const compare = (a: Row, b: Row) =>
    keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : makingOf(a) - makingOf(b);
  const sorted = data.workspace.participantGroups.nodes.toSorted(compare).map(({ name }) => name);
  return direction === 'ASC' ? sorted : sorted.reverse();
}

const orders = Object.keys(keys).flatMap((field) => [
  { field, direction: 'ASC' },
  { field, direction: 'DESC' },
]);

const names = (rows: Row[]) => rows.map(({ name }) => name);

describe.each([
  ['a workspace', lab.workspaceId],
  ['a project', projectId],
])('the groups of %s', (_words, id) => {
  it.each(orders)('are read forward by $field $direction without gap or double', async (orderBy) => {
    const rows = await readForward<Row>(2, pages(id, orderBy));
    expect(names(rows)).toEqual(await expected(orderBy.field, orderBy.direction));
  });

  it.each(orders)('are read backward by $field $direction without gap or double', async (orderBy) => {
    const rows = await readBackward<Row>(2, pages(id, orderBy));
    expect(names(rows)).toEqual(await expected(orderBy.field, orderBy.direction));
  });

  it('are in the order of making when no order is asked for', async () => {
    const rows = await readForward<Row>(2, pages(id, null));
    expect(names(rows)).toEqual(made.map(({ name }) => name));
  });

  it('are sorted ascending when no direction is asked for', async () => {
    const rows = await readForward<Row>(2, pages(id, { field: 'NAME' }));
    expect(names(rows)).toEqual(await expected('NAME', 'ASC'));
  });
});

describe('a cursor of a list of groups', () => {
  it.each([
    ['another order', { field: 'NAME', direction: 'ASC' }, lab.workspaceId],
    ['another direction', { field: 'CREATED_AT', direction: 'DESC' }, lab.workspaceId],
    ['another parent', { field: 'CREATED_AT', direction: 'ASC' }, projectId],
  ])('is INVALID_INPUT in %s', async (_words, orderBy, id) => {
    const first = pages(lab.workspaceId, { field: 'CREATED_AT', direction: 'ASC' });
    const after = (await first({ first: 1 })).pageInfo.endCursor;
    const { errors } = await app.ask(lab.viewer.token, query, { id, orderBy, after });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'after' });
  });

  it('is good for the names that are longest in NFC', async () => {
    const lone = await createLab(app);
    const eighth = '\u{1d160}';
    for (const last of '123') {
      await createGroup(app, lone.admin.token, lone.workspaceId, [], eighth.repeat(199) + last);
    }
    const rows = await readForward<Row>(1, async (page) => {
      const variables = { id: lone.workspaceId, orderBy: { field: 'NAME' }, ...page };
      return (await app.ask(lone.viewer.token, query, variables)).data.node.participantGroups;
    });
    expect(rows.map(({ name }) => name.at(-1))).toEqual(['1', '2', '3']);
  });
});

describe('a page of groups', () => {
  /** What reading one takes: the row of each group, the levels of its index, and who asks. */
  const mostBuffers = 20 * 2 + 20;

  it.each([
    { field: 'LAST_CHANGE_AT', direction: 'DESC' },
    { field: 'LAST_CHANGE_AT', direction: 'ASC' },
    { field: 'CREATED_AT', direction: 'DESC' },
    { field: 'NAME', direction: 'ASC' },
  ])('is read by $field $direction without looking at the others', async (orderBy) => {
    const { viewer, workspaceId } = await createLab(app);
    await app.sql(
      `INSERT INTO participant_group (id, workspace_key, name, name_key, last_change_at)
       SELECT gen_random_uuid(), key, 'Group ' || n, 'group ' || n, now() - n * 7919 % 5000 * interval '1 minute'
       FROM workspace, generate_series(1, 5000) AS n WHERE id = $1`,
      [decodeGlobalId(workspaceId)?.key],
    );
    await app.sql('VACUUM ANALYZE participant_group');
    const page = pages(workspaceId, orderBy, viewer.token);
    const { pageInfo } = await page({ first: 20 });
    app.sent.length = 0;
    await page({ first: 20, after: pageInfo.endCursor });
    expect(app.sent).not.toEqual([]);
    for (const sent of app.sent) {
      const { first, generic } = await explain(app.databaseUrl, sent);
      for (const { buffers, plan } of [first, generic])
        expect(buffers, plan).toBeLessThanOrEqual(mostBuffers);
    }
  });
});
