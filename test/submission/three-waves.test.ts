import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);

const panel = people(0, 10);
/** Known to the workspace, but on no list; and never seen. */
const others = ['other', 'unseen'];
const everybody = [...panel, ...others];

const group = (name: string, members: readonly string[] = []) =>
  createGroup(app, token, lab.workspaceId, members, name);
const groups = {
  panel: await group('Panel', panel),
  others: await group('Others', ['other']),
  completed1: await group('Completed wave 1'),
  completed2: await group('Completed wave 2'),
  inattentive: await group('Failed attention check'),
};

const approve = { kind: 'AUTOMATICALLY_APPROVE' };
const add = (participantGroupId: string) => ({ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId });
const remove = (participantGroupId: string) => ({
  ...add(participantGroupId),
  kind: 'REMOVE_FROM_PARTICIPANT_GROUP',
});
const completed = (code: string, ...actions: object[]) => ({ code, codeType: 'COMPLETED', actions });
const allow = (groupId: string) => ({ participantGroupAllowlist: { participantGroupIds: [groupId] } });
const block = (groupId: string) => ({ participantGroupBlocklist: { participantGroupIds: [groupId] } });

const study = (name: string, filters: object[], completionCodes: object[]) =>
  createStudy(
    app,
    token,
    projectId,
    { name, totalAvailablePlaces: 20, filters, completionCodes },
    'publishStudy',
  );

const waves = {
  one: await study('Wave 1', [allow(groups.panel)], [completed('DONE1', approve, add(groups.completed1))]),
  two: await study(
    'Wave 2',
    [allow(groups.completed1)],
    [
      completed('DONE2', approve, remove(groups.completed1), add(groups.completed2)),
      {
        code: 'FAILED2',
        codeType: 'FAILED_ATTENTION_CHECK',
        actions: [remove(groups.completed1), add(groups.completed2), add(groups.inattentive)],
      },
    ],
  ),
  three: await study(
    'Wave 3',
    [allow(groups.completed2), block(groups.inattentive)],
    [completed('DONE3', approve)],
  ),
};

/** Whom the fields of eligibility say that a study lets in, which have to agree with one another. */
async function eligibleFor(studyId: string): Promise<string[]> {
  const query = `query ($id: ID!, $participantIds: [String!]!) { study(id: $id) {
    eligibleParticipantCount eligibleParticipants(first: 100) { nodes { participantId } }
    eligibilities(participantIds: $participantIds) { participantId isEligible reasons { rule } } } }`;
  const { data, errors } = await app.ask(token, query, { id: studyId, participantIds: everybody });
  expect(errors).toBeUndefined();
  const { eligibleParticipantCount, eligibleParticipants, eligibilities } = data.study;
  const eligible: string[] = [];
  for (const { participantId, isEligible, reasons } of eligibilities) {
    expect(reasons.length === 0).toBe(isEligible);
    if (isEligible) eligible.push(participantId);
  }
  const listed = eligibleParticipants.nodes.map((node: { participantId: string }) => node.participantId);
  expect(listed.toSorted()).toEqual(eligible);
  expect(eligibleParticipantCount).toBe(eligible.length);
  return eligible;
}

type Submissions = Readonly<Record<string, string>>;

/** Lets everybody try to start, and expects that exactly these can; answers with the ids of their submissions. */
async function letStart(studyId: string, expected: readonly string[]): Promise<Submissions> {
  expect(await eligibleFor(studyId)).toEqual(expected);
  const started: Record<string, string> = {};
  for (const participantId of everybody) {
    const { __typename, submission, eligibility } = await mutate(app, token, 'startSubmission', {
      studyId,
      participantId,
    });
    if (expected.includes(participantId)) {
      expect(submission).toMatchObject({ status: 'ACTIVE', participant: { participantId } });
      started[participantId] = submission.id;
    } else {
      expect({ participantId, __typename }).toEqual({ participantId, __typename: 'NotEligibleError' });
      expect(eligibility).toMatchObject({ isEligible: false, participantId });
    }
  }
  expect(await eligibleFor(studyId)).toEqual(expected);
  return started;
}

/** Hands a code in for each of these; they all stand so then. */
async function handIn(submissions: Submissions, who: readonly string[], code: string, status: string) {
  for (const participantId of who) {
    const submissionId = submissions[participantId] ?? '';
    const { submission } = await mutate(app, token, 'completeSubmission', { submissionId, code });
    expect(submission).toMatchObject({ status, enteredCode: code });
  }
}

type ToldList = { readonly nodes: readonly { readonly participantId: string }[] };

interface ToldChange {
  readonly cause: string;
  readonly actor: { readonly name: string };
  readonly added: ToldList;
  readonly removed: ToldList;
  readonly submission: {
    readonly enteredCode: string;
    readonly study: { readonly name: string };
    readonly participant: { readonly participantId: string };
  } | null;
}

/** A group by what it says of itself: its members, and line by line who came (+) and went (−), and why. */
async function told(participantGroupId: string) {
  const query = `query ($id: ID!) { participantGroup(id: $id) {
    version participantCount participants(first: 100) { nodes { participantId } }
    changes(first: 100) { nodes { version cause actor { name }
      added { nodes { participantId } } removed { nodes { participantId } }
      submission { enteredCode study { name } participant { participantId } } } } } }`;
  const { data, errors } = await app.ask(token, query, { id: participantGroupId });
  expect(errors).toBeUndefined();
  const { version, participantCount, participants, changes } = data.participantGroup;
  expect(changes.nodes.map((change: { version: number }) => change.version)).toEqual(
    Array.from({ length: version }, (_, index) => index + 1),
  );
  const ids = (list: ToldList, sign = '') => list.nodes.map(({ participantId }) => `${sign}${participantId}`);
  const members = ids(participants).toSorted();
  expect(participantCount).toBe(members.length);
  const log = changes.nodes.map(({ cause, actor, added, removed, submission }: ToldChange) => {
    expect(actor.name).toBe('Cleo Collaborator');
    const moved = [...ids(added, '+'), ...ids(removed, '−')];
    if (submission === null) return [cause, ...moved].join(' ');
    expect(moved.map((each) => each.slice(1))).toEqual([submission.participant.participantId]);
    return [cause, ...moved, submission.study.name, submission.enteredCode].join(' ');
  });
  return { members, log };
}

const lines = (sign: '+' | '−', who: readonly string[], wave: string, code: string) =>
  who.map((participantId) => `COMPLETION_CODE ${sign}${participantId} ${wave} ${code}`);

it('runs a study in three waves whose codes decide who may take the next', async () => {
  await letStart(waves.two, []);
  await letStart(waves.three, []);

  const first = await letStart(waves.one, panel);
  await handIn(first, people(0, 7), 'DONE1', 'APPROVED');
  await handIn(first, ['p7'], 'DOEN1', 'AWAITING_REVIEW');
  await mutate(app, token, 'returnSubmission', { submissionId: first.p8 });
  expect(await eligibleFor(waves.two)).toEqual(people(0, 7));
  await handIn(first, ['p7'], 'DONE1', 'APPROVED');

  const second = await letStart(waves.two, people(0, 8));
  await handIn(second, people(0, 4), 'DONE2', 'APPROVED');
  await handIn(second, ['p4', 'p5'], 'FAILED2', 'AWAITING_REVIEW');
  await handIn(second, ['p7'], 'DONE2', 'APPROVED');
  const message = 'The check was missed.';
  const { submission } = await mutate(app, token, 'rejectSubmission', { submissionId: second.p4, message });
  expect(submission.status).toBe('REJECTED');

  const third = await letStart(waves.three, [...people(0, 4), 'p7']);
  await handIn(third, people(0, 4), 'DONE3', 'APPROVED');
  const ours = { participantGroupId: groups.inattentive, participantIds: ['p5'] };
  await mutate(app, token, 'removeParticipantsFromGroup', ours);
  expect(await eligibleFor(waves.three)).toEqual([...people(0, 4), 'p5', 'p7']);
  const late = { studyId: waves.three, participantId: 'p5' };
  expect(await mutate(app, token, 'startSubmission', late)).toMatchObject({
    submission: { status: 'ACTIVE' },
  });

  // Handing in again does nothing, whatever has become of the submission and of the groups.
  await handIn(first, people(0, 8), 'DONE1', 'APPROVED');
  await handIn(second, ['p4'], 'FAILED2', 'REJECTED');
  await handIn(second, ['p5'], 'FAILED2', 'AWAITING_REVIEW');

  const moved = [
    ['DONE2', people(0, 4)],
    ['FAILED2', ['p4', 'p5']],
    ['DONE2', ['p7']],
  ] as const;
  const movedBy = (sign: '+' | '−') => moved.flatMap(([code, who]) => lines(sign, who, 'Wave 2', code));
  expect(await told(groups.completed1)).toEqual({
    members: ['p6'],
    log: [...lines('+', people(0, 8), 'Wave 1', 'DONE1'), ...movedBy('−')],
  });
  expect(await told(groups.completed2)).toEqual({
    members: [...people(0, 6), 'p7'],
    log: movedBy('+'),
  });
  expect(await told(groups.inattentive)).toEqual({
    members: ['p4'],
    log: [...lines('+', ['p4', 'p5'], 'Wave 2', 'FAILED2'), 'MANUAL −p5'],
  });
  expect((await told(groups.panel)).members).toEqual(panel);
  expect(await eligibleFor(waves.two)).toEqual(['p6']);
  expect(app.unexpected).toEqual([]);
});
