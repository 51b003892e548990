import { randomBytes } from 'node:crypto';
import { type Browser, chromium, type Page, type Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTokenSecret } from '../../src/access/rules.ts';
import { demoIds } from '../../src/demo/people.ts';
import { seedDemo } from '../../src/demo/seed.ts';
import { exampleTabs } from '../../src/demo/tabs.ts';
import { encodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { edit } from '../support/edits.ts';
import { chromiumPath, reasonToSkip } from './chromium.ts';

const demoToken = newTokenSecret();
const app = await startApp({
  graphiql: { enabled: true, isBoundToLoopback: true, tabs: exampleTabs, demoToken },
});
await seedDemo(app.database, demoToken);

const settledMilliseconds = 1_000;

const nameOf = (query: string) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? '';
const tabs = exampleTabs.map((tab) => ({ ...tab, name: nameOf(tab.query) }));
const isSubscription = ({ query }: { query: string }) => /^subscription /m.test(query);
const examples = tabs.filter((tab) => !isSubscription(tab));
const subscriptions = tabs.filter(isSubscription);

describe('an example tab, over HTTP', () => {
  it.each(examples)('$name answers with data, and without errors', async ({ query, variables }) => {
    const { data, errors } = await app.ask(demoToken, query, variables);
    expect(errors).toBeUndefined();
    for (const answer of Object.values(data)) {
      expect(answer).not.toBeNull();
      expect(answer).not.toHaveProperty('code');
    }
  });

  const again = (wanted: string) => {
    const { query, variables } = examples.find(({ name }) => name === wanted) ?? { query: '' };
    return app.ask(demoToken, query, variables);
  };

  it('makes a group once, and names it afterwards', async () => {
    const { data } = await again('CreateGroup');
    expect(data.createParticipantGroup).toMatchObject({ __typename: 'NameTakenError', code: 'CONFLICT' });
    const { participantGroup } = data.createParticipantGroup;
    await app.ask(
      demoToken,
      'mutation ($id: ID!) { deleteParticipantGroup(input: { participantGroupId: $id }) { __typename } }',
      { id: participantGroup.id },
    );
  });

  it('starts a submission once, and names it afterwards', async () => {
    const { data } = await again('StartSubmission');
    expect(data.startSubmission).toMatchObject({
      __typename: 'AlreadySubmittedError',
      submission: { status: 'ACTIVE' },
    });
  });

  it('hands a code in once, and answers the same afterwards', async () => {
    const { data } = await again('CompleteSubmission');
    expect(data.completeSubmission).toEqual({
      __typename: 'CompleteSubmissionPayload',
      submission: { status: 'APPROVED', codeMatched: true },
      membershipChanges: ['Wave 2 invited', 'Wave 2 completers'].map((name) =>
        expect.objectContaining({ participantGroup: expect.objectContaining({ name }) }),
      ),
    });
    for (const { version, participantGroup } of data.completeSubmission.membershipChanges)
      expect(participantGroup.version).toBe(version);
  });

  it('approves several once, and says of each why not afterwards', async () => {
    const { data } = await again('ApproveSeveral');
    expect(data.approveSubmissions.issues).toMatchObject([{ index: 0 }, { index: 1 }]);
  });
});

describe.skipIf(reasonToSkip !== null)(
  `GraphiQL in a browser${reasonToSkip === null ? '' : ` (${reasonToSkip})`}`,
  () => {
    let browser: Browser;
    let page: Page;
    const elsewhere: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      if (chromiumPath === undefined) throw new Error('There is no Chromium, and in CI there has to be one.');
      browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      await context.route('**/*', async (route) => {
        const url = route.request().url();
        if (new URL(url).origin === new URL(app.url).origin) return route.continue();
        elsewhere.push(url);
        return route.abort();
      });
      page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(app.url);
      await page.getByRole('tab', { name: examples[0]?.name ?? '' }).waitFor();
    });

    afterAll(() => browser?.close());

    /** Queries and mutations are posted; a subscription stands in the URL. */
    const isAnswerTo = (name: string) => (response: Response) => {
      const posted = response.request().postData() ?? '';
      const inUrl = new URL(response.url()).searchParams.get('query') ?? '';
      return posted.includes(`"operationName":"${name}"`) || inUrl.startsWith(`subscription ${name}(`);
    };

    /** Presses the button. Right after a tab was opened, GraphiQL still looks for the operation of the one before. */
    async function run(name: string): Promise<Response> {
      for (let attempt = 1; attempt <= 5; attempt++) {
        await page.waitForTimeout(settledMilliseconds);
        const answering = page.waitForResponse(isAnswerTo(name), { timeout: 3_000 }).catch(() => null);
        await page.locator('.graphiql-execute-button').click();
        const response = await answering;
        if (response !== null) return response;
      }
      throw new Error(`GraphiQL never sent ${name}`);
    }

    it('shows a tab for each example', async () => {
      expect(await page.title()).toBe('Rollcall');
      for (const { name } of tabs) expect(await page.getByRole('tab', { name }).count()).toBe(1);
    });

    it('shows the demonstration’s token among the headers', async () => {
      await page.getByRole('button', { name: 'Headers', exact: true }).click();
      const headers = page.locator('.graphiql-editor-tool');
      await expect
        .poll(async () => (await headers.textContent())?.replaceAll('\u00a0', ' '))
        .toContain(`Bearer ${demoToken}`);
    });

    it.each(examples)('runs $name as it is, by its button', async ({ name }) => {
      await page.getByRole('tab', { name }).click();
      await expect
        .poll(() => page.locator('.graphiql-tab-active .graphiql-tab-button').textContent())
        .toBe(name);
      const response = await run(name);
      expect(response.request().headers().authorization).toBe(`Bearer ${demoToken}`);
      expect(response.status()).toBe(200);
      const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
      expect(errors).toBeUndefined();
      for (const answer of Object.values(data)) expect(answer).toMatchObject({});
      await expect.poll(() => page.locator('.result-window').textContent()).toContain('"data"');
    });

    it.each(subscriptions)('shows what happens as it happens, by the button of $name', async ({ name }) => {
      await page.getByRole('tab', { name }).click();
      await expect
        .poll(() => page.locator('.graphiql-tab-active .graphiql-tab-button').textContent())
        .toBe(name);
      const response = await run(name);
      expect(response.status()).toBe(200);
      const shown = async () =>
        (await page.locator('.result-window').textContent())?.replaceAll('\u00a0', ' ');
      // What happens before a subscription has told where it begins may be what it begins with.
      if (name !== 'WatchWorkspace') await expect.poll(shown).toContain('"data"');
      const participantId = randomBytes(12).toString('hex');
      // Whoever completed wave 1 may take wave 2.
      for (const number of [2, 3]) {
        const participantGroupId = encodeGlobalId('ParticipantGroup', demoIds.group(number));
        const input = { participantGroupId, participantIds: [participantId] };
        await edit(app, demoToken, 'addParticipantsToGroup', input);
      }
      await expect.poll(shown).toContain(name === 'WatchWorkspace' ? 'Wave 2 invited' : participantId);
      await page.locator('.graphiql-execute-button').click();
      await expect.poll(() => app.live.streams.size).toBe(0);
    });

    it('asked no other host for anything, and nothing went wrong in the page', () => {
      expect([elsewhere, complaints]).toEqual([[], []]);
      expect(app.unexpected).toEqual([]);
    });
  },
);
