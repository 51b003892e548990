import type pg from 'pg';
import { type Kept, PreparedQuery, type Ran } from './prepared-query.ts';

/** Statements whose texts are remembered, over all connections. */
const mostKnown = 1_000;
/** Statements that a connection keeps prepared; PostgreSQL needs some 10 to 100 kB for each. */
const mostKept = 500;

/** Characters of a statement that may be remembered: whoever sends long ones must not fill the memory with a thousand. */
const longestKnown = 16_384;

/** The names of statements, the longest unused first; null for one that has been sent once. */
const known = new Map<string, string | null>();
let named = 0;

/**
 * The name under which a statement is to be prepared, or undefined where it was not sent before or is long: there are as
 * many texts as selections, and most of what somebody tries out never comes again.
 */
export function statementName(text: string): string | undefined {
  if (text.length > longestKnown) return undefined;
  const name = known.get(text);
  known.delete(text);
  if (known.size >= mostKnown) for (const oldest of known.keys()) if (known.delete(oldest)) break;
  known.set(text, name === undefined ? null : (name ?? `rollcall_${++named}`));
  return known.get(text) ?? undefined;
}

const kept = new WeakMap<pg.ClientBase, Kept>();

/** Runs a statement on a connection, prepared if it comes often. */
export function runPrepared(client: pg.ClientBase, text: string, values: readonly unknown[]): Promise<Ran> {
  const name = statementName(text);
  const sent = values.map(bound);
  if (name === undefined) return client.query({ text, values: sent });
  const ofClient: Kept = kept.get(client) ?? new Map();
  kept.set(client, ofClient);
  return client.query(new PreparedQuery(name, text, sent, ofClient)).answer;
}

/** A value as it is sent. Of an array, pg puts each element between quotation marks: numbers are written without. */
function bound(value: unknown): unknown {
  return Array.isArray(value) && value.every((one) => typeof one === 'number') ? `{${value.join()}}` : value;
}

/** Whether a connection keeps so much that it is to be closed, and another opened instead. */
export function isFull(client: pg.ClientBase): boolean {
  return (kept.get(client)?.size ?? 0) > mostKept;
}
