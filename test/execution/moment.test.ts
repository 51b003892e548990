import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeMoment } from '../../src/graphql/moment.ts';

describe('a moment', () => {
  it('is written as toISOString writes it, in whatever order', () => {
    const nearby = fc.integer({ min: -90_000_000, max: 90_000_000 });
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.array(nearby, { maxLength: 5 }), (moment, steps) => {
        for (const step of steps) {
          const other = new Date(moment.getTime() + step);
          if (!Number.isNaN(other.getTime())) expect(writeMoment(other)).toBe(other.toISOString());
        }
        expect(writeMoment(moment)).toBe(moment.toISOString());
      }),
    );
  });
});
