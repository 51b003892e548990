import { encodeGlobalId } from '../global-id.ts';
import type { GraphiQLTab } from '../graphql/transport/graphiql.ts';
import { demoIds, demoParticipantId } from './people.ts';

const studyId = encodeGlobalId('Study', demoIds.study(2));
const submissionId = (number: number) => encodeGlobalId('Submission', demoIds.submission(number));

/** A participant's go at a study, from its start to its review. */
export const submissionTabs: readonly GraphiQLTab[] = [
  {
    query: `# Somebody of wave 1 begins with wave 2.
# Run it twice: nobody has two goes,
# and the second answer names the first.
mutation StartSubmission($input: StartSubmissionInput!) {
  startSubmission(input: $input) {
    __typename
    ... on StartSubmissionPayload {
      submission {
        id
        status
        expiresAt
        completionUrl
      }
    }
    ... on AlreadySubmittedError {
      submission {
        id
        status
      }
    }
    ... on NotEligibleError {
      eligibility {
        reasons {
          message
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
    variables: { input: { studyId, participantId: demoParticipantId(40) } },
  },
  {
    query: `# Hands in the code of who is done: approved, and in the group.
# Run it twice: nothing happens, and the versions stay.
mutation CompleteSubmission($input: CompleteSubmissionInput!) {
  completeSubmission(input: $input) {
    __typename
    ... on CompleteSubmissionPayload {
      submission {
        status
        codeMatched
      }
      membershipChanges {
        version
        addedCount
        removedCount
        participantGroup {
          name
          version
          participantCount
        }
      }
    }
    ... on InvalidSubmissionStateError {
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
    variables: { input: { submissionId: submissionId(20), code: 'DONE' } },
  },
  {
    query: `# Whose code is to be looked at: it is wrong, or asks for review,
# or for a return.
query ListForReview($studyId: ID!) {
  study(id: $studyId) {
    name
    submissions(status: [AWAITING_REVIEW]) {
      totalCount
      nodes {
        id
        participant {
          participantId
        }
        completedAt
        enteredCode
        codeMatched
        returnRequested
      }
    }
  }
}
`,
    variables: { studyId },
  },
  {
    query: `# Approves two together: both or neither.
# Run it twice: the second answer says of each why not.
mutation ApproveSeveral($input: ApproveSubmissionsInput!) {
  approveSubmissions(input: $input) {
    __typename
    ... on ApproveSubmissionsPayload {
      submissions {
        status
        participant {
          participantId
        }
      }
    }
    ... on InvalidSubmissionsError {
      issues {
        index
        error {
          message
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
    variables: { input: { submissionIds: [submissionId(13), submissionId(14)] } },
  },
  {
    query: `# How far is wave 2?
query CountSubmissions($studyId: ID!) {
  study(id: $studyId) {
    name
    totalAvailablePlaces
    placesTaken
    submissionCounts {
      status
      count
    }
  }
}
`,
    variables: { studyId },
  },
];
