import { randomUUID } from 'node:crypto';
import { createUser, ensureToken } from '../../src/access/first-admin.ts';
import { newTokenSecret } from '../../src/access/rules.ts';
import { inModelTransaction } from '../../src/database/transaction.ts';
import type { Role } from '../../src/errors.ts';
import { decodeGlobalId, encodeGlobalId } from '../../src/global-id.ts';
import type { App } from './app.ts';

/** A user with a token. */
export interface Person {
  readonly userId: string;
  readonly token: string;
}

/** Makes a user with a token that has all of their rights. */
export async function createPerson({ database }: App, name = 'Somebody'): Promise<Person> {
  return inModelTransaction(database, async (transaction) => {
    const userId = await createUser(transaction, { name, email: `${randomUUID()}@lab.example` });
    const token = newTokenSecret();
    await ensureToken(transaction, userId, 'Test', token);
    return { userId, token };
  });
}

/** A workspace with a person of every role, and a stranger who has a workspace of their own. */
export interface Lab {
  readonly workspaceId: string;
  readonly admin: Person;
  readonly collaborator: Person;
  readonly viewer: Person;
  readonly stranger: Person;
  readonly strangersWorkspaceId: string;
}

/** Makes a lab. IDs are `OPAQUE` unless told otherwise, so that tests can name people. */
export async function createLab(app: App, format: 'OPAQUE' | 'PROLIFIC' = 'OPAQUE'): Promise<Lab> {
  const [admin, collaborator, viewer, stranger] = await Promise.all([
    createPerson(app, 'Ada Admin'),
    createPerson(app, 'Cleo Collaborator'),
    createPerson(app, 'Vera Viewer'),
    createPerson(app, 'Sam Stranger'),
  ]);
  const workspaceId = await createWorkspace(app, admin, format);
  await addMember(app, workspaceId, collaborator, 'COLLABORATOR');
  await addMember(app, workspaceId, viewer, 'VIEWER');
  const strangersWorkspaceId = await createWorkspace(app, stranger, format);
  return { workspaceId, admin, collaborator, viewer, stranger, strangersWorkspaceId };
}

/** Makes a workspace over GraphQL; returns its global id. */
export async function createWorkspace(
  app: App,
  admin: Person,
  format: 'OPAQUE' | 'PROLIFIC' = 'OPAQUE',
): Promise<string> {
  const { data } = await app.ask(
    admin.token,
    `mutation ($input: CreateWorkspaceInput!) {
      createWorkspace(input: $input) { ... on CreateWorkspacePayload { workspace { id } } ... on Error { message } }
    }`,
    { input: { title: 'Lab', participantIdFormat: format } },
  );
  return data.createWorkspace.workspace.id;
}

/** Gives a person a role in a workspace. */
export async function addMember(
  { database }: App,
  workspaceId: string,
  person: Person,
  role: Role,
): Promise<void> {
  const workspace = await database.prisma.workspace.findUniqueOrThrow({
    where: { id: decodeGlobalId(workspaceId)?.key ?? '' },
  });
  await database.prisma.workspaceMember.create({
    data: { workspaceKey: workspace.key, userId: person.userId, role },
  });
}

/** Makes a project over GraphQL; returns its global id. */
export async function createProject(
  app: App,
  token: string,
  workspaceId: string,
  title = 'Project',
): Promise<string> {
  const { data } = await app.ask(
    token,
    `mutation ($input: CreateProjectInput!) {
      createProject(input: $input) { ... on CreateProjectPayload { project { id } } ... on Error { message } }
    }`,
    { input: { workspaceId, title } },
  );
  return data.createProject.project.id;
}

/** Makes a group over GraphQL, with members if any are named; returns its global id. */
export async function createGroup(
  app: App,
  token: string,
  workspaceId: string,
  participantIds: readonly string[] = [],
  name = `Group ${randomUUID()}`,
): Promise<string> {
  const { data } = await app.ask(
    token,
    `mutation ($input: CreateParticipantGroupInput!) {
      createParticipantGroup(input: $input) {
        ... on CreateParticipantGroupPayload { participantGroup { id } } ... on Error { message }
      }
    }`,
    { input: { scope: { workspaceId }, name, participantIds } },
  );
  return data.createParticipantGroup.participantGroup.id;
}

/** The global id of a well-formed UUID that was never given out. */
export function unknownId(type: string): string {
  return encodeGlobalId(type, randomUUID());
}

/** `p0`, `p1`, … : participant IDs of an `OPAQUE` workspace. */
export function people(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `p${from + index}`);
}
