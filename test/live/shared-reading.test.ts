import { afterEach, describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { keyOf } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { overServerSentEvents } from './fixtures/connections.ts';
import { change, changeOften } from './fixtures/groups.ts';
import { Subscriber } from './fixtures/subscriber.ts';

const rateLimits = unlimited();
const writing = await startApp({ rateLimits });
const node = await startNode({ url: writing.databaseUrl, query: writing.sql }, { rateLimits });
const lab = await createLab(writing);
const { token } = lab.admin;
const tokens = [token, lab.collaborator.token, lab.viewer.token];

afterEach(async () => {
  expect([...writing.unexpected.splice(0), ...node.unexpected.splice(0)]).toEqual([]);
  await expect.poll(() => node.live.streams.size).toBe(0);
});

/** What an event says of itself is in the log: nothing else is to be read for it. */
const query = `subscription ($ids: [ID!]!) {
  membershipChanges(participantGroupIds: $ids) { cursor change { version cause note addedCount } }
}`;

const crowd = 51;

/** A group with a crowd that follows it, of several users. */
async function followedByMany() {
  const groupId = await createGroup(writing, token, lab.workspaceId);
  const subscribers = Array.from({ length: crowd }, (_, index) => {
    const connection = overServerSentEvents(node.url, tokens[index % tokens.length] ?? '');
    return new Subscriber(connection, connection.iterate({ query, variables: { ids: [groupId] } }));
  });
  const everybody = <Result>(what: (subscriber: Subscriber) => Promise<Result>) =>
    Promise.all(subscribers.map(what));
  await everybody((subscriber) => subscriber.next());
  node.statements.length = 0;
  return { groupId, everybody };
}

const isLookOut = (text: string) => text.includes('json_build_array(key, version)');
const isReading = (text: string) => text.includes('FROM membership_change');
const isLookAtRights = (text: string) => text.includes('AS asked(user_id, token_id, expires_at');
const sentBesideLookOuts = () => node.statements.filter((text) => !isLookOut(text));
/** On a busy machine the look at rights of every nine seconds may come into a test. */
const sentForNothing = () => sentBesideLookOuts().filter((text) => !isLookAtRights(text));

/** Lets so many ms go by. */
const pass = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('many subscribers of one group', () => {
  it('cost one reading of the log and one look at rights for a change', async () => {
    const { groupId, everybody } = await followedByMany();
    await change(writing, token, groupId);
    await everybody((subscriber) => subscriber.versions(1));
    const sent = sentBesideLookOuts();
    expect(sent.filter(isReading)).toHaveLength(1);
    expect(sent.filter(isLookAtRights)).toHaveLength(1);
    expect(sent).toHaveLength(2);
    await everybody((subscriber) => subscriber.end());
  });

  it('cost nothing but look-outs while nothing happens', async () => {
    const { everybody } = await followedByMany();
    await pass(4_500);
    expect(sentForNothing()).toEqual([]);
    expect([1, 2]).toContain(node.statements.filter(isLookOut).length);
    await everybody((subscriber) => subscriber.end());
  });

  it('are not kept busy by wake-ups that are wrong, and are told of the next change', async () => {
    const { groupId, everybody } = await followedByMany();
    const groupKey = await keyOf(writing, 'participant_group', groupId);
    const workspaceKey = await keyOf(writing, 'workspace', lab.workspaceId);
    const messages = [
      `nobody g${workspaceKey}.${groupKey}.2147483647`,
      `nobody g${workspaceKey}.${groupKey}.9999999999`,
      `nobody g${workspaceKey}.999999.5 g999999.${groupKey}.0`,
      `nobody z1.1.1 g1 ${'x'.repeat(7_000)}`,
      '',
    ];
    for (const message of messages) await writing.sql(`SELECT pg_notify('rollcall', $1)`, [message]);
    await expect.poll(() => sentBesideLookOuts().filter(isReading).length).toBeGreaterThan(0);
    await pass(500);
    // Two of the wake-ups tell of versions that there are none of: each is looked into once, and so is a look-out that
    // comes meanwhile.
    expect(sentBesideLookOuts().filter(isReading).length).toBeLessThanOrEqual(3);
    expect(sentForNothing().filter((text) => !isReading(text))).toEqual([]);
    node.statements.length = 0;
    await changeOften(writing, token, groupId, 2);
    const told = await everybody((subscriber) => subscriber.versions(2));
    expect(told).toEqual(Array.from({ length: crowd }, () => [1, 2]));
    await everybody((subscriber) => subscriber.end());
  });

  it('read the log together, however many changes there are', async () => {
    const { groupId, everybody } = await followedByMany();
    await changeOften(writing, token, groupId, 20);
    await everybody((subscriber) => subscriber.versions(20));
    // What comes while one reading is under way may be read by the next: never more than there are changes.
    expect(sentBesideLookOuts().filter(isReading).length).toBeLessThanOrEqual(20);
    await everybody((subscriber) => subscriber.end());
  });
});
