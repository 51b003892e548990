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
    query: `# Who joins and who leaves two groups. Run it, then CompleteSubmission in another tab, and look again.
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
    query: `# Which groups and studies of a workspace have changed, in their newest state.
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
  }
}
`,
    variables: { workspaceId },
  },
];
