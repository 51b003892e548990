import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, createLab, createPerson, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

describe('several mutations in one request', () => {
  it('each read the group as it is after themselves', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 2));
    const query = `mutation ($id: ID!) {
      a: addParticipantsToGroup(input: { participantGroupId: $id, participantIds: ["a", "b"] }) { ...Added }
      b: addParticipantsToGroup(input: { participantGroupId: $id, participantIds: ["b", "c"] }) { ...Added }
    }
    fragment Added on AddParticipantsToGroupPayload {
      addedCount
      participantGroup {
        participantCount version hasParticipant(participantId: "c") participants(last: 1) { nodes { participantId } }
      }
    }`;
    const { data } = await app.ask(lab.admin.token, query, { id });
    const group = { participantCount: 4, version: 2, hasParticipant: false };
    expect(data).toEqual({
      a: { addedCount: 2, participantGroup: { ...group, participants: { nodes: [{ participantId: 'b' }] } } },
      b: {
        addedCount: 1,
        participantGroup: {
          participantCount: 5,
          version: 3,
          hasParticipant: true,
          participants: { nodes: [{ participantId: 'c' }] },
        },
      },
    });
  });

  it('each read the name as it is after themselves', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId);
    const query = `mutation ($id: ID!) {
      a: updateParticipantGroup(input: { participantGroupId: $id, name: "First name" }) { ...Named }
      b: updateParticipantGroup(input: { participantGroupId: $id, name: "Second name" }) { ...Named }
    }
    fragment Named on UpdateParticipantGroupPayload { participantGroup { name revision } }`;
    const { data } = await app.ask(lab.admin.token, query, { id });
    expect(data).toEqual({
      a: { participantGroup: { name: 'First name', revision: 2 } },
      b: { participantGroup: { name: 'Second name', revision: 3 } },
    });
  });

  it('read what they made together in what they list', async () => {
    const query = `mutation ($id: ID!) {
      a: createProject(input: { workspaceId: $id, title: "P" }) { ...Listed }
      b: createProject(input: { workspaceId: $id, title: "Q" }) { ...Listed }
    }
    fragment Listed on CreateProjectPayload { project { workspace { projects { totalCount } } } }`;
    const { data } = await app.ask(lab.stranger.token, query, { id: lab.strangersWorkspaceId });
    const counted = (totalCount: number) => ({ project: { workspace: { projects: { totalCount } } } });
    expect(data).toEqual({ a: counted(1), b: counted(2) });
  });

  it('go on after one that is refused', async () => {
    const id = await createGroup(app, lab.admin.token, lab.workspaceId);
    const query = `mutation ($id: ID!) {
      a: addParticipantsToGroup(input: { participantGroupId: $id, participantIds: ["?"] }) { __typename }
      b: addParticipantsToGroup(input: { participantGroupId: $id, participantIds: ["x"] }) { __typename }
    }`;
    const { data } = await app.ask(lab.admin.token, query, { id });
    expect(data).toEqual({
      a: { __typename: 'InvalidParticipantIdsError' },
      b: { __typename: 'AddParticipantsToGroupPayload' },
    });
  });

  it('list a workspace that one of them made', async () => {
    const person = await createPerson(app);
    const query = `mutation {
      createWorkspace(input: { title: "New" }) { ... on CreateWorkspacePayload { workspace { viewerRole } } }
      other: createWorkspace(input: { title: "Newer" }) { ... on CreateWorkspacePayload { workspace { title } } }
    }`;
    const { data } = await app.ask(person.token, query);
    expect(data).toEqual({
      createWorkspace: { workspace: { viewerRole: 'ADMIN' } },
      other: { workspace: { title: 'Newer' } },
    });
  });
});
