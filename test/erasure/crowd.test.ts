import { describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const other = await startNode({ url: app.databaseUrl, query: app.sql });
const { admin, workspaceId } = await createLab(app);

/** Numbers that look random and are the same in every run. */
function shuffler(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Does all work, so much of it at once: enough for every connection, and few enough to be served in time. */
async function inLanes<Work, Result>(
  lanes: number,
  all: readonly Work[],
  perform: (work: Work, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const rest = all.entries();
  const lane = async () => {
    for (const [index, work] of rest) results[index] = await perform(work, index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

const everyone = people(0, 40);

/** One of 200 edits: mostly of members, of eight groups; some make, delete, restore or rename a group. */
function randomEdit(below: (limit: number) => number, groups: readonly string[], index: number) {
  const participantGroupId = groups[below(groups.length)] ?? '';
  const participantIds = everyone.slice(below(40)).slice(0, 1 + below(12));
  const edits: [Parameters<typeof mutate>[2], object][] = [
    ['addParticipantsToGroup', { participantGroupId, participantIds }],
    ['addParticipantsToGroup', { participantGroupId, participantIds: participantIds.toReversed() }],
    ['removeParticipantsFromGroup', { participantGroupId, participantIds }],
    ['replaceGroupParticipants', { participantGroupId, participantIds }],
    ['revertParticipantGroup', { participantGroupId, toVersion: 1 }],
    ['createParticipantGroup', { scope: { workspaceId }, name: `Made ${index}`, participantIds }],
    ['updateParticipantGroup', { participantGroupId, description: `Edit ${index}` }],
    ['deleteParticipantGroup', { participantGroupId }],
    ['restoreParticipantGroup', { participantGroupId }],
  ];
  return edits[below(edits.length)] ?? ['addParticipantsToGroup', {}];
}

describe('200 edits of eight groups beside 20 erasures, through two nodes', () => {
  it('all come to an end without a deadlock; versions have no gaps, and nobody erased is in a group', async () => {
    const below = shuffler(20_261_123);
    const groups: string[] = [];
    for (let count = 0; count < 8; count++) {
      groups.push(await createGroup(app, admin.token, workspaceId, everyone.slice(count, count + 25)));
    }
    for (const node of [app, other]) node.sent.splice(0);
    const calls = Array.from({ length: 220 }, (_, index): [Parameters<typeof mutate>[2], object] =>
      index % 11 === 5
        ? ['eraseParticipant', { workspaceId, participantId: everyone[(index - 5) / 11] }]
        : randomEdit(below, groups, index),
    );
    const answers = await inLanes(24, calls, ([name, input], index) =>
      mutate(index % 2 ? app : other, admin.token, name, input),
    );
    const kinds = new Set(answers.map(({ __typename }) => __typename.replace(/^.*Payload$/, 'payload')));
    kinds.delete('GroupDeletedError');
    expect([...kinds]).toEqual(['payload']);
    expect(answers.filter(({ __typename }) => __typename === 'EraseParticipantPayload')).toHaveLength(20);
    expect([...app.unexpected, ...other.unexpected]).toEqual([]);

    // A deadlock would be tried again: it would be another transaction.
    const begun = [...app.sent, ...other.sent].filter(({ text }) => /^BEGIN/i.test(text));
    expect(begun).toHaveLength(calls.length);

    const made = answers.flatMap(({ __typename, participantGroup }) =>
      __typename === 'CreateParticipantGroupPayload' ? [String(participantGroup.id)] : [],
    );
    expect(made.length).toBeGreaterThan(5);
    for (const group of [...groups, ...made]) await expectConsistent(app.sql, group);
    const [erased] = await app.sql<{ count: number }>(
      'SELECT count(*)::int AS count FROM participant WHERE erased_at IS NOT NULL',
    );
    expect(erased?.count).toBe(20);
  });
});
