/** What is asked. Apollo's schema is a part of the gateway's, and takes the same documents; PostGraphile has its own names. */

export const gateway = {
  nested: `query ($id: ID!) { workspace(id: $id) { title projects(first: 10) { nodes { id title
    participantGroups(first: 10) { nodes { id name participantCount
      participants(first: 10) { nodes { id participantId } } } } } } } }`,
  group: `query ($id: ID!) { participantGroup(id: $id) {
    id name participantCount description version lastChangeAt workspace { id title } } }`,
  page: `query ($id: ID!, $after: String) { participantGroup(id: $id) { participants(first: 100, after: $after) {
    nodes { id participantId firstSeenAt } pageInfo { hasNextPage endCursor } } } }`,
  list: `query ($id: ID!) { workspace(id: $id) { participantGroups(first: 20, filter: { deleted: EXCLUDE },
    orderBy: { field: LAST_CHANGE_AT, direction: DESC }) {
      totalCount nodes { id name participantCount lastChangeAt } } } }`,
  search: `query ($id: ID!, $search: String!) { workspace(id: $id) { participantGroups(first: 20,
    filter: { deleted: EXCLUDE, search: $search }, orderBy: { field: LAST_CHANGE_AT, direction: DESC }) {
      totalCount nodes { id name participantCount lastChangeAt } } } }`,
  joined: `query ($id: ID!, $participantId: String!) { workspace(id: $id) { participant(participantId: $participantId) {
    id participantGroups(first: 20) { nodes { id name participantCount } } } } }`,
  eligible: `query ($id: ID!, $participantIds: [String!]!) { study(id: $id) {
    eligibilities(participantIds: $participantIds) { participantId isEligible } } }`,
  add: `mutation ($input: AddParticipantsToGroupInput!) { addParticipantsToGroup(input: $input) {
    __typename ... on AddParticipantsToGroupPayload { addedCount } ... on Error { message } } }`,
} as const;

const now = 'condition: { leftVersion: null }';
export const postgraphile = {
  nested: `query ($id: UUID!) { workspace: workspaceByRowId(rowId: $id) { title
    projects: projectsByWorkspaceKey(first: 10) { nodes { id: rowId title
      participantGroups: participantGroupsByProjectKey(first: 10, condition: { deletedAt: null }) { nodes {
        id: rowId name participantCount participants: membershipsByGroupKey(first: 10, ${now}) { nodes {
          participant: participantByParticipantKey { id: rowId participantId } } } } } } } } }`,
  group: `query ($id: UUID!) { participantGroup: participantGroupByRowId(rowId: $id) {
    id: rowId name participantCount description version lastChangeAt
    workspace: workspaceByWorkspaceKey { id: rowId title } } }`,
  page: `query ($id: UUID!, $after: Cursor) { participantGroup: participantGroupByRowId(rowId: $id) {
    participants: membershipsByGroupKey(first: 100, after: $after, ${now}) {
      nodes { participant: participantByParticipantKey { id: rowId participantId firstSeenAt } }
      pageInfo { hasNextPage endCursor } } } }`,
  list: `query ($id: UUID!) { workspace: workspaceByRowId(rowId: $id) {
    participantGroups: participantGroupsByWorkspaceKey(first: 20, condition: { deletedAt: null },
      orderBy: [LAST_CHANGE_AT_DESC, PRIMARY_KEY_ASC]) {
        totalCount nodes { id: rowId name participantCount lastChangeAt } } } }`,
  joined: `query ($id: UUID!, $participantId: String!) { workspace: workspaceByRowId(rowId: $id) {
    participant: participantsByWorkspaceKey(first: 1, condition: { participantId: $participantId }) { nodes { id: rowId
      participantGroups: membershipsByParticipantKey(first: 20, orderBy: GROUP_KEY_ASC, ${now}) { nodes {
        participantGroup: participantGroupByGroupKey { id: rowId name participantCount } } } } } } }`,
  /** Where a page at a depth begins: nobody reads nine thousand pages to get there. */
  depth: `query ($id: UUID!, $offset: Int!) { participantGroup: participantGroupByRowId(rowId: $id) {
    participants: membershipsByGroupKey(first: 1, offset: $offset, ${now}) { pageInfo { endCursor } } } }`,
} as const;
