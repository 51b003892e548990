import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type App, startApp, startNode } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import { holdMembers, untilWaiting } from '../support/lock.ts';
import { membersOf } from '../support/members.ts';
import { readsOf } from '../support/reads.ts';

const app = await startApp();
const store = { url: app.databaseUrl, query: app.sql };
const [other, none, few] = [
  await startNode(store),
  await startNode(store, { participantBytes: 0 }),
  await startNode(store, { participantBytes: 4_000 }),
];
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.admin;
const erase = (participantId: string) =>
  mutate(app, token, 'eraseParticipant', { workspaceId, participantId });
const add = (participantGroupId: string, participantIds: string[]) =>
  mutate(app, token, 'addParticipantsToGroup', { participantGroupId, participantIds });
const keyOf = async (participantId: string) => {
  const [row] = await app.sql<{ key: number }>('SELECT key FROM participant WHERE participant_id = $1', [
    participantId,
  ]);
  return row?.key ?? 0;
};

interface Told {
  readonly participantId: string;
}

describe('who a member is', () => {
  it('is read once, and with the next page not again', async () => {
    const groupId = await createGroup(app, token, workspaceId, people(0, 5));
    const statements = async () => {
      app.statements.splice(0);
      expect(await membersOf(app, token, groupId)).toEqual(people(0, 5));
      return readsOf(app.statements);
    };
    expect(await statements()).toHaveLength(2);
    const [page, ...more] = await statements();
    expect(more).toEqual([]);
    expect(page).not.toContain('FROM participant ');
    expect(page).not.toContain('participant.participant_id');
  });

  it('is read of those alone who are not known, in one statement for all groups', async () => {
    const names = ['Strangers 1', 'Strangers 2'];
    for (const [index, name] of names.entries())
      await createGroup(app, token, workspaceId, people(10 * index, 10 * index + 20), name);
    await membersOf(app, token, await createGroup(app, token, workspaceId, people(0, 5)));
    app.sent.splice(0);
    const { data } = await app.ask(
      token,
      `query ($id: ID!) { workspace(id: $id) { participantGroups(filter: { search: "strangers" }) { nodes {
        participants(first: 100) { nodes { id participantId firstSeenAt erasedAt workspace { id } } } } } } }`,
      { id: workspaceId },
    );
    const told = data.workspace.participantGroups.nodes.map((group: { participants: { nodes: Told[] } }) =>
      group.participants.nodes.sort((one, two) => (one.participantId < two.participantId ? -1 : 1)),
    );
    const expected = [people(0, 20), people(10, 30)].map((ids) =>
      ids.sort().map((participantId) => ({
        id: expect.stringMatching(/^UGFydGljaXBhbnQ6/),
        ...{ participantId, erasedAt: null, workspace: { id: workspaceId } },
        firstSeenAt: expect.stringMatching(/Z$/),
      })),
    );
    expect(told).toEqual(expected);
    const asked = app.sent.filter(({ text }) => text.includes('AS asked(key)'));
    expect(asked).toHaveLength(1);
    const known = await Promise.all(people(0, 5).map(keyOf));
    const keys = String(asked[0]?.values[0]).match(/\d+/g)?.map(Number) ?? [];
    expect(keys).toHaveLength(25);
    expect(keys.filter((key) => known.includes(key))).toEqual([]);
  });
});

describe('a person who was erased', () => {
  it('is in no page of a node that has kept them', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['kept-1', 'kept-2']);
    for (const node of [app, other])
      expect(await membersOf(node, token, groupId)).toEqual(['kept-1', 'kept-2']);
    await erase('kept-1');
    for (const node of [app, other]) expect(await membersOf(node, token, groupId)).toEqual(['kept-2']);
  });

  it('has no ID any more in the past that a node shows who has kept them', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['past-1', 'past-2']);
    for (const node of [app, other])
      expect(await membersOf(node, token, groupId)).toEqual(['past-1', 'past-2']);
    await erase('past-1');
    const query = `query ($id: ID!) { participantGroup(id: $id) {
      changes { nodes { added { nodes { participantId } } removed { nodes { participantId } } } } } }`;
    for (const node of [app, other]) {
      expect(await membersOf(node, token, groupId, 1)).toEqual([expect.stringMatching(/^erased~/), 'past-2']);
      const { data } = await node.ask(token, query, { id: groupId });
      expect(JSON.stringify(data)).not.toContain('past-1');
    }
  });

  it('is somebody new to all nodes when they come again', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['again']);
    const idOf = async (node: App) => {
      const query =
        'query ($id: ID!) { participantGroup(id: $id) { participants { nodes { id participantId } } } }';
      const { data } = await node.ask(token, query, { id: groupId });
      return data.participantGroup.participants.nodes;
    };
    const before = await idOf(other);
    await erase('again');
    await add(groupId, ['again']);
    const after = await idOf(other);
    expect(after).toEqual([{ id: expect.any(String), participantId: 'again' }]);
    expect(after).not.toEqual(before);
    expect(await idOf(none)).toEqual(after);
  });

  it('is left out where they were erased between the page and who is in it', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['between-1', 'between-2', 'between-3']);
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE participant IN ACCESS EXCLUSIVE MODE');
    const query = `query ($id: ID!) { participantGroup(id: $id) {
      participants(first: 2) { edges { node { participantId } } pageInfo { hasNextPage } } } }`;
    const asking = other.ask(token, query, { id: groupId });
    await untilWaiting(app);
    await client.query(
      `UPDATE participant SET participant_id = 'erased~1', erased_at = now() WHERE participant_id = 'between-1'`,
    );
    await client.query('COMMIT');
    await client.end();
    const left = { edges: [{ node: { participantId: 'between-2' } }], pageInfo: { hasNextPage: true } };
    expect(await asking).toEqual({ data: { participantGroup: { participants: left } } });
    expect(await other.ask(token, query, { id: groupId })).toEqual(await asking);
  });
});

it('a page is not joined to participants of another database that has taken over meanwhile', async () => {
  const groupId = await createGroup(app, token, workspaceId, people(0, 3));
  const query = 'query ($id: ID!) { participantGroup(id: $id) { participants { nodes { participantId } } } }';
  for (const node of [app, none]) {
    await membersOf(node, token, groupId);
    const release = await holdMembers(app.databaseUrl);
    const asking = node.ask(token, query, { id: groupId });
    await untilWaiting(app);
    node.database.keptParticipants.forget();
    await release();
    expect((await asking).errors).toMatchObject([{ extensions: { code: 'BUSY' } }]);
    expect(await membersOf(node, token, groupId)).toEqual(people(0, 3));
  }
});

it('nodes that keep everybody, a few and nobody say the same of every page', async () => {
  const groups = [
    await createGroup(app, token, workspaceId, people(0, 60)),
    await createGroup(app, token, workspaceId, people(30, 90)),
  ];
  const query = `query ($id: ID!, $first: Int, $last: Int, $after: String) { participantGroup(id: $id) {
    participants(first: $first, last: $last, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
      nodes { id participantId firstSeenAt } edges { cursor joinedAt node { id participantGroups(first: 2) { nodes { name } } } } } } }`;
  const page = fc.record({
    group: fc.nat({ max: 1 }),
    size: fc.integer({ min: 1, max: 30 }),
    backward: fc.boolean(),
    edit: fc.constantFrom('none', 'add', 'remove', 'erase'),
    who: fc.nat({ max: 99 }),
  });
  const cursors: (string | null)[] = [null, null];
  await fc.assert(
    fc.asyncProperty(page, async ({ group, size, backward, edit, who }) => {
      const id = groups[group] ?? '';
      const participantIds = people(who, who + 1);
      if (edit === 'add') await add(id, participantIds);
      if (edit === 'remove')
        await mutate(app, token, 'removeParticipantsFromGroup', { participantGroupId: id, participantIds });
      if (edit === 'erase') await erase(participantIds[0] ?? '');
      const variables = { id, ...(backward ? { last: size } : { first: size }), after: cursors[group] };
      const [first, ...others] = await Promise.all(
        [none, app, other, few].map((node) => node.ask(token, query, variables)),
      );
      expect(first).toEqual({ data: { participantGroup: { participants: expect.anything() } } });
      for (const answer of others) expect(answer).toEqual(first);
      if (first === undefined) throw new Error('Nobody was asked');
      const { nodes, edges, pageInfo } = first.data.participantGroup.participants;
      const onEdges = edges.map(({ node }: { node: { id: string } }) => node.id);
      expect(nodes.map(({ id }: { id: string }) => id)).toEqual(onEdges);
      cursors[group] = backward ? null : pageInfo.endCursor;
    }),
    { numRuns: 60 },
  );
});
