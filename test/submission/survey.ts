import { connect } from 'node:net';
import { decodeGlobalId } from '../../src/global-id.ts';
import type { App } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, type Lab } from '../support/factories.ts';
import { createStudy, keyOf } from '../support/studies.ts';

/** A published study whose code `RIGHT` approves, adds to one group and takes out of another. */
export interface Survey {
  readonly lab: Lab;
  readonly studyId: string;
  readonly finishersId: string;
  readonly invitedId: string;
}

/** Makes a survey with so many places; `p0`, `p1`, … are invited. */
export async function createSurvey(app: App, places = 1_000): Promise<Survey> {
  const lab = await createLab(app);
  const { token } = lab.collaborator;
  const projectId = await createProject(app, token, lab.workspaceId);
  const invited = Array.from({ length: 10 }, (_, index) => `p${index}`);
  const finishersId = await createGroup(app, token, lab.workspaceId);
  const invitedId = await createGroup(app, token, lab.workspaceId, invited);
  const input = { totalAvailablePlaces: places };
  const studyId = await createStudy(app, token, projectId, input, 'publishStudy');
  const [workspace, study] = [
    await keyOf(app, 'workspace', lab.workspaceId),
    await keyOf(app, 'study', studyId),
  ];
  const [code] = await app.sql<{ key: number }>(
    `INSERT INTO completion_code (workspace_key, study_key, position, code, code_type)
      VALUES ($1, $2, 0, 'RIGHT', 'COMPLETED') RETURNING key`,
    [workspace, study],
  );
  await app.sql(
    `INSERT INTO completion_action (code_key, position, workspace_key, kind, group_key) VALUES
      ($1, 0, $2, 'AUTOMATICALLY_APPROVE', NULL), ($1, 1, $2, 'ADD_TO_PARTICIPANT_GROUP', $3),
      ($1, 2, $2, 'REMOVE_FROM_PARTICIPANT_GROUP', $4)`,
    [
      code?.key,
      workspace,
      await keyOf(app, 'participant_group', finishersId),
      await keyOf(app, 'participant_group', invitedId),
    ],
  );
  return { lab, studyId, finishersId, invitedId };
}

/** A participant's go at a survey. */
export interface Go {
  readonly submissionId: string;
  readonly completionUrl: string;
  /** What the link's `key` is. */
  readonly key: string;
}

/** Starts a submission over GraphQL. */
export async function startGo(app: App, { lab, studyId }: Survey, participantId: string): Promise<Go> {
  const { submission } = await mutate(app, lab.collaborator.token, 'startSubmission', {
    studyId,
    participantId,
  });
  const key = new URL(submission.completionUrl).searchParams.get('key') ?? '';
  return { submissionId: submission.id, completionUrl: submission.completionUrl, key };
}

/** The whole row of a submission. */
export async function rowOf({ sql }: App, { submissionId }: Go): Promise<Record<string, unknown>> {
  const [row] = await sql('SELECT * FROM submission WHERE id = $1', [decodeGlobalId(submissionId)?.key]);
  if (row === undefined) throw new Error(`There is no submission ${submissionId}`);
  return row;
}

/** What changed a group, oldest first. */
export async function changesOf(app: App, { lab }: Survey, groupId: string) {
  const { data } = await app.ask(
    lab.admin.token,
    `query ($id: ID!) { participantGroup(id: $id) { participants { nodes { participantId } } changes(first: 100) {
      nodes { version cause addedCount removedCount actor { name } submission { id } } } } }`,
    { id: groupId },
  );
  const { participants, changes } = data.participantGroup;
  return {
    members: participants.nodes.map(({ participantId }: { participantId: string }) => participantId).sort(),
    changes: changes.nodes.toSorted(
      (a: { version: number }, b: { version: number }) => a.version - b.version,
    ),
  };
}

/** An answer of the door. */
export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly page: string;
}

/** Follows the link with a query, `key=…&cc=…` say, as a browser does. */
export async function follow(app: App, query: string, init: RequestInit = {}): Promise<Shown> {
  const response = await fetch(new URL(`/submissions/complete?${query}`, app.url), init);
  return { status: response.status, headers: response.headers, page: await response.text() };
}

/** The same with bytes that no browser sends; `more` comes after the head. */
export async function followRaw(app: App, head: string, more: Buffer = Buffer.alloc(0)): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  let text = '';
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      text += chunk;
    });
  socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), more]));
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

/** The title of a page. */
export function titleOf({ page }: Pick<Shown, 'page'>): string {
  return /<title>(.*)<\/title>/.exec(page)?.[1] ?? '';
}
