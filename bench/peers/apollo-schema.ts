/** As much of the gateway's schema as the bench asks for, so that both take the same documents. */
export const typeDefs = `
  scalar DateTime
  enum DeletedFilter { EXCLUDE }
  enum OrderField { LAST_CHANGE_AT }
  enum Direction { DESC }
  input GroupFilter { deleted: DeletedFilter, search: String }
  input GroupOrder { field: OrderField!, direction: Direction! }
  type Query {
    workspace(id: ID!): Workspace
    participantGroup(id: ID!): ParticipantGroup
  }
  type Workspace {
    id: ID!
    title: String!
    projects(first: Int = 20): ProjectConnection!
    participant(participantId: String!): Participant
    participantGroups(first: Int = 20, filter: GroupFilter, orderBy: GroupOrder!): ListedGroups!
  }
  type ProjectConnection { nodes: [Project!]! }
  type Project {
    id: ID!
    title: String!
    participantGroups(first: Int = 20): GroupConnection!
  }
  type GroupConnection { nodes: [ParticipantGroup!]! }
  type ListedGroups { totalCount: Int!, nodes: [ParticipantGroup!]! }
  type ParticipantGroup {
    id: ID!
    name: String!
    description: String
    participantCount: Int!
    version: Int!
    lastChangeAt: DateTime
    workspace: Workspace!
    participants(first: Int = 20, after: String): ParticipantConnection!
  }
  type ParticipantConnection { nodes: [Participant!]!, pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type Participant {
    id: ID!
    participantId: String!
    firstSeenAt: DateTime!
    participantGroups(first: Int = 20): GroupConnection!
  }
`;
