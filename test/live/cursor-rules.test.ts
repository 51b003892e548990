import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Place,
  proofOf,
  readChangesCursor,
  writeChangesCursor,
} from '../../src/membership/cursor-rules.ts';

const stored = fc.integer({ min: 0, max: 0x7fffffff });
const place = fc.record<Place>({
  groupKey: stored,
  version: stored,
  proof: fc.integer({ min: 0, max: 0xffffffff }),
});
const places = fc.uniqueArray(place, { selector: ({ groupKey }) => groupKey, minLength: 1, maxLength: 100 });
const byGroup = (all: readonly Place[]) => new Map(all.map((each) => [each.groupKey, each]));

describe('a cursor of changes', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(places, (all) => {
        expect(readChangesCursor(writeChangesCursor(all))).toEqual(byGroup(all));
      }),
    );
  });

  it('is the same in parts that are joined by dots', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 10 }), (all, size) => {
        const parts: string[] = [];
        for (let first = 0; first < all.length; first += size)
          parts.push(writeChangesCursor(all.slice(first, first + size)));
        expect(readChangesCursor(parts.join('.'))).toEqual(byGroup(all));
      }),
    );
  });

  it('is at the earlier place of a group that it names twice', () => {
    fc.assert(
      fc.property(place, place, (one, two) => {
        const other = { ...two, groupKey: one.groupKey };
        const read = readChangesCursor(`${writeChangesCursor([one])}.${writeChangesCursor([other])}`);
        expect(read?.size).toBe(1);
        expect(read?.get(one.groupKey)?.version).toBe(Math.min(one.version, other.version));
      }),
    );
  });

  it('is read in one way of writing only', () => {
    fc.assert(
      fc.property(
        fc.array(place, { minLength: 1, maxLength: 3 }),
        fc.string({ minLength: 1, maxLength: 3 }),
        (all, more) => {
          const cursor = writeChangesCursor(all);
          const read = readChangesCursor(cursor + more);
          if (read !== null) expect(cursor + more).toContain('.');
          expect(readChangesCursor(cursor.slice(0, -1))).toBeNull();
        },
      ),
    );
  });

  it('is no cursor where a key or a version could not be stored', () => {
    const most = { groupKey: 0x7fffffff, version: 0x7fffffff, proof: 0xffffffff };
    expect(readChangesCursor(writeChangesCursor([most]))?.size).toBe(1);
    expect(readChangesCursor(writeChangesCursor([{ ...most, groupKey: 0x80000000 }]))).toBeNull();
    expect(readChangesCursor(writeChangesCursor([{ ...most, version: 0x80000000 }]))).toBeNull();
  });

  it('is told from any other text, which is never more than refused', () => {
    const texts = [
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.string({ size: 'large' }),
    ];
    for (const text of texts)
      fc.assert(
        fc.property(text, (any) => {
          const read = readChangesCursor(any);
          if (read !== null) expect(read.size).toBeGreaterThan(0);
        }),
      );
    expect(readChangesCursor('.'.repeat(1_000_000))).toBeNull();
  });

  it('proves group, version and moment', () => {
    const change = { groupId: 'a', version: 3, occurredAt: new Date(1_700_000_000_000) };
    const proofs = [
      change,
      { ...change, groupId: 'b' },
      { ...change, version: 4 },
      { ...change, occurredAt: new Date(1_700_000_000_001) },
      { ...change, occurredAt: null },
    ].map(proofOf);
    expect(new Set(proofs).size).toBe(proofs.length);
    expect(proofOf({ ...change })).toBe(proofs[0]);
  });
});
