import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, people } from '../support/factories.ts';
import { createBench, membersOf, only } from './fixtures/sets.ts';
import { insertStudy } from './fixtures/studies.ts';

const app = await startApp();
const bench = await createBench(app);
const { workspaceId, perform, makeSet } = bench;
const { token } = bench.admin;
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

/** The newest entries of the audit log, newest first. */
async function newest(first: number) {
  const query = `query ($id: ID!, $first: Int!) { workspace(id: $id) { auditLog(first: $first) { nodes {
    action actor { name } subject { id } subjectName changes { field from to } } } } }`;
  const { data, errors } = await app.ask(token, query, { id: workspaceId, first });
  expect(errors).toBeUndefined();
  return data.workspace.auditLog.nodes;
}

const actor = { name: 'Cleo Collaborator' };

/** What is told of a custom list: its IDs are in one place alone. */
const listing = (participantIdCount: number) => ({ customAllowlist: { participantIdCount } });

describe('the audit log tells', () => {
  it('what a new filter set says, as an input would say it', async () => {
    const group = await createGroup(app, token, workspaceId);
    const study = await insertStudy(app, { workspaceId });
    const filters = [
      { any: [membersOf(group), { all: [only('p1')] }] },
      { participantGroupBlocklist: { participantGroupIds: [group], joinedWithinDays: 3 } },
      { previousStudiesAllowlist: { studyIds: [study], statuses: ['APPROVED'] } },
    ];
    const id = await makeSet(filters, 'Adults');
    const [entry] = await newest(1);
    expect(entry).toEqual({
      action: 'FILTER_SET_CREATED',
      actor,
      subject: { id },
      subjectName: 'Adults',
      changes: [
        { field: 'name', from: null, to: 'Adults' },
        { field: 'filters', from: null, to: expect.any(String) },
      ],
    });
    const told = [{ any: [membersOf(group), { all: [listing(1)] }] }, ...filters.slice(1)];
    expect(JSON.parse(entry.changes[1].to)).toEqual(told);
  });

  it('what an edit changed, and what was said before', async () => {
    const id = await makeSet([only('p1')]);
    await perform('updateFilterSet', { filterSetId: id, name: 'Children', filters: [only('p2', 'p3')] });
    expect(await newest(1)).toEqual([
      {
        action: 'FILTER_SET_UPDATED',
        actor,
        subject: { id },
        subjectName: 'Children',
        changes: [
          { field: 'name', from: 'Adults', to: 'Children' },
          { field: 'filters', from: JSON.stringify([listing(1)]), to: JSON.stringify([listing(2)]) },
        ],
      },
    ]);
  });

  it('of which set another is a duplicate', async () => {
    const original = await makeSet([only('p1')]);
    const { filterSet } = await perform('duplicateFilterSet', { filterSetId: original, name: 'Copy' });
    expect(await newest(1)).toEqual([
      {
        action: 'FILTER_SET_CREATED',
        actor,
        subject: { id: filterSet.id },
        subjectName: 'Copy',
        changes: [
          { field: 'name', from: null, to: 'Copy' },
          { field: 'filters', from: null, to: JSON.stringify([listing(1)]) },
          { field: 'filterSetId', from: null, to: original },
        ],
      },
    ]);
  });

  it('of locking, unlocking and deleting', async () => {
    const id = await makeSet();
    for (const mutation of ['lockFilterSet', 'unlockFilterSet', 'deleteFilterSet'] as const)
      await perform(mutation, { filterSetId: id });
    const entries = await newest(3);
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'FILTER_SET_DELETED',
      'FILTER_SET_UNLOCKED',
      'FILTER_SET_LOCKED',
    ]);
    expect(entries.map(({ changes }: { changes: object[] }) => changes)).toEqual([
      [],
      [{ field: 'isLocked', from: 'true', to: 'false' }],
      [{ field: 'isLocked', from: 'false', to: 'true' }],
    ]);
  });

  it('nothing of what changed nothing', async () => {
    const id = await makeSet([only('p1')]);
    const before = await newest(5);
    await perform('updateFilterSet', { filterSetId: id, name: 'Adults', filters: [only('p1')] });
    await perform('unlockFilterSet', { filterSetId: id });
    expect(await newest(5)).toEqual(before);
  });

  it('the beginning of long filters, cut between two of them, and how long they are', async () => {
    await makeSet(people(0, 100).map((id) => only(id)));
    const [entry] = await newest(1);
    const whole = JSON.stringify(people(0, 100).map(() => listing(1)));
    const [, kept = '', length] = /^(.*), … \(([\d,]+) characters in all\)$/.exec(entry.changes[1].to) ?? [];
    expect(whole.startsWith(`${kept},`)).toBe(true);
    expect(kept.length).toBeGreaterThan(3_900);
    expect(kept.length).toBeLessThanOrEqual(4_000);
    expect(length).toBe(whole.length.toLocaleString('en'));
  });

  it('that long filters were edited, though what it keeps of them is the same', async () => {
    const listed = people(1_000, 6_000);
    const id = await makeSet([only(...listed)]);
    await perform('updateFilterSet', { filterSetId: id, filters: [only(...listed.slice(0, -1), 'p999')] });
    const [entry] = await newest(1);
    expect(entry.changes).toMatchObject([{ field: 'filters' }]);
  });
});

describe('an erased ID is replaced', () => {
  it('in names of filter sets, and is nowhere in what the audit log tells of their filters', async () => {
    const id = await makeSet([only('who-1x', 'other')], 'Without who-1x');
    await createGroup(app, token, workspaceId, ['who-1x']);
    const erasure = { workspaceId, participantId: 'who-1x' };
    const { participant } = await perform('eraseParticipant', erasure, token);
    const { participantId: erased } = participant;
    expect(await bench.read(id, '... on FilterSet { name }')).toEqual({ name: `Without ${erased}` });
    const entry = (await newest(5)).find(({ action }: { action: string }) => action === 'FILTER_SET_CREATED');
    expect(entry).toMatchObject({
      subjectName: `Without ${erased}`,
      changes: [
        { field: 'name', to: `Without ${erased}` },
        { field: 'filters', to: JSON.stringify([listing(2)]) },
      ],
    });
  });
});
