import { Bitmap } from '../bitmap/bitmap.ts';
import type { Pinned } from '../bitmap/cache.ts';
import { join, type Sql, sql } from '../database/sql.ts';
import { leafKeys } from './leaf-loaders.ts';
import type { Leaf } from './set-rules.ts';

/** A row of the statement that reads sets: all of one, or what has come and gone since the pin that was known. */
export interface SetRow {
  readonly kind: 'CURRENT' | 'GROUP' | 'EVERYBODY' | 'ERASED' | 'LEAF';
  /** Of a group or a workspace, or a leaf's position. */
  readonly key: number;
  /** What the set is as of; null for one that is not cached. */
  readonly pin: string | null;
  /** Of a group, whether it is a universal blocklist; of `CURRENT`, whether the filters decide still. */
  readonly blocks: boolean;
  readonly isWhole: boolean;
  readonly came: Buffer | null;
  readonly went: Buffer | null;
}

export interface AskedSets {
  readonly workspaceKey: number;
  readonly isCurrent: Sql;
  readonly stamp: Sql;
  readonly groupKeys: readonly number[];
  readonly others: readonly Leaf[];
  readonly isOpen: boolean;
}

/** A group is read anew where edits since the known version have moved as many as a quarter of its members … */
const partsThatMove = 4;
/** … if it has more than these, and where there were more edits than that. */
const fewMembers = 4_000;
const mostEdits = 1_000;

/**
 * What a row's set is called in the cache. `BLOCKLISTS` are the keys of a workspace's universal ones, `STUDY` those of the
 * groups that decide about a study: as they were when last seen, to know what to ask for.
 */
export function nameOf(kind: SetRow['kind'] | 'BLOCKLISTS' | 'STUDY', key: number): string {
  return `${kind} ${key}`;
}

/**
 * The statement that reads sets, of which some are known as of their pins. One row, `CURRENT`, says whether the filters
 * decide still, and the stamp that was asked for.
 */
export function setRows(asked: AskedSets, known: ReadonlyMap<string, Pinned>): Sql {
  const { workspaceKey, isCurrent, stamp, groupKeys, others, isOpen } = asked;
  const everybody = known.get(nameOf('EVERYBODY', workspaceKey));
  return join(
    [
      sql`SELECT 'CURRENT' AS kind, 0 AS key, ${stamp} AS pin, ${isCurrent} AS blocks, false AS "isWhole",
        NULL::bytea AS came, NULL::bytea AS went`,
      groupRows(workspaceKey, groupKeys, known),
      uncachedRow(
        'ERASED',
        workspaceKey,
        sql`SELECT participant.key FROM participant
        WHERE participant.workspace_key = ${workspaceKey}::int AND participant.erased_at IS NOT NULL`,
      ),
      ...(isOpen ? [everybodyRow(workspaceKey, everybody)] : []),
      ...others.map((leaf, index) => uncachedRow('LEAF', index, leafKeys(workspaceKey, leaf))),
    ],
    ' UNION ALL ',
  );
}

/** The set that a row speaks of, as of the row's statement. */
export function apply({ isWhole, pin, ...row }: SetRow, known: Pinned | undefined): Pinned {
  const came = Bitmap.of(readKeys(row.came));
  if (isWhole) return { keys: came, pin: pin ?? '' };
  if (known === undefined) throw new Error('What has changed is of no use without what it was before');
  // The same pin does not say that nobody came: the oldest transaction may be under way for long.
  if (row.came === null && row.went === null) return { keys: known.keys, pin: pin ?? '' };
  // Who went may have come back since, and is among who came then.
  const rest = known.keys.andNot(Bitmap.of(readKeys(row.went)));
  return { keys: came.count === 0 ? rest : Bitmap.union([rest, came]), pin: pin ?? '' };
}

/** Keys as bytes: as text, or a row each, the process takes twice as long to read them. */
function asBytes(keys: Sql): Sql {
  return sql`(SELECT string_agg(int4send(listed.key), '') FROM (${keys}) AS listed(key))`;
}

function readKeys(bytes: Buffer | null): Int32Array {
  // Copied: a buffer may begin anywhere, and numbers of 32 bits may not.
  return bytes === null ? new Int32Array() : new Int32Array(new Uint8Array(bytes.swap32()).buffer);
}

function uncachedRow(kind: 'ERASED' | 'LEAF', key: number, keys: Sql): Sql {
  return sql`SELECT ${kind}::text, ${key}::int, NULL, false, true, ${asBytes(keys)}, NULL`;
}

/**
 * The groups and the workspace's universal blocklists. An edit moves the version and writes the rows that bear it in one
 * transaction, under the lock on the group: who sees a version sees the rows of all versions up to it and of none after
 * it, and what has changed since version n is what bears a later one. Keys and versions come as JSON, of which the planner
 * guesses the same number of rows whatever it holds: it makes one plan, and keeps it.
 */
function groupRows(
  workspaceKey: number,
  groupKeys: readonly number[],
  known: ReadonlyMap<string, Pinned>,
): Sql {
  const named = groupKeys.map((key) => ({ key, named: true }));
  const others = [...known.keys()]
    .filter((name) => name.startsWith('GROUP '))
    .map((name) => ({ key: Number(name.slice('GROUP '.length)), named: false }))
    .filter(({ key }) => !groupKeys.includes(key));
  const asked = [...named, ...others].map((each) => {
    const version = known.get(nameOf('GROUP', each.key))?.pin ?? null;
    return { ...each, version: version === null ? null : Number(version) };
  });
  return sql`SELECT 'GROUP', wanted.key, wanted.version::text, wanted.blocks, state.is_whole,
      CASE WHEN state.is_whole THEN ${asBytes(sql`${members} AND membership.left_version IS NULL`)}
        WHEN wanted.version > wanted.known THEN ${asBytes(sql`${members} AND membership.left_version IS NULL
          AND membership.joined_version > wanted.known`)} END,
      CASE WHEN wanted.version > wanted.known AND NOT state.is_whole
        THEN ${asBytes(sql`${members} AND membership.left_version > wanted.known`)} END
    FROM ${wantedGroups(workspaceKey, JSON.stringify(asked))} AS wanted
    CROSS JOIN LATERAL (SELECT CASE WHEN wanted.known = wanted.version THEN false
      WHEN wanted.known < wanted.version AND wanted.version - wanted.known <= ${mostEdits}::int
        THEN ${moved} * ${partsThatMove}::int > greatest(wanted.participant_count, ${fewMembers}::int)
      ELSE true END AS is_whole OFFSET 0) AS state`;
}

function wantedGroups(workspaceKey: number, asked: string): Sql {
  const blocks = sql`is_universal_blocklist AND deleted_at IS NULL`;
  return sql`(SELECT found.*, asked.version AS known
      FROM json_to_recordset(${asked}::json) AS asked(key int, version int, named bool) CROSS JOIN LATERAL (
        SELECT key, version, participant_count, ${blocks} AS blocks FROM participant_group
        WHERE key = asked.key AND workspace_key = ${workspaceKey}::int OFFSET 0) AS found
      WHERE asked.named OR found.blocks
    UNION ALL SELECT key, version, participant_count, true, NULL FROM participant_group
      WHERE workspace_key = ${workspaceKey}::int AND ${blocks} AND key NOT IN
        (SELECT asked.key FROM json_to_recordset(${asked}::json) AS asked(key int)))`;
}

const members = sql`SELECT membership.participant_key FROM membership WHERE membership.group_key = wanted.key`;

const moved = sql`(SELECT coalesce(sum(change.added_count + change.removed_count), 0) FROM membership_change AS change
  WHERE change.group_key = wanted.key AND change.version > wanted.known)`;

/**
 * Everybody whom the workspace knows, or who has come to it since the pin: the oldest transaction that was under way
 * then. Whoever was not to be seen was brought by that one or a later one, whatever their key; some who were are read
 * again, which does no harm. Who was brought by a transaction yet to come has been restored from another server. A pin
 * that is itself yet to come is of a server that has lost transactions since, and numbers others like them: then
 * everybody is read anew.
 */
function everybodyRow(workspaceKey: number, known: Pinned | undefined): Sql {
  const oldest = sql`pg_snapshot_xmin(pg_current_snapshot())`;
  const all = sql`SELECT participant.key FROM participant WHERE participant.workspace_key = ${workspaceKey}::int`;
  const row = (isWhole: Sql, keys: Sql) =>
    sql`SELECT 'EVERYBODY', ${workspaceKey}::int, ${oldest}::text, false, ${isWhole}, ${keys}, NULL`;
  if (known === undefined) return row(sql`true`, asBytes(all));
  const isLost = sql`${known.pin}::xid8 > ${oldest}`;
  const since = sql`${all} AND participant.arrived_in >= ${known.pin}::xid8
    AND participant.arrived_in < pg_snapshot_xmax(pg_current_snapshot())`;
  return row(isLost, sql`CASE WHEN ${isLost} THEN ${asBytes(all)} ELSE ${asBytes(since)} END`);
}
