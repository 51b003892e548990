import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

const create = `mutation ($input: CreateParticipantGroupInput!) {
  createParticipantGroup(input: $input) {
    __typename
    ... on CreateParticipantGroupPayload {
      participantGroup { id name description participantCount version revision isUniversalBlocklist isDeleted }
      addedCount skippedCount skipped { index participantId } change { version cause note }
    }
    ... on NameTakenError { participantGroup { id } }
    ... on InvalidInputError { issues { path message } }
    ... on ForbiddenError { requiredRole }
    ... on Error { code message }
  }
}`;

describe('creating a group', () => {
  it('answers with the group, its first members and the change that brought them', async () => {
    const input = {
      scope: { workspaceId: lab.workspaceId },
      name: '  Completers ',
      description: 'Wave 1',
      participantIds: ['a', ' b ', 'a'],
      note: 'By hand',
    };
    const { data } = await app.ask(lab.collaborator.token, create, { input });
    expect(data.createParticipantGroup).toMatchObject({
      __typename: 'CreateParticipantGroupPayload',
      participantGroup: {
        name: 'Completers',
        description: 'Wave 1',
        participantCount: 2,
        version: 1,
        revision: 1,
      },
      addedCount: 2,
      skippedCount: 0,
      change: { version: 1, cause: 'MANUAL', note: 'By hand' },
    });
  });

  it('refuses a name that a live group has, regardless of case, and names that group', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 1), 'Étude');
    const input = { scope: { workspaceId: lab.workspaceId }, name: 'ÉTUDE' };
    const { data } = await app.ask(lab.collaborator.token, create, { input });
    expect(data.createParticipantGroup).toMatchObject({
      __typename: 'NameTakenError',
      participantGroup: { id },
    });
  });
});
