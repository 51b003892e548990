import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import {
  addMember,
  createGroup,
  createLab,
  createPerson,
  createProject,
  type Person,
} from '../support/factories.ts';
import { createStudy } from '../support/studies.ts';
import { unlimited } from '../support/unlimited.ts';
import { overServerSentEvents, overWebSocket, type Result } from './fixtures/connections.ts';
import { change, changeOften, cursorAt, numbers, writeLog } from './fixtures/groups.ts';
import { newViewer, removeMember, revokeTokens } from './fixtures/rights.ts';
import { sendSubscription } from './fixtures/sockets.ts';
import { watch } from './fixtures/watcher.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { admin, workspaceId } = lab;

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

const newGroup = () => createGroup(app, admin.token, workspaceId);
const viewers = (count: number) => Promise.all(Array.from({ length: count }, () => newViewer(app, lab)));

/** A subscription whose events read the group, its workspace and who edited it. */
const document = `subscription ($ids: [ID!]!, $after: String) {
  membershipChanges(participantGroupIds: $ids, after: $after) {
    cursor again: cursor change { version actor { name } participantGroup { name workspace { title viewerRole } } }
  }
}`;

/** How often the workspace of a group was read for events. */
const executions = () => app.statements.filter((text) => /FROM workspace\s+WHERE/.test(text)).length;

interface Follower {
  readonly next: () => Promise<Result>;
  readonly end: () => void;
}

/** Follows groups, and has been told the checkpoint. */
async function follow(
  { token }: Pick<Person, 'token'>,
  variables: Record<string, unknown>,
  connect = overWebSocket,
  query = document,
): Promise<Follower> {
  const connection = connect(app.url, token);
  const results = connection.iterate({ query, variables });
  await results.next();
  return { next: async () => (await results.next()).value, end: () => connection.dispose() };
}

const followAll = (people: readonly Person[], groupId: string, connect = overWebSocket, query = document) =>
  Promise.all(people.map((person) => follow(person, { ids: [groupId] }, connect, query)));
const nextOf = (followers: readonly Follower[]) => Promise.all(followers.map(({ next }) => next()));
const endAll = (followers: readonly Follower[]) => followers.forEach(({ end }) => void end());
// biome-ignore lint/suspicious/noExplicitAny: a test names what it expects of an event by asserting on it
const told = ({ data }: Result) => data?.membershipChanges as any;

/** A change, what everybody is told of it, and how often it was executed. */
async function tell(groupId: string, followers: readonly Follower[]) {
  app.statements.length = 0;
  const version = await change(app, admin.token, groupId);
  // The answer to the edit reads no workspace.
  return { version, results: await nextOf(followers), executed: executions() };
}

describe('an event for many who ask for the same', () => {
  it.each([
    ['WebSocket', overWebSocket],
    ['server-sent events', overServerSentEvents],
  ])('is executed once over %s', async (_transport, connect) => {
    const groupId = await newGroup();
    const followers = await followAll(await viewers(12), groupId, connect);
    const { version, results, executed } = await tell(groupId, followers);
    expect(executed).toBe(1);
    const cursor = await cursorAt(app, groupId, version);
    for (const result of results)
      expect(told(result)).toMatchObject({
        ...{ cursor, again: cursor },
        change: { version, participantGroup: { workspace: { viewerRole: 'VIEWER' } } },
      });
    endAll(followers);
  });

  it('is executed once for each role, as that role sees it', async () => {
    const groupId = await newGroup();
    const people = [lab.collaborator, ...(await viewers(2)), lab.viewer];
    const followers = await followAll(people, groupId);
    const { results, executed } = await tell(groupId, followers);
    expect(executed).toBe(2);
    expect(results.map((result) => told(result)?.change?.participantGroup?.workspace?.viewerRole)).toEqual([
      ...['COLLABORATOR', 'VIEWER', 'VIEWER', 'VIEWER'],
    ]);
    endAll(followers);
  });

  it('is executed once also for those who began elsewhere, as soon as they have caught up', async () => {
    const groupId = await newGroup();
    await changeOften(app, admin.token, groupId, 3);
    const [early, late, now] = await viewers(3);
    const from = async (person: Person | undefined, version: number) => {
      const after = await cursorAt(app, groupId, version);
      const follower = await follow(person ?? lab.viewer, { ids: [groupId], after });
      for (let missed = version; missed < 3; missed++) await follower.next();
      return follower;
    };
    const followers = [
      await from(early, 0),
      await from(late, 2),
      ...(await followAll([now ?? lab.viewer], groupId)),
    ];
    const { version, results, executed } = await tell(groupId, followers);
    expect(executed).toBe(1);
    expect(results.map((result) => told(result)?.change?.version)).toEqual([version, version, version]);
    endAll(followers);
  });

  it('is executed for each of those who ask for something of their own', async () => {
    const groupId = await newGroup();
    const query = `subscription ($ids: [ID!]!) { membershipChanges(participantGroupIds: $ids) { cursor change { participantGroup {
      workspace { viewerRole auditLog(first: 3) { nodes { subject { __typename ... on ApiToken { name } } } } } } } } }`;
    const admins = await Promise.all(['one', 'two'].map(() => createPerson(app)));
    for (const person of admins) await addMember(app, workspaceId, person, 'ADMIN');
    for (const person of admins)
      await mutate(app, person.token, 'createApiToken', { name: 'Own', workspaceId });
    const followers = await followAll(admins, groupId, overWebSocket, query);
    await tell(groupId, followers);
    const { executed } = await tell(groupId, followers);
    expect(executed).toBe(2);
    endAll(followers);
  });
});

describe('an event of another subscription', () => {
  const selected = 'name workspace { title viewerRole }';
  it.each([
    ['workspaceChanges', 'Workspace', `participantGroup { ${selected} }`],
    ['eligibilityChanges', 'Study', `eligibleParticipantCount study { ${selected} }`],
  ])('is executed once for many: %s', async (field, about, selection) => {
    const groupId = await newGroup();
    const projectId = await createProject(app, admin.token, workspaceId);
    const filters = [{ participantGroupAllowlist: { participantGroupIds: [groupId] } }];
    const studyId = await createStudy(app, admin.token, projectId, { filters });
    const id = about === 'Study' ? studyId : workspaceId;
    const query = `subscription ($id: ID!) { ${field}(${about.toLowerCase()}Id: $id) { ${selection} } }`;
    const watchers = (await viewers(4)).map(({ token }) => watch(app, token, query, { id }));
    for (const watcher of watchers) await watcher.open;
    const before = about === 'Study' ? 1 : 0;
    for (const watcher of watchers) await watcher.until(before);
    app.statements.length = 0;
    await change(app, admin.token, groupId);
    const told = await Promise.all(watchers.map(({ until }) => until(before + 1)));
    expect(executions()).toBe(1);
    for (const each of told) expect(JSON.stringify(each[before])).toContain('"viewerRole":"VIEWER"');
    for (const watcher of watchers) await watcher.end();
  });
});

describe('the rights of one of many who ask for the same', () => {
  it.each([
    ['a membership', removeMember, 'NOT_FOUND'],
    ['a token', revokeTokens, 'UNAUTHENTICATED'],
  ])('end with %s before the next event, and nobody else’s do', async (_what, lose, code) => {
    const groupId = await newGroup();
    const [person = lab.viewer, ...others] = await viewers(4);
    const [own, ...followers] = await followAll([person, ...others], groupId);
    const first = await tell(groupId, [...(own ? [own] : []), ...followers]);
    await lose(app, person);
    const { version, results, executed } = await tell(groupId, followers);
    expect(executed).toBe(1);
    expect(results.map((result) => told(result)?.change?.version)).toEqual([version, version, version]);
    const end = await own?.next();
    expect(end?.errors).toMatchObject([
      { extensions: { code, cursor: await cursorAt(app, groupId, first.version) } },
    ]);
    endAll(followers);
  });

  it('show in the next event where they have grown', async () => {
    const groupId = await newGroup();
    const people = await viewers(3);
    const followers = await followAll(people, groupId);
    await app.sql(`UPDATE workspace_member SET role = 'ADMIN' WHERE user_id = $1`, [people[1]?.userId]);
    const { results } = await tell(groupId, followers);
    expect(results.map((result) => told(result)?.change?.participantGroup?.workspace?.viewerRole)).toEqual([
      ...['VIEWER', 'ADMIN', 'VIEWER'],
    ]);
    endAll(followers);
  });
});

/** More than a connection takes from whom nobody reads. */
const many = 200;

describe('one of many who does not read', () => {
  it('holds up nobody, and misses nothing', async () => {
    const groupId = await newGroup();
    const long = Array.from({ length: 14 }, (_, index) => `${'n'.repeat(60)}${index}: note`).join(' ');
    const query = `subscription ($ids: [ID!]!) { membershipChanges(participantGroupIds: $ids) { change { version ${long} } } }`;
    const [slow = lab.viewer, fast = lab.viewer] = await viewers(2);
    const socket = await sendSubscription(app.url, slow.token, query, { ids: [groupId] });
    const follower = await follow(fast, { ids: [groupId] }, overServerSentEvents, query);
    await expect.poll(() => app.live.streams.size).toBe(2);
    socket.pause();
    await writeLog(app, groupId, many);
    await app.sql(`UPDATE membership_change SET note = repeat('x', 4000)
      WHERE group_key = (SELECT max(key) FROM participant_group)`);
    const last = await change(app, admin.token, groupId);
    for (let version = 1; version <= last; version++)
      expect(told(await follower.next())?.change?.version).toBe(version);
    follower.end();
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.resume();
    await expect.poll(() => text.includes(`"version":${last},`), { timeout: 20_000 }).toBe(true);
    const versions = [...text.matchAll(/"change":\{"version":(\d+)/g)].map(([, version]) => Number(version));
    expect(versions).toEqual(numbers(1, last));
    socket.destroy();
  });
});
