import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, reasonToSkip } from '../graphiql/chromium.ts';
import { startApp } from '../support/app.ts';
import { createSurvey, rowOf, startGo } from './fixtures/survey.ts';

const app = await startApp();
const survey = await createSurvey(app);

describe.skipIf(reasonToSkip !== null)(
  `the link in a browser${reasonToSkip === null ? '' : ` (${reasonToSkip})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      if (chromiumPath === undefined) throw new Error('There is no Chromium, and in CI there has to be one.');
      browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
    });

    afterAll(() => browser?.close());

    it.each([
      ['light', 'rgb(255, 255, 255)'],
      ['dark', 'rgb(25, 31, 41)'],
    ] as const)('is a page that fits a phone and is %s, without complaints', async (colorScheme, card) => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 320, height: 568 } });
      const page = await context.newPage();
      const complaints: string[] = [];
      const asked: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('request', (request) => asked.push(request.url()));
      const { completionUrl } = await startGo(app, survey, `in-${colorScheme}`);
      await page.goto(`${completionUrl}&cc=RIGHT`);
      expect(await page.getByRole('heading').textContent()).toBe('You have completed the study');
      const looks = await page.evaluate(
        '[getComputedStyle(document.querySelector("main")).backgroundColor, document.documentElement.scrollWidth]',
      );
      expect(looks).toEqual([card, 320]);
      expect([complaints, asked]).toEqual([[], [`${completionUrl}&cc=RIGHT`]]);
      await context.close();
    });

    it('that a survey lets it fetch ahead does nothing, until it is followed', async () => {
      const go = await startGo(app, survey, 'p0');
      const link = `${go.completionUrl}&cc=RIGHT`;
      const page = await browser.newPage();
      const html = `<link rel="prefetch" href="${link}"><a href="${link}">Finish</a>`;
      await page.route('**/survey', (route) => route.fulfill({ contentType: 'text/html', body: html }));
      const ahead = page.waitForResponse(link);
      await page.goto(new URL('/survey', app.url).href);
      expect((await ahead).status()).toBe(503);
      expect(await rowOf(app, go)).toMatchObject({ status: 'ACTIVE', entered_code: null });
      await page.getByRole('link').click();
      await page.getByRole('heading', { name: 'You have completed the study' }).waitFor();
      expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
    });
  },
);
