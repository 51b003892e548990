import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptRows } from '../../src/database/kept-rows.ts';

const minute = 60_000;
const rowsOf = (keys: Iterable<number>) => [...keys].map((key) => ({ key }));
const upTo = (count: number) => rowsOf(Array.from({ length: count }, (_, key) => key));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function keeping(most: number, rows: readonly { key: number }[]) {
  const kept = new KeptRows(most);
  kept.keep(rows, kept.source);
  return kept;
}

it('answers with the very rows that it was given', () => {
  const rows = upTo(5);
  const kept = keeping(10, rows);
  expect(rows.map(({ key }) => kept.get(key))).toEqual(rows);
  expect(kept.get(5)).toBeUndefined();
});

it('never holds more than it may, and holds what came last', () => {
  const kept = new KeptRows(10);
  for (const row of upTo(1_000)) {
    kept.keep([row], kept.source);
    expect(kept.size).toBeLessThanOrEqual(10);
    expect(kept.get(row.key)).toBe(row);
  }
});

it('holds what is asked for, however much comes after it', () => {
  const kept = keeping(10, upTo(1_000));
  const row = { key: 2_000 };
  kept.keep([row], kept.source);
  for (const other of upTo(1_000)) {
    kept.keep([other], kept.source);
    expect(kept.get(2_000)).toBe(row);
  }
});

it('has forgotten after ten minutes what nobody asked for, and nothing that somebody did', () => {
  const kept = keeping(100, upTo(2));
  for (let passed = 0; passed < 10; passed += 2) {
    vi.advanceTimersByTime(2 * minute);
    expect(kept.get(0)).toEqual({ key: 0 });
  }
  expect(kept.size).toBe(1);
  kept.close();
  expect(kept.size).toBe(0);
});

it('keeps nothing that was read before all was forgotten', () => {
  const kept = keeping(100, upTo(2));
  const { source } = kept;
  kept.forget();
  kept.keep(rowsOf([3]), source);
  expect(kept.size).toBe(0);
  kept.keep(rowsOf([3]), kept.source);
  expect(kept.size).toBe(1);
});

it.each([0, 1])('keeps nothing where it may keep %d', (most) => {
  expect(keeping(most, upTo(100)).size).toBe(0);
});
