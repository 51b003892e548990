import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, reasonToSkip } from '../graphiql/chromium.ts';
import { type App, startApp, startNode } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { addOneByOne, versionOf } from './fixtures/changes.ts';
import { createTicket, ticketUrl } from './fixtures/tickets.ts';

const app = await startApp({ heartbeatMilliseconds: 100 });
const { workspaceId, collaborator, viewer } = await createLab(app);

/** What a page was told: events by name, with their id and data. */
interface Told {
  readonly type: string;
  readonly lastEventId?: string;
  readonly data?: string;
}

/** A page of a node's own origin that has an EventSource, and keeps what it is told in `window.told`. */
async function openSource(browser: Browser, node: App, groupId: string, after?: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/page', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>x</title>' }),
  );
  await page.goto(new URL('/page', node.url).href);
  const { ticket } = await createTicket(node, viewer.token);
  const url = new URL(ticketUrl(node.url, ticket, groupId));
  if (after !== undefined) url.searchParams.set('variables', JSON.stringify({ ids: [groupId], after }));
  await page.evaluate(`
    window.told = [];
    window.source = new EventSource(${JSON.stringify(url.href)});
    const keep = ({ type, data, lastEventId }) => told.push({ type, data, lastEventId });
    for (const type of ['open', 'message', 'next', 'complete', 'error']) source.addEventListener(type, keep);
  `);
  return page;
}

/** Everything that a page was told by an event of this name, once there are so many. */
async function told(page: Page, type: string, count: number): Promise<Told[]> {
  await page.waitForFunction(`told.filter(({ type }) => type === '${type}').length >= ${count}`);
  return page.evaluate<Told[]>(`told.filter(({ type }) => type === '${type}')`);
}

const versionsIn = (events: readonly Told[]) => events.map(({ data = '' }) => versionOf(JSON.parse(data)));

describe.skipIf(reasonToSkip !== null)(
  `a browser's EventSource${reasonToSkip === null ? '' : ` (${reasonToSkip})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      if (chromiumPath === undefined) throw new Error('There is no Chromium, and in CI there has to be one.');
      browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
    });

    afterAll(() => browser?.close());

    it('is told changes with their cursors, and sees heartbeats as messages', async () => {
      const groupId = await createGroup(app, collaborator.token, workspaceId);
      const page = await openSource(browser, app, groupId);
      await told(page, 'next', 1);
      await addOneByOne(app, collaborator.token, groupId, ['a', 'b']);
      const changes = await told(page, 'next', 3);
      expect(versionsIn(changes)).toEqual([null, 1, 2]);
      for (const { data = '', lastEventId } of changes)
        expect(JSON.parse(data).data.membershipChanges.cursor).toBe(lastEventId);
      expect((await told(page, 'message', 2)).map(({ data }) => data)).toContain('');
      await page.close();
    });

    it('goes on with a new ticket where a node that stopped has dropped it', async () => {
      const node = await startNode({ url: app.databaseUrl, query: app.sql });
      const groupId = await createGroup(app, collaborator.token, workspaceId);
      const page = await openSource(browser, node, groupId);
      await told(page, 'next', 1);
      await addOneByOne(app, collaborator.token, groupId, ['a', 'b']);
      const before = await told(page, 'next', 3);
      await node.live.stop(2_000);
      await told(page, 'error', 1);
      expect(await page.evaluate("told.some(({ type }) => type === 'complete')")).toBe(false);
      await page.close();
      await addOneByOne(app, collaborator.token, groupId, ['c', 'd']);
      const again = await openSource(browser, app, groupId, before.at(-1)?.lastEventId);
      expect(versionsIn(await told(again, 'next', 3))).toEqual([null, 3, 4]);
      await again.close();
    });

    it('that comes back with the ticket that it has used is refused, and stays closed', async () => {
      const node = await startNode({ url: app.databaseUrl, query: app.sql });
      const groupId = await createGroup(app, collaborator.token, workspaceId);
      const page = await openSource(browser, node, groupId);
      await told(page, 'next', 1);
      await node.live.stop(0);
      await page.waitForFunction('source.readyState === EventSource.CLOSED');
      await page.close();
    });
  },
);
