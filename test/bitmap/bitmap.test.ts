import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bitmap } from '../../src/bitmap/bitmap.ts';

/** Few keys far apart, and a dense run across the border of two chunks: both forms of a chunk, and empty ones. */
const anyKeys = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 0x7fffffff }), { maxLength: 10 }),
    fc.array(fc.integer({ min: 65_400, max: 65_700 }), { maxLength: 40 }),
    fc.option(
      fc.record({ start: fc.integer({ min: 0, max: 140_000 }), length: fc.integer({ min: 0, max: 9_000 }) }),
    ),
  )
  .map(([far, near, run]) => {
    const dense = run === null ? [] : Array.from({ length: run.length }, (_, index) => run.start + index);
    return new Set([...far, ...near, ...dense]);
  });

const bitmapOf = (keys: ReadonlySet<number>) => Bitmap.of(Int32Array.from([...keys].reverse()));
const ascending = (keys: Iterable<number>) => [...keys].sort((a, b) => a - b);
const holds = (bitmap: Bitmap, expected: readonly number[]) => {
  expect([...bitmap.keys()]).toEqual(expected);
  expect(bitmap.count).toBe(expected.length);
};

it('holds the keys that it is made of, ascending and once', () => {
  fc.assert(
    fc.property(anyKeys, (keys) => {
      holds(bitmapOf(keys), ascending(keys));
      holds(Bitmap.of(Int32Array.from([...keys, ...keys])), ascending(keys));
    }),
  );
});

it('knows which keys it has', () => {
  fc.assert(
    fc.property(anyKeys, anyKeys, (keys, others) => {
      const bitmap = bitmapOf(keys);
      const asked = [...keys, ...others];
      expect(asked.filter((key) => bitmap.has(key))).toEqual(asked.filter((key) => keys.has(key)));
    }),
  );
});

it('is united, intersected and subtracted as sets are, and stays as it was', () => {
  fc.assert(
    fc.property(anyKeys, anyKeys, anyKeys, (one, other, third) => {
      const [a, b, c] = [one, other, third].map(bitmapOf) as [Bitmap, Bitmap, Bitmap];
      holds(Bitmap.union([a, b, c]), ascending(new Set([...one, ...other, ...third])));
      holds(a.and(b), ascending([...one].filter((key) => other.has(key))));
      holds(a.andNot(b), ascending([...one].filter((key) => !other.has(key))));
      holds(a, ascending(one));
    }),
  );
});

it('shows any part of its keys, from either end', () => {
  const anyBound = fc.option(fc.oneof(fc.integer({ min: -1, max: 150_000 }), fc.constant(0x7fffffff)));
  fc.assert(
    fc.property(
      anyKeys,
      anyBound,
      anyBound,
      fc.nat(100),
      fc.boolean(),
      (keys, after, before, limit, backward) => {
        const within = ascending(keys).filter(
          (key) => (after === null || key > after) && (before === null || key < before),
        );
        const inOrder = backward ? within.reverse() : within;
        expect(bitmapOf(keys).slice({ after, before, limit, backward })).toEqual(inOrder.slice(0, limit));
      },
    ),
  );
});

it('takes no more bytes than a bit for each key of a full chunk, and 300 beside', () => {
  const everyOther = Bitmap.of(Int32Array.from({ length: 32_768 }, (_, index) => index * 2));
  expect(everyOther.size).toBe(8_192 + 2 * 300);
});
