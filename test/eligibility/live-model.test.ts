import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectTruth, startNodes } from './fixtures/live-agreement.ts';
import { anyScenario } from './fixtures/live-edits.ts';

const nodes = await startNodes();

it('tells counts and differences that add up to the truth, for six random trees and edits of all kinds', async () => {
  let told = 0;
  const several = fc.array(anyScenario, { minLength: 6, maxLength: 6 });
  const property = fc.asyncProperty(several, async (scenarios) => {
    const counts = await Promise.all(scenarios.map((scenario) => expectTruth(nodes, scenario)));
    told += counts.reduce((sum, count) => sum + count, 0);
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
  expect(told, 'events besides the first of each').toBeGreaterThan(6 * 3);
  expect(nodes.flatMap(({ unexpected }) => unexpected)).toEqual([]);
}, 300_000);
