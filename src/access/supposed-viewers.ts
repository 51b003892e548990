import type { PooledReader, Reader } from '../database/reader.ts';
import { type TokenRow, tokenStatement, viewerOf } from './authenticate.ts';
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

/**
 * Who API tokens stood for when they were last looked up. That gives no right to anything: what is read for a supposed
 * viewer may be told only if they are confirmed, by the same look-up as ever.
 */
export class SupposedViewers {
  readonly #reader: PooledReader;
  readonly #onConfirmed: (viewer: Viewer) => void;
  readonly #most: number;
  /** By the hashes of secrets, which don't stay in memory. */
  readonly #viewers = new Map<string, Viewer>();

  constructor(reader: PooledReader, onConfirmed: (viewer: Viewer) => void, most = 10_000) {
    this.#reader = reader;
    this.#onConfirmed = onConfirmed;
    this.#most = most;
  }

  /** Who a header probably stands for; null for one that has not been seen lately. Asks nobody. */
  suppose(authorization: string | undefined): SupposedViewer | null {
    const secret = secretOf(authorization ?? null);
    const hash = secret === null ? null : hashSecret(secret);
    const viewer = hash && this.#viewers.get(keyOf(hash));
    if (!hash || !viewer) return null;
    const { reader, rows } = this.#reader.takingAlong<TokenRow>(tokenStatement(hash));
    const confirm = async () => {
      const now = viewerOf(await rows());
      this.#keep(keyOf(hash), now);
      if (now === null || !isSame(viewer, now)) return false;
      this.#onConfirmed(now);
      return true;
    };
    return { viewer, reader, confirm };
  }

  /** Notes whom a look-up has found; null for nobody. */
  note(authorization: string | null, viewer: Viewer | null): void {
    const secret = viewer?.tokenId === null ? null : secretOf(authorization);
    if (secret !== null) this.#keep(keyOf(hashSecret(secret)), viewer);
  }

  #keep(key: string, viewer: Viewer | null): void {
    // Deleted first: a Map keeps its order, and the oldest goes when there are too many.
    this.#viewers.delete(key);
    if (viewer === null) return;
    // A mutation changes the roles of its own viewer.
    this.#viewers.set(key, { ...viewer, roles: new Map(viewer.roles) });
    if (this.#viewers.size <= this.#most) return;
    for (const oldest of this.#viewers.keys()) {
      this.#viewers.delete(oldest);
      return;
    }
  }
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}

function isSame({ roles, expiresAt, ...one }: Viewer, { roles: otherRoles, ...other }: Viewer): boolean {
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
