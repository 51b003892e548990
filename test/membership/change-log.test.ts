import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
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
let group = '';

const edits = [
  ['addParticipantsToGroup', { participantIds: people(0, 7), note: 'First' }],
  ['removeParticipantsFromGroup', { participantIds: people(0, 5), note: 'Second' }],
  ['replaceGroupParticipants', { participantIds: ['p6', 'q'], note: 'Third' }],
  ['revertParticipantGroup', { toVersion: 1, note: 'Fourth' }],
  ['addParticipantsToGroup', { participantIds: ['z'] }],
] as const;

beforeAll(async () => {
  group = await createGroup(app, lab.admin.token, lab.workspaceId);
  for (const [mutation, input] of edits) {
    await mutate(app, lab.collaborator.token, mutation, { participantGroupId: group, ...input });
  }
});

const log = `query ($id: ID!, ${pageParameters}) {
  participantGroup(id: $id) {
    changes(${pageArguments}) {
      totalCount ${pageInfo}
      nodes {
        id version cause note addedCount removedCount participantCount occurredAt actor { name }
        participantGroup { id }
      }
    }
  }
}`;

async function page(variables: PageVariables) {
  const { data } = await app.ask(lab.viewer.token, log, { id: group, ...variables });
  return data.participantGroup.changes;
}

const versionsOf = (changes: { version: number }[]) => changes.map(({ version }) => version);

describe('the change log of a group', () => {
  it('is numbered from 1 without gaps, oldest first', async () => {
    const { nodes, totalCount } = await page({});
    expect([totalCount, versionsOf(nodes)]).toEqual([5, [1, 2, 3, 4, 5]]);
  });

  it('is read forward two at a time without gap or double', async () => {
    expect(versionsOf(await readForward(2, page))).toEqual([1, 2, 3, 4, 5]);
  });

  it('is read backward two at a time without gap or double', async () => {
    expect(versionsOf(await readBackward(2, page))).toEqual([1, 2, 3, 4, 5]);
  });

  it('tells the cause of each change', async () => {
    const causes = (await page({})).nodes.map(({ cause }: { cause: string }) => cause);
    expect(causes).toEqual(['MANUAL', 'MANUAL', 'REPLACEMENT', 'REVERSION', 'MANUAL']);
  });

  it('tells the note of each change, or null', async () => {
    const notes = (await page({})).nodes.map(({ note }: { note: string | null }) => note);
    expect(notes).toEqual(['First', 'Second', 'Third', 'Fourth', null]);
  });

  it('tells who did each change', async () => {
    const { nodes } = await page({});
    for (const { actor } of nodes) expect(actor).toEqual({ name: 'Cleo Collaborator' });
  });

  it('has the numbers of each change, and the members that there were after it', async () => {
    type Change = { addedCount: number; removedCount: number; participantCount: number };
    const { nodes } = await page({});
    const numbers = nodes.map((change: Change) => [
      change.addedCount,
      change.removedCount,
      change.participantCount,
    ]);
    expect(numbers).toEqual([
      [7, 0, 7],
      [0, 5, 2],
      [1, 1, 2],
      [6, 1, 7],
      [1, 0, 8],
    ]);
  });

  it('has strictly rising moments', async () => {
    const moments: string[] = (await page({})).nodes.map(
      ({ occurredAt }: { occurredAt: string }) => occurredAt,
    );
    expect(moments).toEqual([...new Set(moments)].sort());
  });

  it('has a later moment for a later change, however fast they come', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId);
    const edit = (participantId: string) => {
      const input = { participantGroupId: id, participantIds: [participantId] };
      return mutate(app, lab.admin.token, 'addParticipantsToGroup', input);
    };
    await Promise.all(people(0, 20).map(edit));
    const { data } = await app.ask(lab.viewer.token, log, { id });
    const moments: string[] = data.participantGroup.changes.nodes.map(
      ({ occurredAt }: { occurredAt: string }) => occurredAt,
    );
    expect(moments).toEqual([...new Set(moments)].sort());
  });

  it('keeps a change later than the one before when the clock goes back', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId, ['a']);
    const future = '2999-01-01T00:00:00.000Z';
    await app.sql(
      'UPDATE participant_group SET last_change_at = $1 WHERE key = (SELECT max(key) FROM participant_group)',
      [future],
    );
    const input = { participantGroupId: id, participantIds: ['b'] };
    const { change } = await mutate(app, lab.admin.token, 'addParticipantsToGroup', input);
    expect(change.occurredAt).toBe('2999-01-01T00:00:00.001Z');
  });

  it('names its group', async () => {
    const { nodes } = await page({ first: 1 });
    expect(nodes[0].participantGroup).toEqual({ id: group });
  });
});

describe('a change', () => {
  it('can be read again by its id', async () => {
    const [first] = (await page({ first: 1 })).nodes;
    const query = 'query ($id: ID!) { node(id: $id) { id ... on MembershipChange { version note } } }';
    const { data } = await app.ask(lab.viewer.token, query, { id: first.id });
    expect(data.node).toEqual({ id: first.id, version: 1, note: 'First' });
  });

  it('does not exist for a stranger', async () => {
    const [first] = (await page({ first: 1 })).nodes;
    const { data } = await app.ask(lab.stranger.token, 'query ($id: ID!) { node(id: $id) { id } }', {
      id: first.id,
    });
    expect(data.node).toBeNull();
  });

  it('keeps the name of its author after they have left the workspace', async () => {
    const token = lab.admin.token;
    const id = await createGroup(app, lab.collaborator.token, lab.workspaceId, ['a']);
    const member = [lab.collaborator.userId];
    await app.sql('UPDATE workspace_member SET removed_at = now() WHERE user_id = $1', member);
    const { data } = await app.ask(token, log, { id });
    await app.sql('UPDATE workspace_member SET removed_at = NULL WHERE user_id = $1', member);
    expect(data.participantGroup.changes.nodes[0].actor).toEqual({ name: 'Cleo Collaborator' });
  });
});
