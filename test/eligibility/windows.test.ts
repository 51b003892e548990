import { describe, expect, it } from 'vitest';
import { judge, type ParticipantFacts } from '../../src/eligibility/rules.ts';
import { type Filter, toStored } from './fixtures/filters.ts';

const day = 24 * 60 * 60 * 1_000;
const now = Date.UTC(2026, 5, 15);

/** Judges somebody who joined the group so many ms ago by a filter on it. */
function verdict(filter: Filter, age: number) {
  const facts: ParticipantFacts = {
    now,
    isErased: false,
    memberships: new Map([[100, now - age]]),
    submissions: new Map(),
    universalBlocklists: [],
    namedBy: new Set(),
  };
  return judge({ key: 1, filters: toStored([filter], { groups: [100], studies: [] }) }, facts);
}

describe('a window', () => {
  const windows: [within: number | null, before: number | null, age: number, counts: boolean][] = [
    [30, null, 0, true],
    [30, null, 30 * day, true],
    [30, null, 30 * day + 1, false],
    [1, null, day, true],
    [1, null, day + 1, false],
    [null, 30, 30 * day - 1, false],
    [null, 30, 30 * day, true],
    [null, 30, 300 * day, true],
    [30, 10, 10 * day - 1, false],
    [30, 10, 10 * day, true],
    [30, 10, 30 * day, true],
    [30, 10, 30 * day + 1, false],
    [7, 7, 7 * day, true],
    [7, 7, 7 * day + 1, false],
    [7, 7, 7 * day - 1, false],
    // The clock of the change may be a little ahead of the statement's.
    [30, null, -5, true],
  ];

  it.each(windows)('of within %s and before %s days counts who joined %s ms ago: %s', (...row) => {
    const [within, before, age, counts] = row;
    const window = { groups: [0], within, before };
    const allowed = verdict({ kind: 'PARTICIPANT_GROUP_ALLOWLIST', ...window }, age);
    const blocked = verdict({ kind: 'PARTICIPANT_GROUP_BLOCKLIST', ...window }, age);
    expect([allowed.isEligible, blocked.isEligible]).toEqual([counts, !counts]);
    expect(allowed.matchedGroupKeys).toEqual(counts ? [100] : []);
  });
});
