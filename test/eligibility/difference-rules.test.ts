import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differenceOf } from '../../src/eligibility/difference-rules.ts';

const anyKeys = fc
  .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 300 })
  .map((keys) => Int32Array.from(keys).sort());

it('says who is in one set and not in the other, counts all of them and names the first hundred', () => {
  fc.assert(
    fc.property(anyKeys, anyKeys, (before, after) => {
      const came = [...after].filter((key) => !before.includes(key));
      const left = [...before].filter((key) => !after.includes(key));
      expect(differenceOf(before, after)).toEqual({
        cameCount: came.length,
        leftCount: left.length,
        came: came.slice(0, 100),
        left: left.slice(0, 100),
      });
    }),
  );
});
