import { describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { holdTable, isGroupLocked, waitForWaiter } from '../support/lock.ts';
import { membersOf } from '../support/members.ts';

const app = await startApp();
const other = await startNode({ url: app.databaseUrl, query: app.sql });
const { admin, collaborator, workspaceId } = await createLab(app);

interface Race {
  /** The group that is edited, or null where the edit makes it. */
  readonly groupId: string | null;
  readonly edit: () => ReturnType<typeof mutate>;
}

const perform = (name: Parameters<typeof mutate>[2], input: object) =>
  mutate(app, collaborator.token, name, input);

/** Edits that make `who` a member; beside them `stays` is or becomes one. */
const races: Record<string, (who: string) => Promise<Race>> = {
  async adding(who) {
    const groupId = await createGroup(app, admin.token, workspaceId, ['stays']);
    const input = { participantGroupId: groupId, participantIds: [who] };
    return { groupId, edit: () => perform('addParticipantsToGroup', input) };
  },
  async replacing(who) {
    const groupId = await createGroup(app, admin.token, workspaceId, ['goes']);
    const input = { participantGroupId: groupId, participantIds: ['stays', who] };
    return { groupId, edit: () => perform('replaceGroupParticipants', input) };
  },
  async reverting(who) {
    const groupId = await createGroup(app, admin.token, workspaceId, ['stays', who]);
    await perform('removeParticipantsFromGroup', { participantGroupId: groupId, participantIds: [who] });
    return {
      groupId,
      edit: () => perform('revertParticipantGroup', { participantGroupId: groupId, toVersion: 1 }),
    };
  },
  async creating(who) {
    const input = {
      scope: { workspaceId },
      name: `With ${crypto.randomUUID()}`,
      participantIds: ['stays', who],
    };
    return { groupId: null, edit: () => perform('createParticipantGroup', input) };
  },
};

const erase = (participantId: string) =>
  mutate(other, admin.token, 'eraseParticipant', { workspaceId, participantId });

/** The participant key of a person, by their participant ID. */
async function keyOf(participantId: string): Promise<number> {
  const [found] = await app.sql<{ key: number }>('SELECT key FROM participant WHERE participant_id = $1', [
    participantId,
  ]);
  return found?.key ?? 0;
}

async function groupsOf(participantKey: number): Promise<unknown[]> {
  return app.sql('SELECT group_key FROM membership WHERE participant_key = $1 AND left_version IS NULL', [
    participantKey,
  ]);
}

let counter = 0;
/** A person whom the workspace knows, and who is in no group. */
async function knownPerson(): Promise<string> {
  const who = `racer${++counter}`;
  const group = await createGroup(app, admin.token, workspaceId, [who]);
  await perform('removeParticipantsFromGroup', { participantGroupId: group, participantIds: [who] });
  return who;
}

describe.each(Object.entries(races))('%s while the person is erased', (name, prepare) => {
  it('makes them a member no more when the edit has looked them up first: the erasure waits, and takes them out', async () => {
    const who = await knownPerson();
    const { edit } = await prepare(who);
    const key = await keyOf(who);
    const release = await holdTable(app.databaseUrl, 'membership');
    const edited = edit();
    await waitForWaiter(app, 'relation');
    const erased = erase(who);
    await waitForWaiter(app, 'advisory');
    await release();
    const { participantGroup, addedCount } = await edited;
    expect(addedCount).toBe(name === 'adding' || name === 'reverting' ? 1 : 2);
    const { changes } = await erased;
    expect(changes.at(-1)).toMatchObject({ participantGroup: { id: participantGroup.id }, cause: 'ERASURE' });
    expect(await groupsOf(key)).toEqual([]);
    expect(await membersOf(app, admin.token, participantGroup.id)).toEqual(['stays']);
    await expectConsistent(app.sql, participantGroup.id);
  });

  it('never makes them a member when the erasure is first: the edit waits, before it locks the group', async () => {
    const who = await knownPerson();
    const { edit, groupId } = await prepare(who);
    const key = await keyOf(who);
    const release = await holdTable(app.databaseUrl, 'audit_entry');
    const erased = erase(who);
    await waitForWaiter(app, 'relation');
    const edited = edit();
    await waitForWaiter(app, 'advisory');
    if (groupId !== null) expect(await isGroupLocked(app, groupId)).toBe(false);
    await release();
    expect((await erased).participant.participantId).toMatch(/^erased~/);
    const { participantGroup } = await edited;
    expect(await groupsOf(key)).toEqual([]);
    // The same ID is another person now; a reversion has nobody to take it from.
    const members = name === 'reverting' ? ['stays'] : ['stays', who];
    expect(await membersOf(app, admin.token, participantGroup.id)).toEqual(members);
    if (name !== 'reverting') expect(await keyOf(who)).not.toBe(key);
    await expectConsistent(app.sql, participantGroup.id);
  });
});

it('an edit that waited for an erasure goes on from the version that the erasure made', async () => {
  const who = `racer${++counter}`;
  const groupId = await createGroup(app, admin.token, workspaceId, ['stays', who]);
  const release = await holdTable(app.databaseUrl, 'audit_entry');
  const erased = erase(who);
  await waitForWaiter(app, 'relation');
  const edited = perform('addParticipantsToGroup', {
    participantGroupId: groupId,
    participantIds: ['comes'],
  });
  await waitForWaiter(app, 'advisory');
  await release();
  expect((await erased).changes).toMatchObject([{ version: 2, participantCount: 1 }]);
  expect((await edited).change).toMatchObject({ version: 3, participantCount: 2 });
  await expectConsistent(app.sql, groupId);
});

it('an edit of a text that waited for an erasure tells the audit log the text without the ID', async () => {
  const who = await knownPerson();
  const projectId = await createProject(app, admin.token, workspaceId, `About ${who}`);
  const release = await holdTable(app.databaseUrl, 'audit_entry');
  const erased = erase(who);
  await waitForWaiter(app, 'relation');
  const edited = perform('updateProject', { projectId, title: 'About nobody' });
  await waitForWaiter(app, 'advisory');
  await release();
  const { participant } = await erased;
  await edited;
  const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes { changes { from to } } } } }`;
  const { data } = await app.ask(admin.token, query, { id: workspaceId });
  expect(data.workspace.auditLog.nodes).toEqual([
    { changes: [{ from: `About ${participant.participantId}`, to: 'About nobody' }] },
  ]);
});

it('an erasure does not wait for the edits of another workspace', async () => {
  const who = await knownPerson();
  const { admin: stranger, workspaceId: elsewhere } = await createLab(app);
  const theirs = await createGroup(app, stranger.token, elsewhere, ['x']);
  const release = await holdTable(app.databaseUrl, 'audit_entry');
  const renaming = mutate(app, stranger.token, 'updateParticipantGroup', {
    participantGroupId: theirs,
    name: 'Waits',
  });
  await waitForWaiter(app, 'relation');
  const erased = erase(who);
  // Both wait for the table by now: the erasure has its workspace.
  await waitForWaiter(app, 'relation', 2);
  await release();
  expect((await erased).__typename).toBe('EraseParticipantPayload');
  expect((await renaming).__typename).toBe('UpdateParticipantGroupPayload');
});

it('an erasure that cannot have the workspace in time is BUSY, and changes nothing', async () => {
  const who = await knownPerson();
  const { edit } = await (races.adding?.(who) ?? Promise.reject(new Error('No race')));
  const release = await holdTable(app.databaseUrl, 'membership');
  const edited = edit().catch(String);
  await waitForWaiter(app, 'relation');
  const { errors } = await app
    .ask(
      admin.token,
      'mutation ($input: EraseParticipantInput!) { eraseParticipant(input: $input) { __typename } }',
      { input: { workspaceId, participantId: who } },
    )
    .finally(release);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BUSY']);
  await edited;
  expect((await erase(who)).__typename).toBe('EraseParticipantPayload');
});
