import { describe, expect, it } from 'vitest';
import type { SubmissionStatus } from '../../src/database/prisma/client.ts';
import { judge, type ParticipantFacts, type Verdict } from '../../src/eligibility/rules.ts';
import { allStatuses } from '../../src/study-filter/rules.ts';
import { type Filter, toStored } from './fixtures/filters.ts';

const now = Date.UTC(2026, 5, 15);
const names = { groups: [100, 101, 102], studies: [200, 201] };

interface Given {
  /** Groups by position, with the ms since joining. */
  readonly groups?: Readonly<Record<number, number>>;
  readonly submissions?: Readonly<Record<number, SubmissionStatus>>;
  readonly universal?: readonly number[];
  readonly namedBy?: readonly number[];
  readonly isErased?: boolean;
}

function verdict(filters: readonly Filter[], given: Given): Verdict {
  const { groups = {}, submissions = {}, universal = [], namedBy = [], isErased = false } = given;
  const facts: ParticipantFacts = {
    now,
    isErased,
    memberships: new Map(Object.entries(groups).map(([index, age]) => [100 + Number(index), now - age])),
    submissions: new Map(Object.entries(submissions).map(([index, status]) => [200 + Number(index), status])),
    universalBlocklists: universal.map((index) => 100 + index),
    namedBy: new Set(namedBy),
  };
  return judge({ key: 1, filters: toStored(filters, names) }, facts);
}

const rulesOf = ({ reasons }: Verdict) => reasons.map(({ rule, path }) => [rule, ...path]);

const allow = (...groups: number[]): Filter => ({ kind: 'PARTICIPANT_GROUP_ALLOWLIST', groups });
const block = (...groups: number[]): Filter => ({ kind: 'PARTICIPANT_GROUP_BLOCKLIST', groups });
const custom = (kind: 'CUSTOM_ALLOWLIST' | 'CUSTOM_BLOCKLIST'): Filter => ({ kind, ids: ['p0'] });
const all = (...filters: Filter[]): Filter => ({ kind: 'ALL', filters });
const any = (...filters: Filter[]): Filter => ({ kind: 'ANY', filters });
const previous = (
  kind: 'PREVIOUS_STUDIES_ALLOWLIST' | 'PREVIOUS_STUDIES_BLOCKLIST',
  ...statuses: SubmissionStatus[]
): Filter => ({ kind, studies: [0, 1], statuses });

describe('each filter, passed and failed', () => {
  const cases: [name: string, filter: Filter, passing: Given, failing: Given][] = [
    ['an allowlist of groups', allow(0, 1), { groups: { 1: 0 } }, { groups: { 2: 0 } }],
    ['a blocklist of groups', block(0, 1), { groups: { 2: 0 } }, { groups: { 0: 0 } }],
    ['an allowlist of IDs', custom('CUSTOM_ALLOWLIST'), { namedBy: [0] }, {}],
    ['a blocklist of IDs', custom('CUSTOM_BLOCKLIST'), {}, { namedBy: [0] }],
    [
      'an allowlist of previous studies',
      previous('PREVIOUS_STUDIES_ALLOWLIST', 'APPROVED'),
      { submissions: { 1: 'APPROVED' } },
      { submissions: { 0: 'REJECTED' } },
    ],
    [
      'a blocklist of previous studies',
      previous('PREVIOUS_STUDIES_BLOCKLIST', ...allStatuses),
      {},
      { submissions: { 0: 'TIMED_OUT' } },
    ],
    ['all of several', all(allow(0), block(1)), { groups: { 0: 0 } }, { groups: { 0: 0, 1: 0 } }],
    ['any of several', any(allow(0), allow(1)), { groups: { 1: 0 } }, { groups: { 2: 0 } }],
  ];

  it.each(cases)('lets in by %s', (_name, filter, passing) => {
    expect(verdict([filter], passing)).toMatchObject({ isEligible: true, reasons: [] });
  });

  it.each(cases)('keeps out by %s', (_name, filter, _passing, failing) => {
    expect(verdict([filter], failing).isEligible).toBe(false);
  });
});

describe('the reasons', () => {
  it('are every failing filter of the top level, with its position', () => {
    const { reasons } = verdict([allow(0, 1), block(2), allow(2)], { groups: { 2: 0 } });
    expect(reasons).toEqual([
      {
        rule: 'PARTICIPANT_GROUP_ALLOWLIST',
        path: [0],
        groupKeys: [100, 101],
        message: 'The participant is in none of the allowed groups.',
        reasons: [],
      },
      {
        rule: 'PARTICIPANT_GROUP_BLOCKLIST',
        path: [1],
        groupKeys: [102],
        message: 'The participant is in a blocked group.',
        reasons: [],
      },
    ]);
  });

  it('name of a blocklist only the groups that they are in', () => {
    expect(verdict([block(0, 1, 2)], { groups: { 0: 0, 2: 0 } }).reasons[0]?.groupKeys).toEqual([100, 102]);
  });

  it('leave out a failed `all`, and tell what in it fails', () => {
    const failed = verdict([all(allow(0), all(block(1), allow(2)))], { groups: { 1: 0 } });
    expect(rulesOf(failed)).toEqual([
      ['PARTICIPANT_GROUP_ALLOWLIST', 0, 0],
      ['PARTICIPANT_GROUP_BLOCKLIST', 0, 1, 0],
      ['PARTICIPANT_GROUP_ALLOWLIST', 0, 1, 1],
    ]);
  });

  it('are one of a failed `any`, with all that fails in it', () => {
    const { reasons } = verdict([block(0), any(allow(0), all(allow(1), block(2)))], { groups: { 2: 0 } });
    expect(reasons.map(({ rule, path, groupKeys }) => ({ rule, path, groupKeys }))).toEqual([
      { rule: 'ANY_FILTER', path: [1], groupKeys: [] },
    ]);
    expect(reasons[0]?.reasons.map(({ rule, path }) => [rule, ...path])).toEqual([
      ['PARTICIPANT_GROUP_ALLOWLIST', 1, 0],
      ['PARTICIPANT_GROUP_ALLOWLIST', 1, 1, 0],
      ['PARTICIPANT_GROUP_BLOCKLIST', 1, 1, 1],
    ]);
  });

  it('begin with the universal blocklists that they are in, at no place in the tree', () => {
    const given = { groups: { 0: 0, 1: 0 }, universal: [0, 1, 2] };
    const { reasons } = verdict([block(1)], given);
    expect(reasons.map(({ rule, path, groupKeys }) => [rule, path, groupKeys])).toEqual([
      ['UNIVERSAL_BLOCKLIST', [], [100, 101]],
      ['PARTICIPANT_GROUP_BLOCKLIST', [0], [101]],
    ]);
  });

  it('are of the erased nothing but that they were erased', () => {
    expect(rulesOf(verdict([allow(0)], { isErased: true }))).toEqual([['ERASED']]);
    expect(verdict([], { isErased: true }).isEligible).toBe(false);
  });

  it.each([
    [{ within: 1 }, 'The participant is in none of the allowed groups, having joined within the last 1 day.'],
    [{ before: 30 }, 'The participant is in none of the allowed groups, having joined at least 30 days ago.'],
    [
      { within: 30, before: 7 },
      'The participant is in none of the allowed groups, having joined 7 to 30 days ago.',
    ],
  ])('say the window %j in words', (window, message) => {
    expect(verdict([{ ...allow(0), ...window } as Filter], {}).reasons[0]?.message).toBe(message);
  });

  it('say the statuses in words', () => {
    const filter = previous('PREVIOUS_STUDIES_BLOCKLIST', 'AWAITING_REVIEW', 'TIMED_OUT');
    expect(verdict([filter], { submissions: { 0: 'TIMED_OUT' } }).reasons[0]?.message).toBe(
      'The participant has a submission to a previous study that is blocked (awaiting review, timed out).',
    );
  });
});

it('lets everyone in who is on no universal blocklist where there are no filters', () => {
  expect(verdict([], {})).toEqual({ isEligible: true, reasons: [], matchedGroupKeys: [] });
});

it('matches each allowlisted group that they are in once, wherever the allowlist stands', () => {
  const filters = [any(allow(2, 0), block(0)), allow(0, 1)];
  expect(verdict(filters, { groups: { 0: 0, 2: 0 } }).matchedGroupKeys).toEqual([102, 100]);
});

it('does not guess when somebody joined', () => {
  const tree = { key: 1, filters: toStored([{ ...allow(0), within: 3 } as Filter], names) };
  const facts: ParticipantFacts = {
    now,
    isErased: false,
    memberships: new Map([[100, null]]),
    submissions: new Map(),
    universalBlocklists: [],
    namedBy: new Set(),
  };
  expect(() => judge(tree, facts)).toThrow('No moment of joining');
});
