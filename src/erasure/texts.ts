import { join, type Sql, sql, verbatim } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { nameKey } from '../participant-group/rules.ts';
import { wholeWord } from './rules.ts';

/** An ID that is to be found nowhere in a workspace any more, and the one to be found instead. */
export interface Replacement {
  readonly workspaceKey: number;
  readonly participantId: string;
  readonly erasedId: string;
}

interface Rows {
  readonly table: string;
  /** Which rows of the table are a workspace's. */
  readonly of: (workspaceKey: number) => Sql;
}

interface ColumnsPlace extends Rows {
  readonly columns: readonly string[];
}

interface ListPlace extends Rows {
  /** A JSON column, the path to a list of objects in it, and the names of the texts in each object. */
  readonly list: { readonly column: string; readonly path: string; readonly fields: readonly string[] };
}

/** Where texts are kept. */
type Place = ColumnsPlace | ListPlace;

const ownRows = (workspaceKey: number) => sql`workspace_key = ${workspaceKey}::int`;
const groups = (workspaceKey: number) =>
  sql`SELECT key FROM participant_group WHERE ${ownRows(workspaceKey)}`;

/** Every place in which people write texts that may name a participant. One more is one more line. */
const places: readonly Place[] = [
  { table: 'workspace', columns: ['title', 'description'], of: (key) => sql`key = ${key}::int` },
  { table: 'project', columns: ['title', 'description'], of: ownRows },
  { table: 'participant_group', columns: ['name', 'description'], of: ownRows },
  { table: 'filter_set', columns: ['name'], of: ownRows },
  { table: 'study', columns: ['name', 'internal_name', 'description'], of: ownRows },
  // Not completion_code.code: participants are told it and hand it in, so that another one would be of no use to them.
  { table: 'completion_action', columns: ['return_reason'], of: ownRows },
  {
    table: 'submission',
    columns: ['entered_code', 'return_requested', 'rejection_message'],
    of: ownRows,
  },
  { table: 'membership_change', columns: ['note'], of: (key) => sql`group_key IN (${groups(key)})` },
  { table: 'audit_entry', columns: ['subject_name'], of: ownRows },
  { table: 'audit_entry', list: { column: 'changes', path: '{}', fields: ['from', 'to'] }, of: ownRows },
  {
    // What a repeated call answers again: the malformed IDs that were skipped, as they were given.
    table: 'idempotency_key',
    list: { column: 'result', path: '{skipped}', fields: ['participantId'] },
    of: (key) => sql`user_id IN (SELECT user_id FROM workspace_member WHERE ${ownRows(key)})
      AND (result ->> 'groupKey')::int IN (${groups(key)})`,
  },
];

/** Replaces an ID, as a whole word, in all texts of a workspace: a few statements, however many texts there are. */
export async function replaceInTexts(transaction: Transaction, replacement: Replacement): Promise<void> {
  for (const place of places) await transaction.$executeRaw(statementFor(place, replacement));
  await replaceInCustomLists(transaction, replacement);
  await renewNameKeys(transaction, replacement);
}

/** In the custom lists of filters an ID stands alone, so that only an equal one is it. */
async function replaceInCustomLists(
  transaction: Transaction,
  { workspaceKey, participantId, erasedId }: Replacement,
): Promise<void> {
  await transaction.$executeRaw(sql`UPDATE filter_node_participant_id SET participant_id = ${erasedId}
    WHERE ${ownRows(workspaceKey)} AND participant_id = ${participantId}`);
}

function statementFor(place: Place, replacement: Replacement): Sql {
  const { participantId, workspaceKey } = replacement;
  const { changed, value, text, named } =
    'list' in place ? inList(place, replacement) : inColumns(place, replacement);
  // Looking for the bare text first spares nearly every row the pattern.
  return sql`UPDATE ${verbatim(place.table)} SET (${verbatim(changed)}) = ROW(${value})
    WHERE ${place.of(workspaceKey)} AND strpos(${verbatim(text)}, ${participantId}) > 0 AND ${named}`;
}

function inColumns({ columns }: ColumnsPlace, replacement: Replacement) {
  const text = `concat_ws(' ', ${columns.join(', ')})`;
  return {
    changed: columns.join(', '),
    value: join(columns.map((column) => replaced(verbatim(column), replacement))),
    text,
    named: sql`${verbatim(text)} ~ ${wholeWord(replacement.participantId)}`,
  };
}

function inList({ list: { column, path, fields } }: ListPlace, replacement: Replacement) {
  const list = `${column} #> '${path}'`;
  const texts = join(
    fields.map((field) => sql`${field}::text, ${replaced(sql`item ->> ${field}::text`, replacement)}`),
  );
  const value = sql`(SELECT jsonb_agg(item || jsonb_build_object(${texts}) ORDER BY position)
    FROM jsonb_array_elements(${verbatim(list)}) WITH ORDINALITY AS listed(item, position))`;
  // Not in the JSON as a text, where a line break before an ID is a backslash and the letter n.
  const named = sql`EXISTS (SELECT 1 FROM jsonb_array_elements(${verbatim(list)}) AS item
    WHERE concat_ws(' ', ${join(fields.map((field) => sql`item ->> ${field}::text`))}) ~ ${wholeWord(replacement.participantId)})`;
  const whole = path === '{}' ? value : sql`jsonb_set(${verbatim(column)}, ${path}::text[], ${value})`;
  return { changed: column, value: whole, text: `(${list})::text`, named };
}

function replaced(text: Sql, { participantId, erasedId }: Replacement): Sql {
  return sql`regexp_replace(${text}, ${wholeWord(participantId)}, ${erasedId}, 'g')`;
}

/** Names are compared by a key that is made in the service: it follows the names that were rewritten. */
async function renewNameKeys(
  transaction: Transaction,
  { workspaceKey, erasedId }: Replacement,
): Promise<void> {
  const rows = await transaction.$queryRaw<{ key: number; name: string }[]>(sql`
    SELECT key, name FROM participant_group WHERE ${ownRows(workspaceKey)} AND strpos(name, ${erasedId}) > 0`);
  if (rows.length === 0) return;
  await transaction.$executeRaw(sql`UPDATE participant_group SET name_key = renewed.name_key
    FROM unnest(${rows.map(({ key }) => key)}::int[], ${rows.map(({ name }) => nameKey(name))}::text[])
      AS renewed(key, name_key) WHERE participant_group.key = renewed.key`);
}
