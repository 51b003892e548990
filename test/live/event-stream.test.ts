import { describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { holdGroups } from '../support/lock.ts';
import {
  addOneByOne,
  changesDocument,
  checkpoint,
  untilStreams,
  versionOf,
  versions,
} from './fixtures/changes.ts';
import { newViewer, removeMember, revokeTokens } from './fixtures/rights.ts';
import { sentEvents, sseChanges, sseClient } from './fixtures/sse-client.ts';
import { wsChanges, wsClient } from './fixtures/ws-client.ts';

const app = await startApp({ heartbeatMilliseconds: 200, requestSeconds: 1 });
const lab = await createLab(app);
const { workspaceId, collaborator, viewer } = lab;
const newGroup = () => createGroup(app, collaborator.token, workspaceId);

/** The events of a subscription to one group's changes as they are sent. */
const sent = (groupId: string, headers: Record<string, string> = {}, after: string | null = null) =>
  sentEvents(
    app.url,
    { Authorization: `Bearer ${viewer.token}`, ...headers },
    { query: changesDocument, variables: { ids: [groupId], after } },
  );

describe('a client of an event stream', () => {
  it('is told every change of a group, in order', async () => {
    const groupId = await newGroup();
    const changes = sseChanges(sseClient(app, viewer.token), [groupId]);
    await checkpoint(changes);
    await addOneByOne(app, collaborator.token, groupId, ['a', 'b', 'c']);
    expect(await versions(changes, 3)).toEqual([1, 2, 3]);
  });

  it('passes over heartbeats', async () => {
    const groupId = await newGroup();
    const changes = sseChanges(sseClient(app, viewer.token), [groupId]);
    await checkpoint(changes);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await addOneByOne(app, collaborator.token, groupId, ['a']);
    expect(await versions(changes, 1)).toEqual([1]);
  });

  it('is complete when its right to see has ended, and told so first', async () => {
    const groupId = await newGroup();
    const ending = async (lose: typeof revokeTokens) => {
      const person = await newViewer(app, lab);
      const changes = sseChanges(sseClient(app, person.token), [groupId]);
      const cursor = await checkpoint(changes);
      await lose(app, person);
      const { answers, error } = await changes.ended(12_000);
      expect(answers).toMatchObject([{ errors: [{ extensions: { cursor } }] }]);
      return [answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code)), error];
    };
    expect(await Promise.all([ending(revokeTokens), ending(removeMember)])).toEqual([
      [['UNAUTHENTICATED'], null],
      [['NOT_FOUND'], null],
    ]);
  });
});

describe('what is sent', () => {
  it('has the head of an event stream that nobody may keep', async () => {
    const { response } = await sent(await newGroup());
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });

  it('begins with a heartbeat, and goes on with them', async () => {
    const { events } = await sent(await newGroup());
    expect(await events.take(4)).toEqual([
      { data: '' },
      { event: 'next', id: expect.any(String), data: expect.any(String) },
      { data: '' },
      { data: '' },
    ]);
  });

  it('carries the cursor of each event as its id', async () => {
    const groupId = await newGroup();
    const { events } = await sent(groupId);
    await addOneByOne(app, collaborator.token, groupId, ['a']);
    const [, first, second] = await events.take(3);
    for (const { id, data } of [first, second].flatMap((event) => event ?? []))
      expect(JSON.parse(data ?? '').data.membershipChanges.cursor).toBe(id);
    expect(first?.id).not.toBe(second?.id);
  });

  it('goes on from Last-Event-ID, which wins over `after`', async () => {
    const groupId = await newGroup();
    const { events } = await sent(groupId);
    await addOneByOne(app, collaborator.token, groupId, ['a', 'b', 'c']);
    const ids = (await events.take(5)).flatMap(({ id }) => id ?? []);
    const again = await sent(groupId, { 'Last-Event-ID': ids[1] ?? '' }, ids[3]);
    const told = (await again.events.take(4)).filter(({ event }) => event === 'next');
    expect(told.map(({ data = '' }) => versionOf(JSON.parse(data)))).toEqual([null, 2, 3]);
  });

  it('says nothing of HTTP in errors', async () => {
    const { response, events } = await sent('nothing');
    const { answers } = await events.ended();
    const error = answers.find(({ event }) => event === 'next')?.data ?? '';
    expect([response.status, error]).toEqual([200, expect.stringContaining('INVALID_INPUT')]);
    expect(error).not.toContain('"http"');
  });

  it('is longer under way than a request may be', async () => {
    const groupId = await newGroup();
    const streams = [
      sseChanges(sseClient(app, viewer.token), [groupId]),
      wsChanges(wsClient(app, viewer.token), [groupId]),
    ];
    await Promise.all(streams.map(checkpoint));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await addOneByOne(app, collaborator.token, groupId, ['a']);
    expect(await Promise.all(streams.map((changes) => versions(changes, 1)))).toEqual([[1], [1]]);
  });
});

describe('a request for a subscription', () => {
  it.each(['application/json', 'application/graphql-response+json', 'application/json, multipart/mixed'])(
    'that takes %s alone is refused, and leaves nothing behind',
    async (accept) => {
      const response = await fetch(app.url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: accept,
          Authorization: `Bearer ${viewer.token}`,
        },
        body: JSON.stringify({ query: changesDocument, variables: { ids: [await newGroup()] } }),
      });
      expect(response.status).toBe(406);
      expect((await response.json()).errors).toEqual([
        {
          message: expect.stringContaining('Accept: text/event-stream'),
          extensions: { code: 'NOT_ACCEPTABLE' },
        },
      ]);
      await untilStreams(app, 0);
    },
  );

  it.each([['text/*'], ['application/json, */*;q=0.1'], ['TEXT/EVENT-STREAM; charset=utf-8']])(
    'that takes %s is answered with events',
    async (Accept) => {
      const { response } = await sent(await newGroup(), { Accept });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
    },
  );
});

describe('an event stream that ends', () => {
  async function start() {
    const stopping = await startApp();
    const people = await createLab(stopping);
    const groupId = await createGroup(stopping, people.collaborator.token, people.workspaceId);
    return { stopping, groupId, ...people };
  }

  const open = (to: App, token: string, groupId: string) =>
    sentEvents(
      to.url,
      { Authorization: `Bearer ${token}` },
      { query: changesDocument, variables: { ids: [groupId] } },
    );

  it('by a node that stops is dropped once everything is told, and is not complete', async () => {
    const { stopping, groupId, ...people } = await start();
    const { events } = await open(stopping, people.viewer.token, groupId);
    await events.take(2);
    await addOneByOne(stopping, people.collaborator.token, groupId, ['a', 'b']);
    await stopping.live.stop(2_000);
    const { answers, error } = await events.ended();
    expect([answers.map(({ event }) => event), error]).toEqual([['next', 'next'], null]);
    await untilStreams(stopping, 0);
  });

  it('by a node that stops is opened again by its client', async () => {
    const { stopping, groupId, ...people } = await start();
    const connected: boolean[] = [];
    const client = sseClient(
      stopping,
      people.viewer.token,
      {},
      {
        retryAttempts: 1,
        retry: () => Promise.resolve(),
        on: { connected: (isAgain) => void connected.push(isAgain) },
      },
    );
    await checkpoint(sseChanges(client, [groupId]));
    await stopping.live.stop(0);
    await expect.poll(() => connected).toEqual([false, true]);
  });

  it('by its client leaves nothing behind', async () => {
    const { stopping, groupId, ...people } = await start();
    const streams = await Promise.all(
      Array.from({ length: 10 }, () => open(stopping, people.viewer.token, groupId)),
    );
    await untilStreams(stopping, 10);
    for (const { events } of streams) events.stop();
    await untilStreams(stopping, 0);
    expect([stopping.live.wakeUps.watchedGroups(), stopping.unexpected]).toEqual([[], []]);
  });

  it('by its client before it has begun leaves nothing behind', async () => {
    const { stopping, groupId, ...people } = await start();
    const release = await holdGroups(stopping.databaseUrl);
    const leaving = new AbortController();
    const asked = fetch(stopping.url, {
      method: 'POST',
      signal: leaving.signal,
      headers: {
        'Content-Type': 'application/json',
        Accept: 'text/event-stream',
        Authorization: `Bearer ${people.viewer.token}`,
      },
      body: JSON.stringify({ query: changesDocument, variables: { ids: [groupId] } }),
    });
    await untilStreams(stopping, 1);
    leaving.abort();
    await expect(asked).rejects.toThrow('aborted');
    await release();
    await untilStreams(stopping, 0);
    expect(stopping.live.wakeUps.watchedGroups()).toEqual([]);
  });
});
