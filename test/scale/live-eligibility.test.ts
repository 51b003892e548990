import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectTruth, startNodes } from '../eligibility/fixtures/live-agreement.ts';
import { anyScenario } from '../eligibility/fixtures/live-edits.ts';

const nodes = await startNodes();

it('tells counts and differences that add up to the truth, for 120 random trees and edits of all kinds', async () => {
  const several = fc.array(anyScenario, { minLength: 12, maxLength: 12 });
  const property = fc.asyncProperty(several, async (scenarios) => {
    await Promise.all(scenarios.map((scenario) => expectTruth(nodes, scenario)));
  });
  await fc.assert(property, { numRuns: 10, endOnFailure: true });
  expect(nodes.flatMap(({ unexpected }) => unexpected)).toEqual([]);
});
