import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors.ts';
import { defaultLimits } from '../../src/graphql/limits/document-limits.ts';
import { checkInput } from '../../src/input.ts';
import { readFilters, type StudyFilterInputShape } from '../../src/study-filter/input-rules.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people, unknownId } from '../support/factories.ts';

// A whole tree of custom IDs in one request is more than a request may hold unless it is told otherwise.
const app = await startApp({ limits: { ...defaultLimits, maxInputValues: 60_000 } });
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);

const create = (filters: unknown) =>
  mutate(app, token, 'createStudy', { projectId, name: 'Study', totalAvailablePlaces: 1, filters });

const groups = (fields: object = {}) => ({
  participantGroupAllowlist: { participantGroupIds: [group], ...fields },
});
const custom = (...participantIds: string[]) => ({ customBlocklist: { participantIds } });
const studies = (fields: object) => ({
  previousStudiesBlocklist: { studyIds: [unknownId('Study')], ...fields },
});
const times = (count: number, item: unknown) => Array.from({ length: count }, () => item);
const nested = (levels: number): object => (levels === 1 ? groups() : { all: [nested(levels - 1)] });

describe('a tree of filters', () => {
  it.each<[string, unknown[], string]>([
    ['no groups', [groups({ participantGroupIds: [] })], '0.participantGroupAllowlist.participantGroupIds'],
    [
      'a group named twice',
      [groups({ participantGroupIds: [group, group] })],
      '0.participantGroupAllowlist.participantGroupIds.1',
    ],
    [
      '101 groups',
      [groups({ participantGroupIds: Array.from({ length: 101 }, () => unknownId('ParticipantGroup')) })],
      '0.participantGroupAllowlist.participantGroupIds',
    ],
    [
      'a window of no days',
      [groups({ joinedWithinDays: 0 })],
      '0.participantGroupAllowlist.joinedWithinDays',
    ],
    [
      'a window of ages',
      [groups({ joinedBeforeDays: 36_501 })],
      '0.participantGroupAllowlist.joinedBeforeDays',
    ],
    ['an empty band', [groups({ joinedWithinDays: 3, joinedBeforeDays: 4 })], '0.participantGroupAllowlist'],
    ['no custom IDs', [groups(), custom()], '1.customBlocklist.participantIds'],
    ['no studies', [studies({ studyIds: [] })], '0.previousStudiesBlocklist.studyIds'],
    ['no statuses', [studies({ statuses: [] })], '0.previousStudiesBlocklist.statuses'],
    [
      'a status named twice',
      [studies({ statuses: ['ACTIVE', 'ACTIVE'] })],
      '0.previousStudiesBlocklist.statuses.1',
    ],
    ['an empty all', [{ any: [groups(), { all: [] }] }], '0.any.1.all'],
    ['an empty any', [{ any: [] }], '0.any'],
    ['six levels', [nested(6)], '0.all.0.all.0.all.0.all.0.all'],
    ['101 filters', times(101, groups()), ''],
    ['101 filters, some below others', [{ any: times(100, groups()) }], ''],
    ['50,001 custom IDs', [custom(...people(0, 25_000)), custom(...people(0, 25_001))], ''],
    [
      'the id of a study for a group',
      [groups({ participantGroupIds: [unknownId('Study')] })],
      '0.participantGroupAllowlist.participantGroupIds.0',
    ],
  ])('with %s is refused by its path', async (_what, filters, path) => {
    const expected = ['input', 'filters', ...(path === '' ? [] : path.split('.'))];
    expect(await create(filters)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: expected }],
    });
  });

  it('with a custom ID named twice, but for white space, is refused by its path', async () => {
    expect(await create([{ all: [custom('a', 'b', ' a ')] }])).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'filters', '0', 'all', '0', 'customBlocklist', 'participantIds', '2'] }],
    });
  });

  it.each<[string, unknown[]]>([
    ['five levels', [nested(5)]],
    ['100 filters', times(100, groups())],
    ['50,000 custom IDs', [custom(...people(0, 25_000)), custom(...people(25_000, 50_000))]],
    ['the same group in two filters', [groups(), groups()]],
    ['a band of one day', [groups({ joinedWithinDays: 3, joinedBeforeDays: 3 })]],
  ])('with %s is taken', async (_what, filters) => {
    expect((await create(filters)).__typename).toBe('CreateStudyPayload');
  });
});

describe('a @oneOf input', () => {
  const refusals = async (query: string, input: object) => {
    const { errors } = await app.ask(token, query, { input });
    return errors?.[0]?.message ?? '';
  };

  it.each([{}, { all: [groups()], any: [groups()] }, { all: null }])(
    'of filters with any but one member is refused before anything is done (%#)',
    async (filter) => {
      const query = 'mutation ($input: CreateStudyInput!) { createStudy(input: $input) { __typename } }';
      const input = { projectId, name: 'Study', totalAvailablePlaces: 1, filters: [filter] };
      expect(await refusals(query, input)).toMatch(/StudyFilterInput|must be non-null/);
    },
  );

  it.each([{}, { workspaceId: lab.workspaceId, projectId }, { projectId: null }])(
    'of a group’s scope with any but one member is refused before anything is done (%#)',
    async (scope) => {
      const query =
        'mutation ($input: CreateParticipantGroupInput!) { createParticipantGroup(input: $input) { __typename } }';
      expect(await refusals(query, { scope, name: 'Group' })).toMatch(
        /ParticipantGroupScope|must be non-null/,
      );
    },
  );

  it.each<[object, string]>([
    [{}, 'nothing'],
    [{ a: undefined }, 'nothing'],
    [{ a: null }, 'null for a'],
    [{ a: 1, b: 2 }, 'a and b'],
    [{ a: 1, b: null }, 'a and b'],
  ])('is refused by the gateway’s own step too, whatever executes the query (%#)', (input, found) => {
    const look = () => checkInput((check) => check.oneOf(['input', 'scope'], input));
    expect(look).toThrow(InvalidInputError);
    expect(look).toThrow(`input.scope: Give exactly one member; this has ${found}.`);
  });

  it('with one member names it in that step', () => {
    const input: { a: number; b?: number | undefined } = { a: 0, b: undefined };
    expect(checkInput((check) => check.oneOf([], input))).toBe('a');
  });

  it.each<[StudyFilterInputShape]>([[{}], [{ all: [], any: [] }], [{ customAllowlist: null }]])(
    'of filters goes through that step (%#)',
    (filter) => {
      const read = () => checkInput((check) => readFilters(check, ['filters'], [filter]));
      expect(read).toThrow('filters.0: Give exactly one member;');
    },
  );
});
