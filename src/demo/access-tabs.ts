import { encodeGlobalId } from '../global-id.ts';
import type { GraphiQLTab } from '../graphql/transport/graphiql.ts';
import { demoIds } from './people.ts';

const workspaceId = encodeGlobalId('Workspace', demoIds.workspace);

/** People, tokens, and who did what. */
export const accessTabs: readonly GraphiQLTab[] = [
  {
    query: `# Invites a colleague: hand the secret on.
# They call redeemInvitation, with a token of theirs or none.
mutation InviteColleague($input: AddWorkspaceMemberInput!) {
  addWorkspaceMember(input: $input) {
    __typename
    ... on AddWorkspaceMemberPayload {
      invitationSecret
      invitation {
        email
        role
        expiresAt
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: { input: { workspaceId, email: 'grace@lab.example', role: 'COLLABORATOR' } },
  },
  {
    query: `# A token for a script that only reads, and only here.
# The secret is shown this once.
mutation CreateToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    __typename
    ... on CreateApiTokenPayload {
      token
      apiToken {
        id
        name
        prefix
        readOnly
        workspace {
          title
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
    variables: { input: { name: 'Nightly export', workspaceId, readOnly: true } },
  },
  {
    query: `# Who belongs to the workspace, which tokens act in it,
# and who changed what.
query WhoDidWhat($workspaceId: ID!) {
  workspace(id: $workspaceId) {
    members {
      edges {
        role
        email
        node {
          id
          name
        }
      }
    }
    apiTokens {
      nodes {
        name
        lastUsedAt
        user {
          name
        }
      }
    }
    auditLog(first: 10) {
      nodes {
        occurredAt
        action
        subjectName
        actor {
          name
        }
        changes {
          field
          from
          to
        }
      }
    }
  }
}
`,
    variables: { workspaceId },
  },
];
