import { expect, it } from 'vitest';
import { findLost } from '../policies/mutants.ts';

it('every check that the tests of policies drop is in the sources, once', () => {
  expect(findLost()).toEqual([]);
});
