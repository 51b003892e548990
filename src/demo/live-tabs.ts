import { encodeGlobalId } from '../global-id.ts';
import type { GraphiQLTab } from '../graphql/transport/graphiql.ts';
import { demoIds } from './people.ts';

const waveTwoId = encodeGlobalId('ParticipantGroup', demoIds.group(3));
const completersId = encodeGlobalId('ParticipantGroup', demoIds.group(7));
const studyId = encodeGlobalId('Study', demoIds.study(2));
const workspaceId = encodeGlobalId('Workspace', demoIds.workspace);

/** What happens, as it happens. */
export const liveTabs: readonly GraphiQLTab[] = [
  {
    query: `# Who joins and who leaves two groups. Run it, and edit from a second
# window of the browser: changing tabs here ends it.
subscription WatchGroups($ids: [ID!]!, $after: String) {
  membershipChanges(participantGroupIds: $ids, after: $after) {
    cursor
    change {
      version
      cause
      occurredAt
      participantGroup {
        name
        participantCount
      }
      added(first: 10) {
        nodes {
          participantId
        }
      }
      removed(first: 10) {
        nodes {
          participantId
        }
      }
    }
  }
}
`,
    variables: { ids: [waveTwoId, completersId], after: null },
  },
  {
    query: `# How many a study lets in, now and whenever that changes.
# To see it change, add 5f9e3779b100000000000001 to "Failed attention
# check" from a second window.
subscription WatchEligibility($studyId: ID!) {
  eligibilityChanges(studyId: $studyId) {
    eligibleParticipantCount
    becameEligibleCount
    becameIneligibleCount
    becameEligible {
      participantId
    }
    becameIneligible {
      participantId
    }
  }
}
`,
    variables: { studyId },
  },
  {
    query: `# Which groups and studies of a workspace have changed, as they are now.
# Nothing is shown until something changes.
subscription WatchWorkspace($workspaceId: ID!) {
  workspaceChanges(workspaceId: $workspaceId) {
    participantGroup {
      name
      participantCount
      version
    }
    study {
      name
      status
      placesTaken
    }
    deletedStudyId
  }
}
`,
    variables: { workspaceId },
  },
];
