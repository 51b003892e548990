import { describe, expect, it } from 'vitest';
import { limited } from '../rate-limit/server.ts';
import { type App, startApp, startNode } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createPerson, createWorkspace } from '../support/factories.ts';
import { changesDocument, untilStreams, versionOf } from './fixtures/changes.ts';
import { newViewer, removeMember, revokeTokens } from './fixtures/rights.ts';
import { sentEvents } from './fixtures/sse-client.ts';
import { createTicket, ticketUrl } from './fixtures/tickets.ts';

const app = await startApp();
const other = await startNode({ url: app.databaseUrl, query: app.sql });
const lab = await createLab(app);
const { workspaceId, collaborator, viewer } = lab;
const groupId = await createGroup(app, collaborator.token, workspaceId);

/** Subscribes with a ticket. */
const open = (ticket: string, { url }: Pick<App, 'url'> = app, headers: Record<string, string> = {}) =>
  sentEvents(ticketUrl(url, ticket, groupId), headers);

const statusOf = async (ticket: string, node: Pick<App, 'url'> = app, headers: Record<string, string> = {}) =>
  (await open(ticket, node, headers)).response.status;

describe('a ticket', () => {
  it('opens one subscription, as who made it', async () => {
    const { ticket } = await createTicket(app, viewer.token);
    const { events } = await open(ticket);
    const [, first] = await events.take(2);
    expect(versionOf(JSON.parse(first?.data ?? ''))).toBeNull();
    expect(await statusOf(ticket)).toBe(401);
  });

  it('is good for a minute', async () => {
    const before = Date.now();
    const { expiresAt } = await createTicket(app, viewer.token);
    const seconds = (Date.parse(expiresAt) - before) / 1_000;
    expect(Math.round(seconds)).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(75);
  });

  it('that has ended opens nothing', async () => {
    const person = await newViewer(app, lab);
    const { ticket } = await createTicket(app, person.token);
    await app.sql('UPDATE subscription_ticket SET expires_at = now() WHERE user_id = $1', [person.userId]);
    expect(await statusOf(ticket)).toBe(401);
  });

  it('is used once, however many use it on two nodes at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { ticket } = await createTicket(app, viewer.token);
      const statuses = await Promise.all([app, other, app, other].map((node) => statusOf(ticket, node)));
      expect(statuses.sort()).toEqual([200, 401, 401, 401]);
    }
  });

  it('is stored as a hash alone', async () => {
    const { ticket } = await createTicket(app, viewer.token);
    const rows = await app.sql<{ row: string }>(
      'SELECT subscription_ticket::text AS row FROM subscription_ticket',
    );
    const hex = Buffer.from(ticket).toString('hex');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ row }) => row.includes(ticket) || row.includes(hex))).toEqual([]);
  });

  it.each(['', 'ticket_', `ticket_${'A'.repeat(43)}`, 'x'.repeat(2_000)])(
    'that was never made (%s) costs no transaction',
    async (ticket) => {
      app.sent.splice(0);
      expect(await statusOf(ticket)).toBe(401);
      expect(app.sent.filter(({ text }) => !/^\s*SELECT/i.test(text))).toEqual([]);
    },
  );

  it('is as good as its token: a revoked one opens nothing', async () => {
    const person = await newViewer(app, lab);
    const { ticket } = await createTicket(app, person.token);
    await revokeTokens(app, person);
    expect(await statusOf(ticket)).toBe(401);
  });

  it('shows what its maker may see by now', async () => {
    const person = await newViewer(app, lab);
    const { ticket } = await createTicket(app, person.token);
    await removeMember(app, person);
    const { answers } = await (await open(ticket)).events.ended();
    expect(answers.find(({ event }) => event === 'next')?.data).toContain('NOT_FOUND');
  });

  it('reaches no further than the token that made it', async () => {
    const { token } = await mutate(app, lab.stranger.token, 'createApiToken', {
      name: 'Narrowed',
      workspaceId: lab.strangersWorkspaceId,
    });
    const [here, there] = await Promise.all(
      [lab.strangersWorkspaceId, await createWorkspace(app, lab.stranger)].map(async (workspace) => {
        const group = await createGroup(app, lab.stranger.token, workspace);
        const { ticket } = await createTicket(app, token);
        const { events } = await sentEvents(ticketUrl(app.url, ticket, group), {});
        return (await events.take(2)).find(({ event }) => event === 'next')?.data;
      }),
    );
    expect([here, there]).toEqual([
      expect.stringContaining('"change":null'),
      expect.stringContaining('NOT_FOUND'),
    ]);
  });

  it('is left alone by who has a token', async () => {
    const { ticket } = await createTicket(app, viewer.token);
    const Authorization = `Bearer ${collaborator.token}`;
    expect([await statusOf(ticket, app, { Authorization }), await statusOf(ticket)]).toEqual([200, 200]);
  });

  it('is left alone by a token that is good for nothing, which is refused', async () => {
    const { ticket } = await createTicket(app, viewer.token);
    const Authorization = 'Bearer nothing';
    expect([await statusOf(ticket, app, { Authorization }), await statusOf(ticket)]).toEqual([401, 200]);
  });

  it('is left alone by a subscription that is malformed', async () => {
    const { ticket } = await createTicket(app, viewer.token);
    const malformed = await fetch(ticketUrl(app.url, ticket, groupId, 'subscription { nothing }'), {
      headers: { Accept: 'application/graphql-response+json' },
    });
    expect([malformed.status, await statusOf(ticket)]).toEqual([400, 200]);
  });

  it('is for subscriptions alone: a query is refused, and so is a POST', async () => {
    const { ticket } = await createTicket(app, viewer.token);
    const query = await fetch(ticketUrl(app.url, ticket, groupId, '{ viewer { email } }'));
    expect([query.status, (await query.json()).errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    const posted = await sentEvents(
      ticketUrl(app.url, ticket, groupId),
      {},
      { query: changesDocument, variables: { ids: [groupId] } },
    );
    expect([posted.response.status, await statusOf(ticket)]).toEqual([401, 200]);
  });

  it('is charged to the token that made it', async () => {
    const poor = await startNode(
      { url: app.databaseUrl, query: app.sql },
      { rateLimits: limited({ perToken: 1, anonymous: 1_000 }) },
    );
    const person = await newViewer(app, lab);
    const tickets = [await createTicket(app, person.token), await createTicket(app, person.token)];
    const statuses: number[] = [];
    for (const { ticket } of tickets) statuses.push(await statusOf(ticket, poor));
    expect(statuses).toEqual([200, 429]);
  });
});

describe('making a ticket', () => {
  it('takes a token that may write', async () => {
    const reading = await mutate(app, viewer.token, 'createApiToken', { name: 'Reader', readOnly: true });
    expect(await createTicket(app, reading.token)).toMatchObject({ __typename: 'ForbiddenError' });
  });

  it('is refused to who has a hundred, until some have ended', async () => {
    const person = await createPerson(app);
    await app.sql(
      `INSERT INTO subscription_ticket (secret_hash, user_id, expires_at)
       SELECT sha256(number::text::bytea), $1, now() + interval '1 minute' FROM generate_series(1, 100) AS number`,
      [person.userId],
    );
    expect(await createTicket(app, person.token)).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringMatching(/^You have 100 unused tickets/),
    });
    await app.sql(`UPDATE subscription_ticket SET expires_at = now() WHERE user_id = $1`, [person.userId]);
    expect(await createTicket(app, person.token)).toMatchObject({
      __typename: 'CreateSubscriptionTicketPayload',
    });
  });
});

it('a ticket that a node used leaves nothing behind when its stream ends', async () => {
  await untilStreams(app, 0);
  const { events } = await open((await createTicket(app, viewer.token)).ticket);
  await untilStreams(app, 1);
  events.stop();
  await untilStreams(app, 0);
});
