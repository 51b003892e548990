import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { unlimited } from '../support/unlimited.ts';
import { anyModel, anyTree, createStage, expectAgreement } from './fixtures/agreement.ts';

/** None are kept, all are, and three or so. */
it.each([
  [0, 50],
  [64 * 1_048_576, 80],
  [3_000, 30],
])(
  'agrees in the rules, the batched field, the lists, the counts and the preview, with %i bytes of bitmaps, for %i random trees',
  async (bitmapBytes, numRuns) => {
    const app = await startApp({ rateLimits: unlimited(), bitmapBytes });
    const stage = await createStage(app);
    let dividing = 0;
    const property = fc.asyncProperty(anyModel, anyTree, async (model, filters) => {
      if (await expectAgreement(app, stage, model, filters)) dividing += 1;
    });
    await fc.assert(property, { numRuns });
    expect(dividing, 'trees that let in some and not others').toBeGreaterThan(numRuns / 20);
  },
  300_000,
);
