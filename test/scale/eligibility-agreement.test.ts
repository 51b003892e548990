import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyModel, anyTree, createStage, expectAgreement } from '../eligibility/fixtures/agreement.ts';
import { startApp } from '../support/app.ts';
import { unlimited } from '../support/unlimited.ts';

it.each([
  [0, 1_000],
  [64 * 1_048_576, 3_000],
  [3_000, 1_000],
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
    expect(dividing, 'trees that let in some and not others').toBeGreaterThan(numRuns / 7);
  },
);
