import type { PooledReader, Reader } from '../database/reader.ts';
import { tokenStatement, viewerOf } from './authenticate.ts';
import { hashSecret, secretOf } from './rules.ts';
import type { Viewer } from './viewer.ts';

/** Who a token stood for when it was last looked up. */
interface SupposedViewer {
  readonly viewer: Viewer;
  /** What it is looked up along with. */
  readonly reader: Reader;
  /** Looks it up, and says whether it stands for the same viewer still, in everything. @throws BusyError */
  confirm(): Promise<boolean>;
}

/** A viewer, and what was found when they were looked up last, if that is known. */
interface Known {
  readonly viewer: Viewer;
  readonly found: string | null;
}

/**
 * Who API tokens stood for when they were last looked up. That gives no right to anything: what is read for a supposed
 * viewer may be told only if they are confirmed, by the same look-up as ever.
 */
export class SupposedViewers {
  readonly #reader: PooledReader;
  readonly #onConfirmed: (viewer: Viewer) => void;
  readonly #most: number;
  /** By the hashes of secrets, which don't stay in memory. */
  readonly #known = new Map<string, Known>();

  constructor(reader: PooledReader, onConfirmed: (viewer: Viewer) => void, most = 10_000) {
    this.#reader = reader;
    this.#onConfirmed = onConfirmed;
    this.#most = most;
  }

  /** Who a header probably stands for; null for one that has not been seen lately. Asks nobody. */
  suppose(authorization: string | undefined): SupposedViewer | null {
    const secret = secretOf(authorization ?? null);
    const hash = secret === null ? null : hashSecret(secret);
    if (hash === null) return null;
    const key = keyOf(hash);
    const known = this.#known.get(key);
    if (known === undefined) return null;
    const { viewer } = known;
    const { reader, text } = this.#reader.takingAlong(tokenStatement(hash));
    const confirm = async () => {
      const found = await text();
      const now = found !== null && found === known.found ? viewer : viewerOf(found);
      this.#keep(key, now && { viewer: now, found });
      if (now === null || !isSame(viewer, now)) return false;
      this.#onConfirmed(now);
      return true;
    };
    return { viewer, reader, confirm };
  }

  /** Notes whom a look-up has found; null for nobody. */
  note(authorization: string | null, viewer: Viewer | null): void {
    const secret = viewer?.tokenId === null ? null : secretOf(authorization);
    if (secret === null) return;
    // A mutation changes the roles of its own viewer.
    const copy = viewer && { ...viewer, roles: new Map(viewer.roles) };
    this.#keep(keyOf(hashSecret(secret)), copy && { viewer: copy, found: null });
  }

  #keep(key: string, known: Known | null): void {
    // Deleted first: a Map keeps its order, and the oldest goes when there are too many.
    this.#known.delete(key);
    if (known === null) return;
    this.#known.set(key, known);
    if (this.#known.size <= this.#most) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}

function isSame(before: Viewer, now: Viewer): boolean {
  if (before === now) return true;
  const { roles, expiresAt, ...one } = before;
  const { roles: otherRoles, ...other } = now;
  return (
    one.userId === other.userId &&
    one.tokenId === other.tokenId &&
    one.email === other.email &&
    one.isReadOnly === other.isReadOnly &&
    one.narrowedTo === other.narrowedTo &&
    expiresAt?.getTime() === other.expiresAt?.getTime() &&
    roles.size === otherRoles.size &&
    [...roles].every(([key, role]) => otherRoles.get(key) === role)
  );
}
