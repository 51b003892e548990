import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/graphql/limits/document-limits.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people, unknownId } from '../support/factories.ts';
import { createStudy } from '../support/studies.ts';

// A hundred actions in one request have more keys than a request may have unless it is told otherwise.
const app = await startApp({ limits: { ...defaultLimits, maxInputKeys: 5_000 } });
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);

const create = (completionCodes: unknown) =>
  mutate(app, token, 'createStudy', { projectId, name: 'Study', totalAvailablePlaces: 1, completionCodes });

const code = (text: string, ...actions: object[]) => ({ code: text, codeType: 'OTHER', actions });
const doing = (...actions: object[]) => [code('A', ...actions)];
const approve = { kind: 'AUTOMATICALLY_APPROVE' };
const review = { kind: 'MANUALLY_REVIEW' };
const add = (participantGroupId: unknown = group) => ({
  kind: 'ADD_TO_PARTICIPANT_GROUP',
  participantGroupId,
});
const remove = (participantGroupId: unknown = group) => ({
  kind: 'REMOVE_FROM_PARTICIPANT_GROUP',
  participantGroupId,
});
const request = (returnReason: unknown = 'Why') => ({ kind: 'REQUEST_RETURN', returnReason });
const many = (count: number) => people(0, count).map((text) => code(text));
const unknown = () => unknownId('ParticipantGroup');

describe('a study with', () => {
  it.each<[string, object[], string]>([
    ['21 codes', many(21), ''],
    ['an empty code', [code('')], '0.code'],
    ['a code of white space', [code('A'), code(' \t ')], '1.code'],
    ['a code of 65 characters', [code('x'.repeat(65))], '0.code'],
    ['a code of far more characters', [code('x'.repeat(100_000))], '0.code'],
    ['a code with a control character', [code('A\u0007B')], '0.code'],
    ['a code with a line break', [code('A\nB')], '0.code'],
    ['a code with half of a pair', [code('A\ud83d')], '0.code'],
    ['a code named twice', [code('A'), code('B'), code('A')], '2.code'],
    ['a code named twice but for white space', [code('A'), code(' A ')], '1.code'],
    ['21 actions', doing(...Array.from({ length: 21 }, () => add(unknown()))), '0.actions'],
    ['approval after review', doing(review, approve), '0.actions.1.kind'],
    ['review after approval', doing(approve, add(), review), '0.actions.2.kind'],
    ['approval twice', doing(approve, approve), '0.actions.1.kind'],
    ['review twice', doing(review, review), '0.actions.1.kind'],
    ['two requests of a return', doing(request('One'), request('Other')), '0.actions.1.kind'],
    ['a group added to twice', doing(add(), approve, add()), '0.actions.2.participantGroupId'],
    ['a group removed from twice', doing(remove(), remove()), '0.actions.1.participantGroupId'],
    ['a group added to, then removed from', doing(add(), remove()), '0.actions.1.participantGroupId'],
    ['a group removed from, then added to', doing(remove(), add()), '0.actions.1.participantGroupId'],
    ['no group to add to', doing({ kind: 'ADD_TO_PARTICIPANT_GROUP' }), '0.actions.0.participantGroupId'],
    ['null to remove from', doing(approve, remove(null)), '0.actions.1.participantGroupId'],
    [
      'a group to approve',
      doing({ ...approve, participantGroupId: group }),
      '0.actions.0.participantGroupId',
    ],
    ['a group to review', doing({ ...review, participantGroupId: group }), '0.actions.0.participantGroupId'],
    [
      'a group to return',
      doing({ ...request(), participantGroupId: group }),
      '0.actions.0.participantGroupId',
    ],
    ['no reason to return', doing({ kind: 'REQUEST_RETURN' }), '0.actions.0.returnReason'],
    ['null as the reason to return', doing(request(null)), '0.actions.0.returnReason'],
    ['an empty reason to return', doing(request('')), '0.actions.0.returnReason'],
    ['a reason of white space', doing(request(' \n ')), '0.actions.0.returnReason'],
    ['a reason of 501 characters', doing(request('x'.repeat(501))), '0.actions.0.returnReason'],
    ['a reason with a control character', doing(request('A\u0007B')), '0.actions.0.returnReason'],
    ['a reason to approve', doing({ ...approve, returnReason: 'Why' }), '0.actions.0.returnReason'],
    ['a reason to review', doing({ ...review, returnReason: 'Why' }), '0.actions.0.returnReason'],
    ['a reason to add', doing({ ...add(), returnReason: 'Why' }), '0.actions.0.returnReason'],
    ['a reason to remove', doing({ ...remove(), returnReason: 'Why' }), '0.actions.0.returnReason'],
    ['a group’s id that is none', doing(add('nonsense')), '0.actions.0.participantGroupId'],
    [
      'the id of a study for a group',
      [code('A'), code('B', approve, remove(unknownId('Study')))],
      '1.actions.1.participantGroupId',
    ],
  ])('%s is refused by its path', async (_what, codes, path) => {
    const expected = ['input', 'completionCodes', ...(path === '' ? [] : path.split('.'))];
    expect(await create(codes)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: expected }],
    });
  });

  it('several breaks is told of each', async () => {
    const codes = [code('A', approve, { ...review, returnReason: 'Why' }), code('A', add(null))];
    const { issues } = await create(codes);
    expect(issues.map(({ path }: { path: string[] }) => path.slice(2).join('.')).sort()).toEqual([
      '0.actions.1.kind',
      '0.actions.1.returnReason',
      '1.actions.0.participantGroupId',
      '1.code',
    ]);
  });

  it.each<[string, object[]]>([
    ['20 codes', many(20)],
    ['codes that differ in case alone', [code('A'), code('a')]],
    ['a code of 64 characters that take two places each', [code('🐴'.repeat(64))]],
    ['a reason of 500 characters, with line breaks', doing(request(`🐴\n\t${'x'.repeat(497)}`))],
    ['no actions', doing()],
    ['every kind of action', doing(approve, request(), add())],
    ['the same actions for two codes', [code('A', approve, add()), code('B', approve, remove())]],
  ])('%s is taken', async (_what, codes) => {
    expect((await create(codes)).__typename).toBe('CreateStudyPayload');
  });

  it('20 codes of 20 actions each are taken', async () => {
    const groups: string[] = [];
    while (groups.length < 18) groups.push(await createGroup(app, token, lab.workspaceId));
    const actions = [review, request(), ...groups.map((each) => add(each))];
    const { study } = await create(Array.from({ length: 20 }, (_, index) => code(`C${index}`, ...actions)));
    expect(study.completionCodes).toHaveLength(20);
    for (const made of study.completionCodes) expect(made.actions).toHaveLength(20);
  });
});

describe('an edit of a study', () => {
  it('looks at completion codes in the same way', async () => {
    const studyId = await createStudy(app, token, projectId);
    const completionCodes = [code('A', approve), code('A ', review, approve)];
    const answer = await mutate(app, token, 'updateStudy', { studyId, completionCodes });
    const path = ['input', 'completionCodes', '1'];
    expect(answer.issues.map((issue: { path: string[] }) => issue.path)).toEqual([
      [...path, 'actions', '1', 'kind'],
      [...path, 'code'],
    ]);
  });
});

describe('a group that completion codes name', async () => {
  const theirs = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId);
  const deleted = await createGroup(app, token, lab.workspaceId);
  await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: deleted });
  const studyId = await createStudy(app, token, projectId);

  const doors = {
    createStudy: create,
    updateStudy: (completionCodes: unknown) =>
      mutate(app, token, 'updateStudy', { studyId, completionCodes }),
  };

  it.each(Object.entries(doors))('to %s is no group of another workspace', async (_door, give) => {
    const never = unknown();
    const [foreign, nothing] = [await give(doing(add(theirs))), await give(doing(add(never)))];
    expect(foreign).toMatchObject({ __typename: 'NotFoundError', id: theirs });
    expect(JSON.stringify(foreign).replaceAll(theirs, never)).toBe(JSON.stringify(nothing));
  });

  it.each(Object.entries(doors))('to %s is no deleted group', async (_door, give) => {
    expect(await give(doing(approve, remove(deleted)))).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: deleted },
    });
  });

  it('leaves nothing behind where it is refused', async () => {
    const counts = () =>
      app.sql('SELECT (SELECT count(*) FROM completion_code), (SELECT count(*) FROM study)');
    const before = await counts();
    await create([...doing(add(group)), code('B', add(deleted))]);
    expect(await counts()).toEqual(before);
  });
});
