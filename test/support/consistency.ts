import { expect } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import type { App } from './app.ts';

interface StoredGroup {
  key: number;
  version: number;
  count: number;
}

interface StoredChange {
  version: number;
  note: string | null;
  occurredAt: Date;
  addedCount: number;
  removedCount: number;
  participantCount: number;
}

interface StoredStay {
  participantId: string;
  joined: number;
  left: number | null;
  isErased: boolean;
}

/** What is stored of a group: its counters, its log, and the members that replaying the log gives at each version. */
export interface StoredLog {
  readonly changes: readonly StoredChange[];
  /** Participant IDs, sorted; at index n the members at version n. */
  readonly membersAt: readonly (readonly string[])[];
}

/**
 * Reads what is stored of a group and expects it to agree with itself: the counter with the rows, the versions with
 * 1 … n, every change's numbers with whom it moved, and every moment with the one before; and nobody erased to be a member.
 */
export async function expectConsistent(sql: App['sql'], groupId: string): Promise<StoredLog> {
  const [group] = await sql<StoredGroup>(
    'SELECT key, version, participant_count AS count FROM participant_group WHERE id = $1',
    [decodeGlobalId(groupId)?.key],
  );
  if (group === undefined) throw new Error('There is no such group');
  const changes = await sql<StoredChange>(
    `SELECT version, note, occurred_at AS "occurredAt", added_count AS "addedCount", removed_count AS "removedCount",
       participant_count AS "participantCount" FROM membership_change WHERE group_key = $1 ORDER BY version`,
    [group.key],
  );
  const stays = await sql<StoredStay>(
    `SELECT participant_id AS "participantId", joined_version AS joined, left_version AS left,
       erased_at IS NOT NULL AS "isErased"
     FROM membership JOIN participant ON participant.key = participant_key WHERE group_key = $1`,
    [group.key],
  );
  expect(changes.map(({ version }) => version)).toEqual(changes.map((_change, index) => index + 1));
  expect(group.version).toBe(changes.length);
  const membersAt = replay(changes, stays);
  expect(membersAt.at(-1)).toEqual(sortedIds(stays.filter(({ left }) => left === null)));
  expect(group.count).toBe(membersAt.at(-1)?.length);
  expect(stays.filter(({ left, isErased }) => left === null && isErased)).toEqual([]);
  for (const [index, { occurredAt }] of changes.slice(1).entries()) {
    expect(occurredAt.getTime()).toBeGreaterThan(changes[index]?.occurredAt.getTime() ?? 0);
  }
  return { changes, membersAt };
}

function replay(changes: readonly StoredChange[], stays: readonly StoredStay[]): string[][] {
  const came = byVersion(stays, ({ joined }) => joined);
  const went = byVersion(stays, ({ left }) => left);
  const members = new Set<string>();
  const membersAt: string[][] = [[]];
  for (const { version, addedCount, removedCount, participantCount } of changes) {
    const [adding, removing] = [came.get(version) ?? [], went.get(version) ?? []];
    for (const { participantId } of removing) expect(members.delete(participantId)).toBe(true);
    for (const { participantId } of adding) expect(members.has(participantId)).toBe(false);
    for (const { participantId } of adding) members.add(participantId);
    expect({ addedCount, removedCount, participantCount }).toEqual({
      addedCount: adding.length,
      removedCount: removing.length,
      participantCount: members.size,
    });
    membersAt.push([...members].sort());
  }
  return membersAt;
}

function byVersion(
  stays: readonly StoredStay[],
  versionOf: (stay: StoredStay) => number | null,
): Map<number | null, StoredStay[]> {
  const found = new Map<number | null, StoredStay[]>();
  for (const stay of stays) {
    const version = versionOf(stay);
    const others = found.get(version);
    if (others) others.push(stay);
    else found.set(version, [stay]);
  }
  return found;
}

function sortedIds(stays: readonly StoredStay[]): string[] {
  return stays.map(({ participantId }) => participantId).sort();
}
