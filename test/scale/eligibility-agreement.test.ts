import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyModel, anyTree, createStage, expectAgreement } from '../eligibility/fixtures/agreement.ts';
import { startApp } from '../support/app.ts';
import { unlimited } from '../support/unlimited.ts';

const app = await startApp({ rateLimits: unlimited() });
const stage = await createStage(app);

it('agrees in the rules, the batched field, the lists, the counts and the preview, for 5,000 random trees', async () => {
  let dividing = 0;
  const property = fc.asyncProperty(anyModel, anyTree, async (model, filters) => {
    if (await expectAgreement(app, stage, model, filters)) dividing += 1;
  });
  await fc.assert(property, { numRuns: 5_000 });
  expect(dividing, 'trees that let in some and not others').toBeGreaterThan(750);
});
