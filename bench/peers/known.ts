import type { Client } from 'pg';
import { encodeGlobalId } from '../../src/global-id.ts';

/** What is there to ask about, by the ids in the tables. */
export interface Known {
  readonly userId: string;
  readonly workspaces: readonly string[];
  readonly groups: readonly string[];
  /** The group of everybody. */
  readonly everyone: { readonly id: string; readonly key: number; readonly firstParticipant: number };
  readonly people: readonly { readonly id: string; readonly participantId: string }[];
  readonly studyId: string;
  /** Participant IDs to ask the study about, by the hundred. */
  readonly hundreds: readonly (readonly string[])[];
  readonly edited: readonly string[];
  /** 2,000 participant IDs that the workspace of edits has seen. */
  readonly seen: readonly string[];
}

type Ask = (
  query: string,
  variables: unknown,
) => Promise<Record<string, Record<string, Record<string, string>>>>;

/** Lets the admin into every workspace, makes a study through the gateway, and picks whom and what to ask about. */
export async function prepare(client: Client, ask: Ask): Promise<Known> {
  const column = async (text: string) =>
    (await client.query({ text, rowMode: 'array' })).rows.map(([value]) => value);
  await client.query(
    `INSERT INTO workspace_member (user_id, workspace_key, role)
     SELECT app_user.id, workspace.key, 'ADMIN' FROM app_user, workspace ON CONFLICT DO NOTHING`,
  );
  const [userId] = await column('SELECT id FROM app_user');
  const inFirst = `workspace_key = (SELECT min(key) FROM workspace WHERE title = 'Workspace 1')`;
  const groups = await column(
    `SELECT id FROM participant_group WHERE version = 2 ORDER BY hashint4(key) LIMIT 200`,
  );
  const filtering = await column(
    `SELECT id FROM participant_group WHERE version = 2 AND ${inFirst} ORDER BY key LIMIT 4`,
  );
  const [projectId] = await column(`SELECT id FROM project WHERE ${inFirst} ORDER BY key`);
  const asked = await column(
    `SELECT participant_id FROM participant WHERE ${inFirst} ORDER BY hashint4(key) LIMIT 2000`,
  );
  const people = await client.query(
    `SELECT workspace.id, participant_id AS "participantId" FROM participant JOIN workspace ON workspace.key = workspace_key
     WHERE title LIKE 'Workspace %' ORDER BY hashint4(participant.key) LIMIT 200`,
  );
  const everyone = await client.query(
    `SELECT id, key, (SELECT min(participant_key) FROM membership WHERE group_key = key AND joined_version = 1) AS "firstParticipant"
     FROM participant_group WHERE name = 'Everyone'`,
  );
  return {
    userId,
    workspaces: await column(`SELECT id FROM workspace WHERE title LIKE 'Workspace %' ORDER BY key`),
    groups,
    everyone: everyone.rows[0],
    people: people.rows,
    studyId: await makeStudy(client, ask, projectId, filtering),
    hundreds: Array.from({ length: asked.length / 100 }, (_, n) => asked.slice(n * 100, n * 100 + 100)),
    edited: await column(`SELECT id FROM participant_group WHERE name LIKE 'Edited %' ORDER BY key`),
    seen: await column(
      `SELECT participant_id FROM participant WHERE workspace_key = (SELECT key FROM workspace WHERE title = 'Edits')
       ORDER BY key LIMIT 2000`,
    ),
  };
}

/** Three groups are let in, and whoever is in a fourth is not. */
async function makeStudy(
  client: Client,
  ask: Ask,
  projectId: string,
  groups: readonly string[],
): Promise<string> {
  const ids = groups.map((id) => encodeGlobalId('ParticipantGroup', id));
  const filters = [
    { participantGroupAllowlist: { participantGroupIds: ids.slice(0, 3) } },
    { participantGroupBlocklist: { participantGroupIds: ids.slice(3) } },
  ];
  const input = {
    projectId: encodeGlobalId('Project', projectId),
    name: 'Bench',
    totalAvailablePlaces: 100,
    filters,
  };
  const made = await ask(
    `mutation ($input: CreateStudyInput!) { createStudy(input: $input) { ... on CreateStudyPayload { study { id } } } }`,
    { input },
  );
  await ask(`mutation ($input: PublishStudyInput!) { publishStudy(input: $input) { __typename } }`, {
    input: { studyId: made.createStudy?.study?.id },
  });
  const { rows } = await client.query(`SELECT id FROM study WHERE status = 'ACTIVE'`);
  if (rows.length !== 1) throw new Error('There is no study');
  return rows[0].id;
}
