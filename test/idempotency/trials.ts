import { encodeGlobalId } from '../../src/global-id.ts';
import { type Standing, standingOf, submit } from '../submission/fixtures/submissions.ts';
import type { App } from '../support/app.ts';
import { type KeyedMutationName, mutate } from '../support/documents.ts';
import { addMember, createGroup, createPerson, createProject, unknownId } from '../support/factories.ts';
import { adding, createStudy, type StudyMove } from '../support/studies.ts';

/** What one mutation is tried with. All inputs are for the same thing, and none has a key. */
export interface Trial {
  readonly input: object;
  /** Another input, which would do something else. */
  readonly other: object;
  /** An input that is refused with a typed error; where there is one, out of the transaction. */
  readonly refused: object;
}

/** Where trials take place, and an admin of it. */
export interface Place {
  readonly app: App;
  readonly token: string;
  readonly workspaceId: string;
}

let made = 0;
const newName = () => `Trial ${made++}`;

async function memberEdit(place: Place, input: object, other: object, refused: object): Promise<Trial> {
  const { app, token, workspaceId } = place;
  const participantGroupId = await createGroup(app, token, workspaceId, ['a', 'b', 'c']);
  const edit = (fields: object) => ({ participantGroupId, ...fields });
  return { input: edit(input), other: edit(other), refused: edit(refused) };
}

async function deletedGroup({ app, token, workspaceId }: Place, name: string): Promise<string> {
  const participantGroupId = await createGroup(app, token, workspaceId, ['a'], name);
  await mutate(app, token, 'deleteParticipantGroup', { participantGroupId });
  return participantGroupId;
}

/** The ids of a new collaborator, and of a token of theirs that is narrowed to the workspace. */
async function member({ app, workspaceId }: Place) {
  const person = await createPerson(app);
  await addMember(app, workspaceId, person, 'COLLABORATOR');
  const narrowed = { name: 'Narrowed', workspaceId };
  const { apiToken } = await mutate(app, person.token, 'createApiToken', narrowed);
  return { userId: encodeGlobalId('User', person.userId), apiTokenId: apiToken.id };
}

async function invitation({ app, token, workspaceId }: Place): Promise<string> {
  const input = { workspaceId, email: 'new@lab.example', role: 'VIEWER' };
  return (await mutate(app, token, 'addWorkspaceMember', input)).invitation.id;
}

/** The id of a new filter set, in a workspace's place. */
async function filterSet({ app, token, workspaceId }: Place): Promise<string> {
  const input = { workspaceId, name: newName(), filters: [] };
  return (await mutate(app, token, 'createFilterSet', input)).filterSet.id;
}

async function lockedFilterSet(place: Place): Promise<string> {
  const filterSetId = await filterSet(place);
  await mutate(place.app, place.token, 'lockFilterSet', { filterSetId });
  return filterSetId;
}

async function deletedFilterSet(place: Place): Promise<string> {
  const filterSetId = await filterSet(place);
  await mutate(place.app, place.token, 'deleteFilterSet', { filterSetId });
  return filterSetId;
}

/** A trial of a mutation that takes a study and nothing else; refused for one that is over. */
async function studyMove({ app, token, workspaceId }: Place, ...before: StudyMove[]): Promise<Trial> {
  const projectId = await createProject(app, token, workspaceId);
  const over = await createStudy(app, token, projectId, {}, 'publishStudy', 'stopStudy');
  return {
    input: { studyId: await createStudy(app, token, projectId, {}, ...before) },
    other: { studyId: await createStudy(app, token, projectId, {}, ...before) },
    refused: { studyId: over },
  };
}

/** Three submissions to a new study: two that can be moved, and one that is over. */
async function submissions({ app, token, workspaceId }: Place, standing: Standing) {
  const projectId = await createProject(app, token, workspaceId);
  const studyId = await createStudy(app, token, projectId, {}, 'publishStudy');
  const make = (each: Standing) => submit(app, token, { studyId, ...each });
  return [await make(standing), await make(standing), await make({ moves: ['return'] })] as const;
}

/** A trial of a mutation that takes a submission, and what else it takes. */
async function submissionMove(place: Place, mutation: string, rest: object = {}): Promise<Trial> {
  const [wanted, another, over] = await submissions(place, standingOf(mutation));
  const of = (submissionId: string) => ({ submissionId, ...rest });
  return { input: of(wanted), other: of(another), refused: of(over) };
}

/** A trial of every mutation that takes a key. */
export const trials: Record<KeyedMutationName, (place: Place) => Promise<Trial>> = {
  revokeApiToken: async (place) => ({
    input: { apiTokenId: (await member(place)).apiTokenId },
    other: { apiTokenId: (await member(place)).apiTokenId },
    refused: { apiTokenId: unknownId('ApiToken') },
  }),

  revokeInvitation: async (place) => ({
    input: { invitationId: await invitation(place) },
    other: { invitationId: await invitation(place) },
    refused: { invitationId: unknownId('Invitation') },
  }),

  changeWorkspaceMemberRole: async (place) => {
    const { workspaceId } = place;
    const { userId } = await member(place);
    return {
      input: { workspaceId, userId, role: 'VIEWER' },
      other: { workspaceId, userId, role: 'ADMIN' },
      refused: { workspaceId, userId: unknownId('User'), role: 'VIEWER' },
    };
  },

  removeWorkspaceMember: async (place) => {
    const { workspaceId } = place;
    return {
      input: { workspaceId, userId: (await member(place)).userId },
      other: { workspaceId, userId: (await member(place)).userId },
      refused: { workspaceId, userId: unknownId('User') },
    };
  },

  createWorkspace: async () => ({ input: { title: 'A' }, other: { title: 'B' }, refused: { title: '' } }),

  updateWorkspace: async ({ workspaceId }) => ({
    input: { workspaceId, title: newName() },
    other: { workspaceId, title: newName() },
    refused: { workspaceId, title: '' },
  }),

  createProject: async ({ workspaceId }) => ({
    input: { workspaceId, title: 'A' },
    other: { workspaceId, title: 'B' },
    refused: { workspaceId, title: '' },
  }),

  updateProject: async ({ app, token, workspaceId }) => {
    const projectId = await createProject(app, token, workspaceId);
    return {
      input: { projectId, title: 'A' },
      other: { projectId, title: 'B' },
      refused: { projectId, title: '' },
    };
  },

  createParticipantGroup: async ({ app, token, workspaceId }) => {
    const scope = { workspaceId };
    const taken = newName();
    await createGroup(app, token, workspaceId, [], taken);
    const participantIds = ['x', '?', 'y'];
    const input = { scope, name: newName(), participantIds, ifInvalid: 'SKIP', note: 'First' };
    return { input, other: { scope, name: newName() }, refused: { scope, name: taken } };
  },

  updateParticipantGroup: (place) =>
    memberEdit(place, { name: newName() }, { name: newName() }, { name: 'Stale', expectedRevision: 7 }),

  deleteParticipantGroup: async ({ app, token, workspaceId }) => {
    const flagged = { scope: { workspaceId }, name: newName(), isUniversalBlocklist: true };
    const { participantGroup } = await mutate(app, token, 'createParticipantGroup', flagged);
    return {
      input: { participantGroupId: await createGroup(app, token, workspaceId) },
      other: { participantGroupId: await createGroup(app, token, workspaceId) },
      refused: { participantGroupId: participantGroup.id },
    };
  },

  restoreParticipantGroup: async (place) => {
    const [wanted, other] = [newName(), newName()];
    const taken = await deletedGroup(place, wanted);
    await createGroup(place.app, place.token, place.workspaceId, [], wanted);
    return {
      input: { participantGroupId: await deletedGroup(place, newName()) },
      other: { participantGroupId: await deletedGroup(place, other) },
      refused: { participantGroupId: taken },
    };
  },

  addParticipantsToGroup: (place) =>
    memberEdit(
      place,
      { participantIds: ['c', 'd', '?'], ifInvalid: 'SKIP' },
      { participantIds: ['e'] },
      { participantIds: ['?'] },
    ),

  removeParticipantsFromGroup: (place) =>
    memberEdit(place, { participantIds: ['a', 'z'] }, { participantIds: ['b'] }, { participantIds: ['?'] }),

  replaceGroupParticipants: (place) =>
    memberEdit(
      place,
      { participantIds: ['b', 'd'] },
      { participantIds: ['e'] },
      { participantIds: ['f'], expectedVersion: 7 },
    ),

  eraseParticipant: async ({ app, token, workspaceId }) => {
    const [wanted, other] = [`wanted${made++}`, `other${made++}`];
    await createGroup(app, token, workspaceId, [wanted, other]);
    const whom = (participantId: string) => ({ workspaceId, participantId });
    return { input: whom(wanted), other: whom(other), refused: whom('nobody') };
  },

  createFilterSet: async ({ workspaceId }) => ({
    input: { workspaceId, name: 'A', filters: [{ customAllowlist: { participantIds: ['a'] } }] },
    other: { workspaceId, name: 'B', filters: [] },
    refused: { workspaceId, name: 'A', filters: [{ customAllowlist: { participantIds: ['?'] } }] },
  }),

  updateFilterSet: async (place) => {
    const filterSetId = await filterSet(place);
    const filters = [{ customBlocklist: { participantIds: ['a'] } }];
    return {
      input: { filterSetId, filters },
      other: { filterSetId, name: newName() },
      refused: { filterSetId, name: 'Stale', expectedVersion: 7 },
    };
  },

  duplicateFilterSet: async (place) => {
    const filterSetId = await filterSet(place);
    return {
      input: { filterSetId, name: 'A' },
      other: { filterSetId, name: 'B' },
      refused: { filterSetId, name: '' },
    };
  },

  deleteFilterSet: async (place) => ({
    input: { filterSetId: await filterSet(place) },
    other: { filterSetId: await filterSet(place) },
    refused: { filterSetId: await lockedFilterSet(place) },
  }),

  lockFilterSet: async (place) => ({
    input: { filterSetId: await filterSet(place) },
    other: { filterSetId: await filterSet(place) },
    refused: { filterSetId: await deletedFilterSet(place) },
  }),

  unlockFilterSet: async (place) => ({
    input: { filterSetId: await lockedFilterSet(place) },
    other: { filterSetId: await lockedFilterSet(place) },
    refused: { filterSetId: await deletedFilterSet(place) },
  }),
  createStudy: async ({ app, token, workspaceId }) => {
    const projectId = await createProject(app, token, workspaceId);
    const completionCodes = adding(await createGroup(app, token, workspaceId));
    const named = (name: string) => ({ projectId, name, totalAvailablePlaces: 1, completionCodes });
    const filters = [{ participantGroupAllowlist: { participantGroupIds: [unknownId('ParticipantGroup')] } }];
    return { input: named('A'), other: named('B'), refused: { ...named('C'), filters } };
  },

  updateStudy: async ({ app, token, workspaceId }) => {
    const studyId = await createStudy(app, token, await createProject(app, token, workspaceId));
    const edit = (name: string) => ({
      studyId,
      name,
      filters: [{ customBlocklist: { participantIds: [name] } }],
      completionCodes: [{ code: name, codeType: 'OTHER', actions: [] }],
    });
    return { input: edit('A'), other: edit('B'), refused: { ...edit('C'), expectedRevision: 7 } };
  },

  duplicateStudy: async ({ app, token, workspaceId }) => {
    const studyId = await createStudy(app, token, await createProject(app, token, workspaceId));
    const refused = { studyId: unknownId('Study') };
    return { input: { studyId }, other: { studyId, name: 'Other' }, refused };
  },

  deleteStudy: (place) => studyMove(place),
  publishStudy: (place) => studyMove(place),
  pauseStudy: (place) => studyMove(place, 'publishStudy'),
  startStudy: (place) => studyMove(place, 'publishStudy', 'pauseStudy'),
  stopStudy: (place) => studyMove(place, 'publishStudy'),

  startSubmission: async ({ app, token, workspaceId }) => {
    const projectId = await createProject(app, token, workspaceId);
    const studyId = await createStudy(app, token, projectId, {}, 'publishStudy');
    await submit(app, token, { studyId, participantId: 'first' });
    const who = (participantId: string) => ({ studyId, participantId });
    return { input: who('second'), other: who('third'), refused: who('first') };
  },

  completeSubmission: (place) => submissionMove(place, 'completeSubmission', { code: 'ANY' }),
  approveSubmission: (place) => submissionMove(place, 'approveSubmission'),
  approveSubmissions: async (place) => {
    const [wanted, another, over] = await submissions(place, standingOf('approveSubmissions'));
    const of = (...submissionIds: string[]) => ({ submissionIds });
    return { input: of(wanted), other: of(another), refused: of(wanted, over) };
  },
  rejectSubmission: (place) => submissionMove(place, 'rejectSubmission', { message: 'Too short' }),
  unrejectSubmission: (place) => submissionMove(place, 'unrejectSubmission'),
  returnSubmission: (place) => submissionMove(place, 'returnSubmission'),

  revertParticipantGroup: (place) => memberEdit(place, { toVersion: 0 }, { toVersion: 1 }, { toVersion: 7 }),
};
