import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import type { Role } from '../errors.ts';
import type { Viewer } from './viewer.ts';

interface StandingRow {
  readonly position: number;
  readonly email: string;
  readonly isReadOnly: boolean;
  readonly narrowedTo: number | null;
  readonly roles: [number, Role][] | null;
}

/**
 * Looks at viewers anew, each once whoever asks: their roles as they are committed now, or null where their token is good
 * no longer. Viewers who came with one token are answered with one and the same viewer.
 */
export type LookAgain = (viewers: Iterable<Viewer>) => Promise<ReadonlyMap<Viewer, Viewer | null>>;

type Standings = Promise<ReadonlyMap<string, Viewer>>;

/**
 * Makes a look at viewers that is one statement for all who are to be looked at at the same moment, and one row for all
 * who came with one token. Nothing is remembered: each look is at what is committed after it was asked for.
 */
export function lookingAgain(reader: Reader): LookAgain {
  let gathering: { readonly viewers: Map<string, Viewer>; readonly standings: Standings } | null = null;
  const gather = () => {
    const viewers = new Map<string, Viewer>();
    const standings = new Promise((resolve) => setImmediate(resolve)).then(() => {
      gathering = null;
      return readStandings(reader, viewers);
    });
    return { viewers, standings };
  };
  return async (asked) => {
    gathering ??= gather();
    const { viewers, standings } = gathering;
    const identities = new Map([...asked].map((viewer) => [viewer, identityOf(viewer)]));
    for (const [viewer, identity] of identities) viewers.set(identity, viewer);
    const found = await standings;
    return new Map([...identities].map(([viewer, identity]) => [viewer, found.get(identity) ?? null]));
  };
}

async function readStandings(reader: Reader, viewers: ReadonlyMap<string, Viewer>): Standings {
  const asked = [...viewers];
  const rows = await reader.rows<StandingRow>(statementFor([...viewers.values()]));
  return new Map(
    rows.flatMap(({ position, roles, ...standing }) => {
      const [identity, viewer] = asked[position - 1] ?? [];
      if (identity === undefined || viewer === undefined) return [];
      return [[identity, { ...viewer, ...standing, roles: new Map(roles ?? []) }]];
    }),
  );
}

function statementFor(viewers: readonly Viewer[]) {
  return sql`
    SELECT asked.position::int, app_user.email, coalesce(token.read_only, false) AS "isReadOnly",
      token.workspace_key AS "narrowedTo",
      (SELECT json_agg(json_build_array(member.workspace_key, member.role)) FROM workspace_member AS member
        WHERE member.user_id = asked.user_id AND member.removed_at IS NULL
          AND member.workspace_key = coalesce(token.workspace_key, member.workspace_key)) AS roles
    FROM unnest(${viewers.map(({ userId }) => userId)}::uuid[], ${viewers.map(({ tokenId }) => tokenId)}::uuid[],
        ${viewers.map(({ expiresAt }) => expiresAt?.toISOString() ?? null)}::timestamptz[])
      WITH ORDINALITY AS asked(user_id, token_id, expires_at, position)
    JOIN app_user ON app_user.id = asked.user_id
    LEFT JOIN api_token AS token ON token.id = asked.token_id AND token.revoked_at IS NULL
    WHERE (asked.token_id IS NULL OR token.id IS NOT NULL)
      AND (asked.expires_at IS NULL OR asked.expires_at > clock_timestamp())`;
}

function identityOf({ userId, tokenId, expiresAt }: Viewer): string {
  return `${userId} ${tokenId} ${expiresAt?.getTime()}`;
}
