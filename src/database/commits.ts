import type { RowKey } from './rows.ts';

/** Something of a workspace that a transaction has edited, for whoever watches it. */
export interface Touch {
  readonly kind: 'group' | 'study' | 'erasure' | 'other';
  readonly workspaceKey: number;
  /** Which group or study; 0 where it is none. */
  readonly row: RowKey;
  /** The version that a group's members have now; 0 where they are as they were. */
  readonly version: number;
}

type Listener = (touches: readonly Touch[]) => void;

const noted = new WeakMap<object, Touch[]>();

/** Notes what a transaction edits: told once it is committed, and not at all if it is undone. */
export function touch(transaction: object, ...touches: readonly Touch[]): void {
  noted.set(transaction, [...(noted.get(transaction) ?? []), ...touches]);
}

/** What a transaction has edited so far. */
export function touchesOf(transaction: object): readonly Touch[] {
  return noted.get(transaction) ?? [];
}

/** Tells what transactions of this node have edited, once they are committed. */
export class Commits {
  readonly #listeners = new Set<Listener>();

  /** Answers with what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(touches: readonly Touch[]): void {
    if (touches.length > 0) for (const listener of this.#listeners) listener(touches);
  }
}
