import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createToken } from '../access/fixtures/people.ts';
import { startApp } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, unknownId } from '../support/factories.ts';
import { membersOf } from '../support/members.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.admin;

const erasedId = expect.stringMatching(/^erased~[0-9a-f]{24}$/);
const makeGroup = (ids: string[]) => createGroup(app, token, workspaceId, ids);
const erase = (participantId: string, input: object = {}, by = token) =>
  mutate(app, by, 'eraseParticipant', { workspaceId, participantId, ...input });
const edit = (name: 'addParticipantsToGroup' | 'removeParticipantsFromGroup', id: string, ids: string[]) =>
  mutate(app, token, name, { participantGroupId: id, participantIds: ids });

async function workspace<Answer>(selection: string): Promise<Answer> {
  const query = `query ($id: ID!) { workspace(id: $id) { ${selection} } }`;
  const { data, errors } = await app.ask(token, query, { id: workspaceId });
  expect(errors).toBeUndefined();
  return data.workspace;
}

describe('erasing a person', () => {
  it('takes them out of every group, deleted ones included, by one change each', async () => {
    const groups = [await makeGroup(['e1', 'x']), await makeGroup(['e1']), await makeGroup(['y', 'e1'])];
    const [, second = '', deleted = ''] = groups;
    await edit('addParticipantsToGroup', second, ['z']);
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: deleted });
    const bystander = await makeGroup(['x']);
    const { changes } = await erase('e1');
    const made = {
      cause: 'ERASURE',
      note: null,
      addedCount: 0,
      removedCount: 1,
      actor: { name: 'Ada Admin' },
    };
    expect(changes).toMatchObject([
      { participantGroup: { id: groups[0] }, version: 2, participantCount: 1, ...made },
      { participantGroup: { id: groups[1] }, version: 3, participantCount: 1, ...made },
      { participantGroup: { id: groups[2] }, version: 2, participantCount: 1, ...made },
    ]);
    for (const group of [...groups, bystander]) await expectConsistent(app.sql, group);
    expect((await expectConsistent(app.sql, bystander)).changes).toHaveLength(1);
  });

  it('sends as many statements for a person in thirty groups as for one in none', async () => {
    const lone = await makeGroup(['e2', 'e3']);
    await edit('removeParticipantsFromGroup', lone, ['e2']);
    const statements = async (participantId: string) => {
      app.statements.splice(0);
      await app.ask(
        token,
        `mutation ($input: EraseParticipantInput!) { eraseParticipant(input: $input) { __typename } }`,
        { input: { workspaceId, participantId } },
      );
      return app.statements.length;
    };
    for (let count = 0; count < 30; count++) await makeGroup(['e3', `other${count}`]);
    const [none, thirty] = [await statements('e2'), await statements('e3')];
    expect(thirty).toBe(none);
  });

  it('gives them a random ID that no format accepts, and keeps their node', async () => {
    await makeGroup(['e4']);
    const { participant } = await workspace<{ participant: { id: string } }>(
      'participant(participantId: "e4") { id }',
    );
    const { participant: erased } = await erase('e4');
    expect(erased).toMatchObject({ id: participant.id, participantId: erasedId });
    expect(Date.parse(erased.erasedAt)).toBeGreaterThan(Date.parse(erased.firstSeenAt));
    const query = 'query ($id: ID!) { node(id: $id) { ... on Participant { participantId } } }';
    const { data } = await app.ask(lab.viewer.token, query, { id: participant.id });
    expect(data.node).toEqual({ participantId: erased.participantId });
    const refused = await mutate(app, token, 'addParticipantsToGroup', {
      participantGroupId: await makeGroup([]),
      participantIds: [erased.participantId],
    });
    expect(refused.__typename).toBe('InvalidParticipantIdsError');
  });

  it('trims the ID as every input does', async () => {
    await makeGroup(['e5']);
    expect((await erase('  e5 ')).__typename).toBe('EraseParticipantPayload');
  });

  it('leaves the same ID of another workspace alone', async () => {
    await makeGroup(['e6']);
    const theirs = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId, ['e6']);
    await erase('e6');
    expect(await membersOf(app, lab.stranger.token, theirs)).toEqual(['e6']);
  });
});

describe('who was erased', () => {
  it('is in no listing, and counts in none', async () => {
    const group = await makeGroup(['l1', 'l2', 'l3']);
    const before = await workspace<{ participants: { totalCount: number } }>('participants { totalCount }');
    await erase('l2');
    const after = await workspace<{
      participants: { totalCount: number; nodes: { participantId: string }[] };
      participant: unknown;
      participantsByIds: unknown[];
      participantGroups: { nodes: unknown[] };
    }>(`participants(last: 100) { totalCount nodes { participantId } }
      participant(participantId: "l2") { id } participantsByIds(participantIds: ["l1", "l2"]) { participantId }
      participantGroups(filter: { hasParticipant: "l2", deleted: INCLUDE }) { nodes { id } }`);
    expect(after.participants.totalCount).toBe(before.participants.totalCount - 1);
    const listed = after.participants.nodes.map(({ participantId }) => participantId);
    expect(listed.slice(-2)).toEqual(['l1', 'l3']);
    expect(listed.filter((id) => id.startsWith('erased'))).toEqual([]);
    expect(after.participant).toBeNull();
    expect(after.participantsByIds).toEqual([{ participantId: 'l1' }, null]);
    expect(after.participantGroups.nodes).toEqual([]);
    expect(await membersOf(app, token, group)).toEqual(['l1', 'l3']);
  });

  it('is in the past lists, changes and stays of their groups', async () => {
    const group = await makeGroup(['h1', 'h2']);
    const { participant } = await erase('h1');
    expect(await membersOf(app, token, group, 1)).toEqual([participant.participantId, 'h2']);
    const query = `query ($id: ID!, $who: ID!) {
      participantGroup(id: $id) { changes { nodes { added { nodes { participantId } } removed { nodes { participantId } } } } }
      node(id: $who) { ... on Participant {
        participantGroups { totalCount }
        membershipHistory(participantGroupId: $id) { joined { version } left { version cause } } } } }`;
    const { data } = await app.ask(token, query, { id: group, who: participant.id });
    const name = { participantId: participant.participantId };
    expect(data.participantGroup.changes.nodes).toEqual([
      { added: { nodes: [name, { participantId: 'h2' }] }, removed: { nodes: [] } },
      { added: { nodes: [] }, removed: { nodes: [name] } },
    ]);
    expect(data.node).toEqual({
      participantGroups: { totalCount: 0 },
      membershipHistory: [{ joined: { version: 1 }, left: { version: 2, cause: 'ERASURE' } }],
    });
  });

  it('is left out when the group is reverted', async () => {
    const group = await makeGroup(['r1', 'r2', 'r3']);
    await edit('removeParticipantsFromGroup', group, ['r1', 'r2']);
    await erase('r2');
    const reverted = await mutate(app, token, 'revertParticipantGroup', {
      participantGroupId: group,
      toVersion: 1,
    });
    expect(reverted).toMatchObject({ addedCount: 1, keptCount: 1, removedCount: 0 });
    expect(await membersOf(app, token, group)).toEqual(['r3', 'r1']);
    await expectConsistent(app.sql, group);
  });

  it('is another person when the same ID is added again', async () => {
    const group = await makeGroup(['n1', 'n2']);
    const { participant } = await erase('n1');
    const again = await edit('addParticipantsToGroup', group, ['n1']);
    expect(again).toMatchObject({ addedCount: 1, participantGroup: { participantCount: 2 } });
    const found = await workspace<{ participant: { id: string } }>('participant(participantId: "n1") { id }');
    expect(found.participant.id).not.toBe(participant.id);
  });
});

describe('an erasure is refused', () => {
  it('with NotFoundError, and no id, for an ID that the workspace has never seen', async () => {
    expect(await erase('never-seen')).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      id: null,
      message: 'The workspace knows nobody by the participant ID "never-seen".',
    });
  });

  it('with NotFoundError for one who was erased', async () => {
    await makeGroup(['t1']);
    await erase('t1');
    expect((await erase('t1')).__typename).toBe('NotFoundError');
  });

  it.each(['', 'two words', 'erased~0123456789abcdef01234567', 'x'.repeat(65)])(
    'with InvalidInputError for the malformed ID "%s"',
    async (participantId) => {
      expect(await erase(participantId)).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: ['input', 'participantId'], message: expect.stringMatching(/\S/) }],
      });
    },
  );

  it('with a hint for a global id', async () => {
    const { issues } = await erase(unknownId('Participant'));
    expect(issues).toMatchObject([{ message: expect.stringContaining('global id') }]);
  });

  it('with ForbiddenError to who is no admin, and to a token for reading', async () => {
    await makeGroup(['f1']);
    const reading = await createToken(app, lab.admin, { readOnly: true });
    for (const by of [lab.collaborator.token, lab.viewer.token, reading]) {
      expect((await erase('f1', {}, by)).__typename).toBe('ForbiddenError');
    }
    expect((await erase('f1', {}, lab.stranger.token)).__typename).toBe('NotFoundError');
    expect(await membersOf(app, token, await makeGroup(['f1']))).toEqual(['f1']);
  });

  it('and holds no edit up where it finds nobody', async () => {
    app.statements.splice(0);
    await erase('nobody-at-all');
    expect(app.statements.filter((text) => text.includes('pg_advisory_xact_lock('))).toEqual([]);
  });
});

describe('an erasure under a key', () => {
  it('answers the same when it is repeated, though the ID is gone', async () => {
    const group = await makeGroup(['k1', 'k2']);
    const key = { idempotencyKey: randomUUID() };
    const first = await erase('k1', key);
    expect(await erase('k1', key)).toEqual(first);
    expect((await expectConsistent(app.sql, group)).changes).toHaveLength(2);
  });
});

it('is told in the audit log, without a trace of the ID', async () => {
  await makeGroup(['a-unique-one']);
  const { participant } = await erase('a-unique-one');
  const { auditLog } = await workspace<{ auditLog: { nodes: unknown[] } }>(
    'auditLog(first: 1) { nodes { action actor { name } subjectName changes { field } subject { id } } }',
  );
  expect(auditLog.nodes).toEqual([
    {
      action: 'PARTICIPANT_ERASED',
      actor: { name: 'Ada Admin' },
      subjectName: participant.participantId,
      changes: [],
      subject: { id: participant.id },
    },
  ]);
});

it('takes a person of a PROLIFIC workspace as well', async () => {
  const prolific = await createLab(app, 'PROLIFIC');
  const participantId = '5f9e3779b100000000000001';
  const group = await createGroup(app, prolific.admin.token, prolific.workspaceId, [participantId]);
  const erased = await mutate(app, prolific.admin.token, 'eraseParticipant', {
    workspaceId: prolific.workspaceId,
    participantId,
  });
  expect(erased.participant).toMatchObject({ participantId: erasedId });
  expect(await membersOf(app, prolific.admin.token, group)).toEqual([]);
});
