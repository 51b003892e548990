import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { change, cursorAt, numbers, writeLog } from './fixtures/groups.ts';
import { sendSubscription } from './fixtures/sockets.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const missed = 2_000;

/** Each event is made so long that nothing between server and client can keep them all. */
const long = Array.from({ length: 14 }, (_, index) => `${'n'.repeat(60)}${index}: note`).join(' ');
const query = `subscription ($ids: [ID!]!, $after: String) {
  membershipChanges(participantGroupIds: $ids, after: $after) { cursor change { version ${long} } }
}`;

/** A group with so many changes, whose first is still to be told to whoever follows it from the cursor on. */
async function longLog() {
  const groupId = await createGroup(app, token, lab.workspaceId);
  await writeLog(app, groupId, missed);
  await app.sql(
    `UPDATE membership_change SET note = repeat('x', 500)
     WHERE group_key = (SELECT max(key) FROM participant_group)`,
  );
  return { groupId, ids: [groupId], after: await cursorAt(app, groupId, 0) };
}

/** How many events were read from the log and executed, as far as the node's statements tell. */
const looksAtRights = () => app.statements.filter((text) => text.includes('AS asked(user_id')).length;

/** Waits until nothing more is executed; how many events were. */
async function untilStuck(): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const moved = looksAtRights() !== before;
        before = looksAtRights();
        return moved;
      },
      { interval: 200, timeout: 20_000 },
    )
    .toBe(false);
  return before;
}

const versionsIn = (text: string) =>
  [...text.matchAll(/"change":\{"version":(\d+)/g)].map(([, version]) => Number(version));

/** Reads from a socket until a version has come; all versions that have. */
async function readUntil(socket: Socket, last: number): Promise<number[]> {
  const versions: number[] = [];
  let rest = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket) {
    rest += chunk;
    const end = rest.lastIndexOf('\n') + 1;
    versions.push(...versionsIn(rest.slice(0, end)));
    rest = rest.slice(end);
    if (versions.at(-1) === last) return versions;
  }
  throw new Error(`It ended after ${versions.at(-1)}`);
}

describe('a client that does not read what it is sent', () => {
  it('has nothing made for it over SSE until it reads on, and misses nothing', async () => {
    const { groupId, ids, after } = await longLog();
    app.statements.length = 0;
    const socket = await sendSubscription(app.url, token, query, { ids, after });
    socket.pause();
    const made = await untilStuck();
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(missed / 2);
    const last = await change(app, token, groupId);
    socket.resume();
    expect(await readUntil(socket, last)).toEqual(numbers(1, missed + 1));
    socket.destroy();
  });

  it('has nothing made for it over a WebSocket until it reads on, and misses nothing', async () => {
    const { groupId, ids, after } = await longLog();
    const socket = new WebSocket(app.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    const versions: number[] = [];
    socket.on('message', (message) => versions.push(...versionsIn(String(message))));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }));
    await once(socket, 'message');
    app.statements.length = 0;
    socket.send(
      JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables: { ids, after } } }),
    );
    socket.pause();
    const made = await untilStuck();
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(missed / 2);
    const last = await change(app, token, groupId);
    socket.resume();
    await expect.poll(() => versions.at(-1), { timeout: 30_000 }).toBe(last);
    expect(versions).toEqual(numbers(1, missed + 1));
    socket.terminate();
  });
});
