import { describe, expect, it } from 'vitest';
import { type GraphQLAnswer, startApp } from '../support/app.ts';
import { editDocument } from '../support/edits.ts';
import { createGroup, createLab, createPerson } from '../support/factories.ts';
import {
  addOneByOne,
  type ChangeAnswer,
  changesDocument,
  checkpoint,
  untilStreams,
  versions,
} from './fixtures/changes.ts';
import { newViewer, removeMember, revokeTokens } from './fixtures/rights.ts';
import { bareSocket, wsAnswers, wsChanges, wsClient } from './fixtures/ws-client.ts';

const app = await startApp({ heartbeatMilliseconds: 200, maxSubscriptionsPerConnection: 3 });
const lab = await createLab(app);
const { workspaceId, collaborator, viewer } = lab;
const newGroup = () => createGroup(app, collaborator.token, workspaceId);
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const codes = (answer: Pick<ChangeAnswer, 'errors'>) =>
  answer.errors?.map(({ extensions }) => extensions.code);

describe('a client of a WebSocket', () => {
  it('is told every change of a group, in order', async () => {
    const groupId = await newGroup();
    const changes = wsChanges(wsClient(app, viewer.token), [groupId]);
    await checkpoint(changes);
    await addOneByOne(app, collaborator.token, groupId, ['a', 'b', 'c']);
    expect(await versions(changes, 3)).toEqual([1, 2, 3]);
  });

  it('goes on from a cursor', async () => {
    const groupId = await newGroup();
    const cursor = await checkpoint(wsChanges(wsClient(app, viewer.token), [groupId]));
    await addOneByOne(app, collaborator.token, groupId, ['a', 'b']);
    const changes = wsChanges(wsClient(app, viewer.token), [groupId], cursor);
    expect(await checkpoint(changes)).toBe(cursor);
    expect(await versions(changes, 2)).toEqual([1, 2]);
  });

  it('queries, and is told what that costs', async () => {
    const answers = wsAnswers<GraphQLAnswer<unknown>>(wsClient(app, viewer.token), '{ viewer { email } }');
    expect((await answers.ended()).answers).toEqual([
      {
        data: { viewer: { email: expect.stringContaining('@') } },
        extensions: { cost: expect.objectContaining({ limit: 1_000_000 }) },
      },
    ]);
  });

  it('mutates', async () => {
    const input = { participantGroupId: await newGroup(), participantIds: ['x'] };
    const document = editDocument('addParticipantsToGroup');
    const answers = wsAnswers<GraphQLAnswer<unknown>>(wsClient(app, collaborator.token), document, { input });
    expect((await answers.next()).data).toMatchObject({ edit: { addedCount: 1 } });
  });

  it('may begin an operation when its id is free again', async () => {
    const { send, next } = await bareSocket(app, bearer(viewer.token));
    for (const name of ['first', 'second']) {
      send({ type: 'subscribe', id: '1', payload: { query: `{ ${name}: __typename }` } });
      expect((await next('next', '1')).payload).toMatchObject({ data: { [name]: 'Query' } });
      await next('complete', '1');
    }
  });
});

describe('a token for a WebSocket', () => {
  it.each([
    ['Authorization', (token: string) => ({ Authorization: `Bearer ${token}` })],
    ['authorization', (token: string) => ({ authorization: `bearer ${token}` })],
    ['headers', (token: string) => ({ headers: { AUTHORIZATION: `Token ${token}` } })],
  ])('is taken from the %s of connection_init', async (_place, payload) => {
    const { send, next } = await bareSocket(app, payload(viewer.token));
    send({ type: 'subscribe', id: '1', payload: { query: '{ viewer { email } }' } });
    expect((await next('next', '1')).payload).toMatchObject({ data: { viewer: {} } });
  });

  it('is taken from the header of the upgrade', async () => {
    const { send, next } = await bareSocket(app, {}, { headers: bearer(viewer.token) });
    send({ type: 'subscribe', id: '1', payload: { query: '{ viewer { email } }' } });
    expect((await next('next', '1')).payload).toMatchObject({ data: { viewer: {} } });
  });

  it.each([
    ['is unknown', 'Bearer rollcall_nobody'],
    ['is no header', 'Bearer a\nb'],
    ['is no text', { token: 'a' }],
  ])('that %s closes it with 4403', async (_what, Authorization) => {
    const { send, closed } = await bareSocket(app);
    send({ type: 'connection_init', payload: { Authorization } });
    expect(await closed).toEqual({ code: 4403, reason: 'Forbidden' });
  });

  it('that is missing leaves what anybody may do', async () => {
    const answers = wsAnswers<ChangeAnswer>(wsClient(app, null), '{ viewer { email } }');
    expect(codes(await answers.next())).toEqual(['UNAUTHENTICATED']);
    const changes = wsChanges(wsClient(app, null), [await newGroup()]);
    expect(codes(await changes.next())).toEqual(['UNAUTHENTICATED']);
  });

  it('is looked at anew for each operation', async () => {
    const person = await newViewer(app, lab);
    const client = wsClient(app, person.token, { lazy: false });
    await wsAnswers(client, '{ viewer { email } }').next();
    await revokeTokens(app, person);
    expect(codes(await wsAnswers<ChangeAnswer>(client, '{ viewer { email } }').next())).toEqual([
      'UNAUTHENTICATED',
    ]);
  });
});

describe('the right to see', () => {
  it('ends with a token or a membership, and with it a stream in which nothing happens', async () => {
    const groupId = await newGroup();
    const ending = async (lose: typeof revokeTokens) => {
      const person = await newViewer(app, lab);
      const changes = wsChanges(wsClient(app, person.token), [groupId]);
      const cursor = await checkpoint(changes);
      await lose(app, person);
      const { answers, error } = await changes.ended(12_000);
      expect(answers).toMatchObject([{ errors: [{ extensions: { cursor } }] }]);
      return [answers.flatMap(codes), error];
    };
    expect(await Promise.all([ending(revokeTokens), ending(removeMember)])).toEqual([
      [['UNAUTHENTICATED'], null],
      [['NOT_FOUND'], null],
    ]);
  });
});

describe('heartbeats', () => {
  it('are seen by a client, the first as soon as a subscription has begun', async () => {
    const pings: boolean[] = [];
    const client = wsClient(app, viewer.token, { on: { ping: (received) => pings.push(received) } });
    await checkpoint(wsChanges(client, [await newGroup()]));
    expect(pings[0]).toBe(true);
    await expect.poll(() => pings.length).toBeGreaterThan(2);
  });

  it('break off where nothing answers', async () => {
    const { send, socket, closed } = await bareSocket(app, bearer(viewer.token), { autoPong: false });
    const variables = { ids: [await newGroup()] };
    send({ type: 'subscribe', id: '1', payload: { query: changesDocument, variables } });
    await untilStreams(app, 1);
    expect((await closed).code).toBe(1006);
    expect(socket.readyState).toBe(socket.CLOSED);
    await untilStreams(app, 0);
  });
});

describe('what is unexpected', () => {
  it('is masked, and its request id is in the log', async () => {
    const logged: { error: unknown; requestId: string }[] = [];
    const broken = await startApp({
      logError: (error, { requestId }) => logged.push({ error, requestId }),
    });
    const person = await createPerson(broken);
    await broken.sql('ALTER TABLE workspace RENAME TO elsewhere');
    const client = wsClient(broken, person.token);
    const document = '{ viewer { workspaces { nodes { title } } } }';
    const [answer] = (await wsAnswers<ChangeAnswer>(client, document).ended()).answers;
    expect(answer?.errors).toMatchObject([
      { message: 'Internal server error', extensions: { code: 'INTERNAL', requestId: logged[0]?.requestId } },
    ]);
    expect(answer?.errors?.[0]?.extensions).not.toHaveProperty('unexpected');
    expect(String(logged[0]?.error)).toContain('workspace');
  });
});
