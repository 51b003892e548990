import type { App } from './app.ts';

const project = 'project { id title description workspace { id } createdAt }';
const workspace = 'workspace { id title description participantIdFormat viewerRole createdAt }';
const group = `participantGroup {
  id name description project { id } participantCount version revision isUniversalBlocklist isDeleted
  deletedAt createdAt updatedAt lastChangeAt }`;
const change = `change {
  id version cause note addedCount removedCount participantCount occurredAt actor { name } }`;
const skips = 'skippedCount skipped { index participantId message }';
const invalidIds =
  '... on InvalidParticipantIdsError { invalidCount invalid { index participantId message } }';
const nameTaken = '... on NameTakenError { participantGroup { id } }';
const conflict = '... on VersionConflictError { current }';
const deleted = '... on GroupDeletedError { participantGroup { id } }';

const filterSet = `filterSet {
  id name isLocked isDeleted deletedAt createdAt workspace { id }
  currentVersion { id version createdAt actor { name } filterSet { id } } }`;
const setLocked = '... on FilterSetLockedError { filterSet { id isLocked } }';

const notFound = '... on NotFoundError { id }';
const token =
  'apiToken { id name prefix user { id name } workspace { id } readOnly createdAt lastUsedAt expiresAt }';

const study = `study {
  id name internalName description project { id } status revision totalAvailablePlaces maximumMinutes createdAt publishedAt
  filters { ...filter ... on AnyFilter { filters { ...filter } } ... on AllFilters { filters { ...filter } } }
  filterSetVersion { id version }
  completionCodes { code codeType actions { kind participantGroup { id } returnReason } } }`;
const state = '... on InvalidStudyStateError { current allowed }';

const submission = `submission {
  id study { id } participant { id participantId } status enteredCode codeMatched returnRequested rejectionMessage
  completionUrl startedAt expiresAt completedAt membershipChanges { id cause version } }`;
const submissionState =
  '... on InvalidSubmissionStateError { currentStatus: current allowedStatuses: allowed }';
const full = '... on StudyFullError { study { id placesTaken totalAvailablePlaces } }';

const answers = {
  createApiToken: { payload: `${token} token`, errors: notFound },
  revokeApiToken: { payload: 'revokedApiTokenId', errors: notFound },
  addWorkspaceMember: {
    payload: `invitationSecret invitation {
      id email role isOpen createdAt expiresAt workspace { id } invitedBy { id } redeemedBy { id } }`,
    errors: notFound,
  },
  revokeInvitation: { payload: 'revokedInvitationId', errors: notFound },
  redeemInvitation: {
    payload: `token ${token} viewer { email user { id name } workspaces { nodes { id viewerRole } } apiTokens { id } }`,
    errors: '',
  },
  changeWorkspaceMemberRole: { payload: `${workspace} user { id name } role`, errors: notFound },
  removeWorkspaceMember: { payload: `${workspace} removedUserId`, errors: notFound },
  createWorkspace: { payload: workspace, errors: '' },
  updateWorkspace: { payload: workspace, errors: '... on NotFoundError { id }' },
  createProject: { payload: project, errors: '... on NotFoundError { id }' },
  updateProject: { payload: project, errors: '... on NotFoundError { id }' },
  createParticipantGroup: {
    payload: `${group} ${change} ${skips} addedCount`,
    errors: `... on NotFoundError { id } ${invalidIds} ${nameTaken}`,
  },
  updateParticipantGroup: {
    payload: group,
    errors: `... on NotFoundError { id } ${nameTaken} ${conflict} ${deleted}`,
  },
  deleteParticipantGroup: {
    payload: group,
    errors:
      '... on NotFoundError { id } ... on GroupInUseError { isUniversalBlocklist studies { totalCount nodes { id } } }',
  },
  restoreParticipantGroup: { payload: group, errors: `... on NotFoundError { id } ${nameTaken}` },
  addParticipantsToGroup: {
    payload: `${group} ${change} ${skips} addedCount alreadyMemberCount`,
    errors: `... on NotFoundError { id } ${invalidIds} ${deleted}`,
  },
  removeParticipantsFromGroup: {
    payload: `${group} ${change} ${skips} removedCount notMemberCount`,
    errors: `... on NotFoundError { id } ${invalidIds} ${deleted}`,
  },
  replaceGroupParticipants: {
    payload: `${group} ${change} ${skips} addedCount removedCount keptCount`,
    errors: `... on NotFoundError { id } ${invalidIds} ${conflict} ${deleted}`,
  },
  revertParticipantGroup: {
    payload: `${group} ${change} ${skips} addedCount removedCount keptCount`,
    errors: `... on NotFoundError { id } ${conflict} ${deleted}`,
  },
  eraseParticipant: {
    payload: `workspace { id } participant { id participantId erasedAt firstSeenAt }
      changes { id version cause note addedCount removedCount participantCount occurredAt actor { name } participantGroup { id } }`,
    errors: '... on NotFoundError { id }',
  },
  createFilterSet: { payload: filterSet, errors: `${notFound} ${invalidIds} ${deleted}` },
  updateFilterSet: {
    payload: filterSet,
    errors: `${notFound} ${invalidIds} ${deleted} ${setLocked} ${conflict}`,
  },
  duplicateFilterSet: { payload: filterSet, errors: `${notFound} ${deleted}` },
  deleteFilterSet: {
    payload: filterSet,
    errors: `${notFound} ${setLocked} ... on FilterSetInUseError { studies { totalCount nodes { id } } }`,
  },
  lockFilterSet: { payload: filterSet, errors: notFound },
  unlockFilterSet: { payload: filterSet, errors: notFound },
  createStudy: { payload: study, errors: `${notFound} ${invalidIds} ${deleted}` },
  updateStudy: {
    payload: study,
    errors: `${notFound} ${invalidIds} ${deleted} ${state} ... on VersionConflictError { currentRevision: current }`,
  },
  duplicateStudy: { payload: study, errors: `${notFound} ${deleted}` },
  deleteStudy: {
    payload: 'deletedStudyId',
    errors: `${notFound} ${state} ... on StudyInUseError {
      studies { totalCount nodes { id } } filterSets { totalCount nodes { id } } }`,
  },
  publishStudy: { payload: study, errors: `${notFound} ${state} ${deleted}` },
  pauseStudy: { payload: study, errors: `${notFound} ${state}` },
  startStudy: { payload: study, errors: `${notFound} ${state}` },
  stopStudy: { payload: study, errors: `${notFound} ${state}` },
  startSubmission: {
    payload: submission,
    errors: `${notFound} ${invalidIds} ${state} ${full} ... on AlreadySubmittedError { ${submission} }
      ... on NotEligibleError { eligibility { isEligible participantId participant { id } study { id } reasons { rule path } } }`,
  },
  completeSubmission: {
    payload: `${submission} membershipChanges { id version cause addedCount removedCount participantCount
      participantGroup { id } actor { name } submission { id } }`,
    errors: `${notFound} ${submissionState}`,
  },
  approveSubmission: { payload: submission, errors: `${notFound} ${submissionState}` },
  approveSubmissions: {
    payload: 'submissions { id status }',
    errors: `${notFound} ... on InvalidSubmissionsError { issues {
      index submissionId error { __typename message code ${submissionState} ${notFound} } } }`,
  },
  rejectSubmission: { payload: submission, errors: `${notFound} ${submissionState}` },
  unrejectSubmission: { payload: submission, errors: `${notFound} ${submissionState} ${full} ${deleted}` },
  returnSubmission: { payload: submission, errors: `${notFound} ${submissionState}` },
} as const;

/** What is selected of a filter, but for those below it. */
const fragment = `fragment filter on StudyFilter {
  __typename
  ... on ParticipantGroupAllowlist { participantGroups { id } joinedWithinDays joinedBeforeDays }
  ... on ParticipantGroupBlocklist { participantGroups { id } joinedWithinDays joinedBeforeDays }
  ... on CustomAllowlist { participantIdCount participantIds(first: 100) { nodes } }
  ... on CustomBlocklist { participantIdCount participantIds(first: 100) { nodes } }
  ... on PreviousStudiesAllowlist { studies { id } statuses }
  ... on PreviousStudiesBlocklist { studies { id } statuses } }`;

/** A mutation that these tests know a document for. */
export type MutationName = keyof typeof answers;

/** The ones that hand out a secret take no idempotency key. */
export type KeyedMutationName = Exclude<
  MutationName,
  'createApiToken' | 'addWorkspaceMember' | 'redeemInvitation'
>;

/** The document of a mutation with one variable, `$input`, that selects all of its payload and of its errors. */
export function documentOf(name: MutationName): string {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  const { payload, errors } = answers[name];
  const used = payload.includes('...filter') ? fragment : '';
  return `${used} mutation ($input: ${capital}Input!) {
    ${name}(input: $input) {
      __typename
      ... on ${capital}Payload { ${payload} }
      ... on InvalidInputError { issues { path message } }
      ... on ForbiddenError { requiredRole }
      ${errors}
      ... on Error { code message }
    }
  }`;
}

/** Performs a mutation over HTTP; returns its payload or its typed error. Any other error fails the test. */
export async function mutate(app: App, token: string | null, name: MutationName, input: object) {
  const { data, errors } = await app.ask(token, documentOf(name), { input });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data[name];
}
