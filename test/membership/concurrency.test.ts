import { describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { type EditName, edit } from '../support/edits.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const other = await startNode({ url: app.databaseUrl, query: app.sql });
const lab = await createLab(app);
const { token } = lab.collaborator;

const makeGroup = (ids: string[] = [], name?: string) => createGroup(app, token, lab.workspaceId, ids, name);

/** The nth of a mixture of edits of one group: overlapping adds, removes, replacements and reversions. */
function mixedEdit(node: typeof app, participantGroupId: string, index: number) {
  const names: EditName[] = [
    'addParticipantsToGroup',
    'removeParticipantsFromGroup',
    'addParticipantsToGroup',
    'replaceGroupParticipants',
    'revertParticipantGroup',
  ];
  const name = names[index % names.length] ?? 'addParticipantsToGroup';
  const start = (index * 7) % 40;
  const whom =
    name === 'revertParticipantGroup'
      ? { toVersion: index % 2 }
      : { participantIds: people(start, start + 20) };
  return edit(node, token, name, { participantGroupId, note: `Edit ${index}`, ...whom });
}

/** Reads a group's log over HTTP: the members that it leads to at each version, and when each came to be. */
async function readLog(participantGroupId: string) {
  const { data } = await app.ask(
    token,
    `query ($id: ID!) { participantGroup(id: $id) { participantCount changes(first: 100) { totalCount nodes {
      version occurredAt added(first: 100) { nodes { participantId } } removed(first: 100) { nodes { participantId } }
    } } } }`,
    { id: participantGroupId },
  );
  const members = new Set<string>();
  const versions: { version: number; occurredAt: string; members: string[] }[] = [];
  for (const { version, occurredAt, added, removed } of data.participantGroup.changes.nodes) {
    for (const { participantId } of removed.nodes) members.delete(participantId);
    for (const { participantId } of added.nodes) members.add(participantId);
    versions.push({ version, occurredAt, members: [...members].sort() });
  }
  return { versions, participantCount: Number(data.participantGroup.participantCount) };
}

async function membersThen(id: string, then: { asOf?: string; asOfVersion?: number }): Promise<string[]> {
  const { data } = await app.ask(
    token,
    `query ($id: ID!, $asOf: DateTime, $asOfVersion: Int) { participantGroup(id: $id) {
      participants(first: 100, asOf: $asOf, asOfVersion: $asOfVersion) { totalCount nodes { participantId } } } }`,
    { id, ...then },
  );
  const { totalCount, nodes } = data.participantGroup.participants;
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ participantId }: { participantId: string }) => participantId).sort();
}

async function expectLogAndReadsAgree(id: string, atMost: number): Promise<void> {
  const { changes, membersAt } = await expectConsistent(app.sql, id);
  expect(changes.length).toBeGreaterThan(5);
  expect(changes.length).toBeLessThanOrEqual(atMost);
  const { versions, participantCount } = await readLog(id);
  expect(versions.map(({ version }) => version)).toEqual(changes.map(({ version }) => version));
  expect(participantCount).toBe(versions.at(-1)?.members.length);
  for (const { version, occurredAt, members } of versions) {
    expect(members).toEqual(membersAt[version]);
    expect(await membersThen(id, { asOfVersion: version })).toEqual(members);
    expect(await membersThen(id, { asOf: occurredAt })).toEqual(members);
  }
}

describe('many edits of one group at once', () => {
  it('numbers 50 mixed edits without a gap, and counter, log and reads of the past agree', async () => {
    const id = await makeGroup(people(0, 30));
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => mixedEdit(app, id, index)));
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data.edit?.__typename).toMatch(/Payload$/);
    }
    const versions = answers.flatMap(({ data }) => data.edit?.change?.version ?? []).sort((a, b) => a - b);
    expect(versions).toEqual(versions.map((_version, index) => index + 2));
    await expectLogAndReadsAgree(id, 51);
    expect(app.unexpected).toEqual([]);
  });

  it('does the same through two nodes on one database', async () => {
    const id = await makeGroup(people(0, 30));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => mixedEdit(index % 2 ? app : other, id, index)),
    );
    for (const { data } of answers) expect(data.edit?.__typename).toMatch(/Payload$/);
    await expectLogAndReadsAgree(id, 51);
    expect([...app.unexpected, ...other.unexpected]).toEqual([]);
  });
});

describe('the same new people in many groups at once', () => {
  it('adds 200 new people to ten groups in different orders: none fails, nobody is doubled', async () => {
    const ids = people(10_000, 10_200);
    const groups = await Promise.all(Array.from({ length: 10 }, () => makeGroup()));
    const orders = groups.map((_group, index) => {
      const turned = [...ids.slice(index * 20), ...ids.slice(0, index * 20)];
      return index % 2 ? turned.reverse() : turned;
    });
    const answers = await Promise.all(
      groups.map((participantGroupId, index) =>
        edit(index % 3 ? app : other, token, 'addParticipantsToGroup', {
          participantGroupId,
          participantIds: orders[index],
        }),
      ),
    );
    expect(answers.map(({ data }) => data.edit?.addedCount)).toEqual(groups.map(() => 200));
    const stored = await app.sql('SELECT 1 FROM participant WHERE participant_id = ANY($1)', [ids]);
    expect(stored).toHaveLength(200);
    for (const group of groups) {
      expect((await expectConsistent(app.sql, group)).membersAt.at(-1)).toEqual([...ids].sort());
    }
    expect([...app.unexpected, ...other.unexpected]).toEqual([]);
  });
});

describe('a race that only one can win', () => {
  it('lets one of ten creates have the name, and tells the others who has it', async () => {
    const create = `mutation ($input: CreateParticipantGroupInput!) { createParticipantGroup(input: $input) {
      __typename ... on CreateParticipantGroupPayload { participantGroup { id } }
      ... on NameTakenError { participantGroup { id } } } }`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? app : other).ask(token, create, {
          input: { scope: { workspaceId: lab.workspaceId }, name: index % 3 ? 'Only one' : 'ONLY ONE' },
        }),
      ),
    );
    const created = answers.map(({ data }) => data.createParticipantGroup);
    const won = created.filter(({ __typename }) => __typename === 'CreateParticipantGroupPayload');
    expect(won).toHaveLength(1);
    const lost = created.filter(({ __typename }) => __typename === 'NameTakenError');
    expect(lost.map(({ participantGroup }) => participantGroup.id)).toEqual(
      Array(9).fill(won[0].participantGroup.id),
    );
  });

  it('lets one of ten updates of a revision win, and tells the others the current one', async () => {
    const id = await makeGroup();
    const update = `mutation ($input: UpdateParticipantGroupInput!) { updateParticipantGroup(input: $input) {
      __typename ... on UpdateParticipantGroupPayload { participantGroup { revision } }
      ... on VersionConflictError { current } } }`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? app : other).ask(token, update, {
          input: { participantGroupId: id, description: `Edit ${index}`, expectedRevision: 1 },
        }),
      ),
    );
    const updated = answers.map(({ data }) => data.updateParticipantGroup);
    const conflict = { __typename: 'VersionConflictError', current: 2 };
    expect(updated.filter(({ __typename }) => __typename !== 'VersionConflictError')).toEqual([
      { __typename: 'UpdateParticipantGroupPayload', participantGroup: { revision: 2 } },
    ]);
    expect(updated.filter(({ current }) => current === 2)).toEqual(Array(9).fill(conflict));
  });

  it('lets a delete race with adds: each add is in the log, or told that the group is deleted', async () => {
    const id = await makeGroup(people(0, 5));
    const remove = `mutation ($input: DeleteParticipantGroupInput!) { deleteParticipantGroup(input: $input) {
      __typename ... on DeleteParticipantGroupPayload { participantGroup { isDeleted } } } }`;
    const adds = Array.from({ length: 30 }, (_, index) =>
      edit(index % 2 ? app : other, token, 'addParticipantsToGroup', {
        participantGroupId: id,
        participantIds: [`racer${index}`],
      }),
    );
    const deleted = await other.ask(token, remove, { input: { participantGroupId: id } });
    expect(deleted.data.deleteParticipantGroup.participantGroup).toEqual({ isDeleted: true });
    const names = (await Promise.all(adds)).map(({ data }) => data.edit?.__typename);
    const added = names.filter((name) => name === 'AddParticipantsToGroupPayload').length;
    expect(names.filter((name) => name === 'GroupDeletedError')).toHaveLength(30 - added);
    const { membersAt } = await expectConsistent(app.sql, id);
    expect(membersAt.at(-1)).toHaveLength(5 + added);
  });
});
