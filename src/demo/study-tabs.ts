import { encodeGlobalId } from '../global-id.ts';
import type { GraphiQLTab } from '../graphql/transport/graphiql.ts';
import { demoIds, demoParticipantId } from './people.ts';

const workspaceId = encodeGlobalId('Workspace', demoIds.workspace);
const projectId = encodeGlobalId('Project', demoIds.memory);
const waveTwo = encodeGlobalId('Study', demoIds.study(2));
const draft = encodeGlobalId('Study', demoIds.study(3));
const groupId = (number: number) => encodeGlobalId('ParticipantGroup', demoIds.group(number));

/** Studies, and who may take them. */
export const studyTabs: readonly GraphiQLTab[] = [
  {
    query: `# Why may this person not take the study?
# Put them into a group of the allowlist, and ask again.
query WhyNotEligible($studyId: ID!, $participantId: String!) {
  study(id: $studyId) {
    name
    status
    eligibleParticipantCount
    eligibility(participantId: $participantId) {
      isEligible
      reasons {
        rule
        path
        message
        participantGroups {
          name
        }
      }
      matchedParticipantGroups {
        name
      }
    }
  }
}
`,
    variables: { studyId: waveTwo, participantId: demoParticipantId(26) },
  },
  {
    query: `# What would these filters leave, and which costs most?
query PreviewFilters($workspaceId: ID!, $filters: [StudyFilterInput!]!) {
  workspace(id: $workspaceId) {
    eligibilityPreview(filters: $filters) {
      participantCount
      perFilter {
        index
        participantCount
      }
      participants(first: 3) {
        nodes {
          participantId
        }
      }
    }
  }
}
`,
    variables: {
      workspaceId,
      filters: [
        { participantGroupAllowlist: { participantGroupIds: [groupId(2)] } },
        { participantGroupBlocklist: { participantGroupIds: [groupId(4), groupId(5)] } },
      ],
    },
  },
  {
    query: `# Wave 3, for those whom wave 2's codes put into a group.
# Its own codes say what happens at its end.
mutation CreateStudy($input: CreateStudyInput!) {
  createStudy(input: $input) {
    __typename
    ... on CreateStudyPayload {
      study {
        id
        name
        status
        eligibleParticipantCount
        completionCodes {
          code
          actions {
            kind
            participantGroup {
              name
            }
          }
        }
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
        projectId,
        name: 'Memory, wave 3',
        totalAvailablePlaces: 100,
        filters: [
          { participantGroupAllowlist: { participantGroupIds: [groupId(7)] } },
          { participantGroupBlocklist: { participantGroupIds: [groupId(4)] } },
        ],
        completionCodes: [
          {
            code: 'DONE',
            codeType: 'COMPLETED',
            actions: [
              { kind: 'AUTOMATICALLY_APPROVE' },
              { kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: groupId(6) },
            ],
          },
          {
            code: 'FAILED',
            codeType: 'FAILED_ATTENTION_CHECK',
            actions: [{ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: groupId(4) }],
          },
        ],
      },
    },
  },
  {
    query: `# Publishes a draft.
# Run it twice: the second answer names the moves that are left.
mutation PublishStudy($input: PublishStudyInput!) {
  publishStudy(input: $input) {
    __typename
    ... on PublishStudyPayload {
      study {
        name
        status
        publishedAt
      }
    }
    ... on InvalidStudyStateError {
      current
      allowed
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: { input: { studyId: draft } },
  },
];
