import { encodeGlobalId } from '../global-id.ts';
import type { GraphiQLTab } from '../graphql/transport/graphiql.ts';
import { demoIds, demoParticipantId } from './people.ts';

const workspaceId = encodeGlobalId('Workspace', demoIds.workspace);
const projectId = encodeGlobalId('Project', demoIds.memory);
const panelId = encodeGlobalId('ParticipantGroup', demoIds.group(6));
const completersId = encodeGlobalId('ParticipantGroup', demoIds.group(2));
const waveTwoId = encodeGlobalId('ParticipantGroup', demoIds.group(3));

/** Groups and their members. */
export const groupTabs: readonly GraphiQLTab[] = [
  {
    query: `# Rollcall: the groups of a project, and who is in them.
query ListMembers($projectId: ID!) {
  project(id: $projectId) {
    title
    participantGroups(first: 10, orderBy: { field: NAME }) {
      totalCount
      nodes {
        id
        name
        participantCount
        participants(first: 3) {
          edges {
            joinedAt
            node {
              participantId
            }
          }
        }
      }
    }
  }
}
`,
    variables: { projectId },
  },
  {
    query: `# A new group. Run it twice: the second answer names the group that has the name.
mutation CreateGroup($input: CreateParticipantGroupInput!) {
  createParticipantGroup(input: $input) {
    __typename
    ... on CreateParticipantGroupPayload {
      addedCount
      participantGroup {
        id
        name
        participantCount
      }
    }
    ... on NameTakenError {
      message
      participantGroup {
        id
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: {
      input: {
        scope: { workspaceId },
        name: 'My first group',
        participantIds: [demoParticipantId(1), demoParticipantId(2)],
        note: 'Trying it out',
      },
    },
  },
  {
    query: `# Adds participants. Who is a member already stays as they are; run it twice and see the numbers.
mutation AddParticipants($input: AddParticipantsToGroupInput!) {
  addParticipantsToGroup(input: $input) {
    __typename
    ... on AddParticipantsToGroupPayload {
      addedCount
      alreadyMemberCount
      participantGroup {
        name
        participantCount
        version
      }
      change {
        version
        occurredAt
      }
    }
    ... on InvalidParticipantIdsError {
      invalid {
        index
        participantId
        message
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: {
      input: {
        participantGroupId: panelId,
        participantIds: [demoParticipantId(1), demoParticipantId(2), demoParticipantId(4)],
        note: 'Asked to be told',
      },
    },
  },
  {
    query: `# What happened to a group: who came and went, when, why and by whom.
query History($participantGroupId: ID!) {
  participantGroup(id: $participantGroupId) {
    name
    version
    changes(last: 10) {
      nodes {
        version
        occurredAt
        cause
        note
        actor {
          name
        }
        addedCount
        removedCount
        participantCount
        removed(first: 3) {
          nodes {
            participantId
          }
        }
      }
    }
    before: participants(asOfVersion: 1) {
      totalCount
    }
  }
}
`,
    variables: { participantGroupId: waveTwoId },
  },
  {
    query: `# Why is this person here, and were they always?
query WhyIsThisPersonHere($workspaceId: ID!, $participantId: String!, $participantGroupId: ID!) {
  workspace(id: $workspaceId) {
    participant(participantId: $participantId) {
      participantId
      firstSeenAt
      participantGroups {
        edges {
          joinedAt
          node {
            name
          }
          change {
            cause
            note
            actor {
              name
            }
          }
        }
      }
      membershipHistory(participantGroupId: $participantGroupId) {
        joined {
          version
          occurredAt
          note
        }
        left {
          version
          occurredAt
          note
        }
      }
    }
  }
}
`,
    variables: { workspaceId, participantId: demoParticipantId(26), participantGroupId: completersId },
  },
];
