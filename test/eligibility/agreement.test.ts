import fc from 'fast-check';
import { it } from 'vitest';
import { startApp } from '../support/app.ts';
import { anyModel, anyTree, createStage, expectAgreement } from './fixtures/agreement.ts';

const app = await startApp();
const stage = await createStage(app);

it('agrees in the rules, the batched field, the lists, the counts and the preview, for 200 random trees', async () => {
  const property = fc.asyncProperty(anyModel, anyTree, (model, filters) =>
    expectAgreement(app, stage, model, filters),
  );
  await fc.assert(property, { numRuns: 200 });
}, 300_000);
