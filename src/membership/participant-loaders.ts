import { filterPage, type Page } from '../database/pages.ts';
import { joinRow } from '../database/read-row.ts';
import type { ReadScope } from '../database/reader.ts';
import { itemsOf, wholeRow } from '../database/reading.ts';
import { sql } from '../database/sql.ts';
import { BusyError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { type ParticipantRow, participantTable } from '../participant/loaders.ts';

/** A participant as they are kept in memory, with their global id. */
class KeptParticipant implements ParticipantRow {
  readonly key: number;
  readonly id: string;
  readonly workspaceKey: number;
  readonly participantId: string;
  readonly firstSeenAt: Date;
  readonly erasedAt: Date | null;
  #globalId: string | undefined;

  constructor({ key, id, workspaceKey, participantId, firstSeenAt, erasedAt }: ParticipantRow) {
    this.key = key;
    this.id = id;
    this.workspaceKey = workspaceKey;
    this.participantId = participantId;
    this.firstSeenAt = firstSeenAt;
    this.erasedAt = erasedAt;
  }

  get globalId(): string {
    this.#globalId ??= encodeGlobalId('Participant', this.id);
    return this.#globalId;
  }
}

/** What a member is told by that isn't read with the membership: all of the participant but the key. */
export const keptColumns = [
  ...Object.keys(participantTable.columns).filter((name) => name !== 'key'),
  'globalId',
];

const everything = wholeRow(participantTable);

/**
 * Participants by key, of the viewer's workspaces, kept in memory from then on; null for who is erased. Only an erasure
 * edits a participant, and it takes them out of all groups at the same moment: who is a member is as they were when they
 * came. They come as one value, which is read in half the time that as many rows are.
 */
export async function loadParticipants(
  { reader, workspaceKeys, keptParticipants }: ReadScope,
  keys: readonly number[],
): Promise<(ParticipantRow | null)[]> {
  const { source } = keptParticipants;
  const { item, make } = everything.shapeIn(participantTable);
  const select = sql`SELECT ${item} FROM unnest(${keys}::int[]) AS asked(key)
    JOIN participant ON participant.key = asked.key
    WHERE participant.workspace_key = ANY(${workspaceKeys}::int[]) AND participant.erased_at IS NULL`;
  const [found] = await reader.rows<{ items: string }>(sql`SELECT (${itemsOf(select)}) AS items`);
  const items: unknown[] = JSON.parse(found?.items ?? '[]');
  const loaded = items.map((values) => new KeptParticipant(make(values)));
  keptParticipants.keep(loaded, source);
  const byKey = new Map(loaded.map((participant) => [participant.key, participant]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/**
 * A page of members, each joined to their participant: at once where all are kept, else when `load` has the others. Who
 * was erased since the page was read is left out of it. @throws BusyError where the database has become another since the
 * reads began: its keys may be other participants'
 */
export function withParticipants<Member extends { readonly key: number }>(
  page: Page<Member>,
  scope: Pick<ReadScope, 'keptParticipants' | 'source'>,
  load: (key: number) => Promise<ParticipantRow | null>,
): Page<Member> | Promise<Page<Member>> {
  requireSameSource(scope);
  const others = join(page.rows, (key) => scope.keptParticipants.get(key));
  return others.length === 0 ? page : withOthers(page, others, scope, load);
}

function requireSameSource({
  keptParticipants,
  source,
}: Pick<ReadScope, 'keptParticipants' | 'source'>): void {
  if (keptParticipants.source !== source)
    throw new BusyError('Another database has taken over in the middle of this. Try again.');
}

async function withOthers<Member extends { readonly key: number }>(
  page: Page<Member>,
  others: readonly Member[],
  scope: Pick<ReadScope, 'keptParticipants' | 'source'>,
  load: (key: number) => Promise<ParticipantRow | null>,
): Promise<Page<Member>> {
  const byKey = new Map<number, ParticipantRow>();
  for (const found of await Promise.all(others.map(({ key }) => load(key))))
    if (found !== null) byKey.set(found.key, found);
  requireSameSource(scope);
  const erased = new Set(join(others, (key) => byKey.get(key)));
  return erased.size === 0 ? page : filterPage(page, (member) => !erased.has(member));
}

/** Joins members to their participants; answers with those whose participants aren't found. */
function join<Member extends { readonly key: number }>(
  members: readonly Member[],
  find: (key: number) => ParticipantRow | undefined,
): Member[] {
  const others: Member[] = [];
  for (const member of members) {
    const found = find(member.key);
    if (found === undefined) others.push(member);
    else joinRow(member, found);
  }
  return others;
}
