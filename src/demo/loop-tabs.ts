import { encodeGlobalId } from '../global-id.ts';
import type { GraphiQLTab } from '../graphql/transport/graphiql.ts';
import { demoIds } from './people.ts';

const projectId = encodeGlobalId('Project', demoIds.memory);
const completersId = encodeGlobalId('ParticipantGroup', demoIds.group(7));
const failedId = encodeGlobalId('ParticipantGroup', demoIds.group(4));

/** Studies that fill groups, and groups that let people into studies. */
export const loopTabs: readonly GraphiQLTab[] = [
  {
    query: `# A group that fills by itself: whose code did each change.
query WhatTheCodesDid($participantGroupId: ID!) {
  participantGroup(id: $participantGroupId) {
    name
    participantCount
    changes(last: 5) {
      nodes {
        version
        occurredAt
        cause
        actor {
          name
        }
        added {
          nodes {
            participantId
          }
        }
        submission {
          enteredCode
          status
          study {
            name
          }
        }
      }
    }
  }
}
`,
    variables: { participantGroupId: completersId },
  },
  {
    query: `# Which studies fill a group, and with which kind of code.
query FeederStudies($participantGroupId: ID!) {
  participantGroup(id: $participantGroupId) {
    name
    participantCount
    feederStudies {
      edges {
        node {
          name
          status
        }
        completionCodes {
          codeType
          actionKind
        }
      }
    }
  }
}
`,
    variables: { participantGroupId: failedId },
  },
  {
    query: `# The loop: a wave lets a group in,
# and its codes fill the next.
# (Wave 1's completers were still listed by hand.)
query ThreeWaves($projectId: ID!) {
  project(id: $projectId) {
    studies {
      nodes {
        name
        status
        filters {
          __typename
          ... on ParticipantGroupAllowlist {
            participantGroups {
              name
            }
          }
          ... on ParticipantGroupBlocklist {
            participantGroups {
              name
            }
          }
        }
        eligibleParticipantCount
        placesTaken
        completionCodes {
          code
          actions {
            kind
            participantGroup {
              name
              participantCount
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
];
