import type { Database } from '../database/client.ts';
import type { Reader } from '../database/reader.ts';
import { type StampedViewer, stampStatement } from './authenticate.ts';
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

/** Where tokens are looked up, and what says whether that is the same database still. */
type Source = Pick<Database, 'reader' | 'keptParticipants'>;

interface Known {
  readonly viewer: Viewer;
  readonly stamp: string;
  /** What they were read from. */
  readonly source: object;
}

/**
 * Who API tokens stood for when they were last looked up. That gives no right to anything: what is read for a supposed
 * viewer may be told only if they are confirmed, by the same look-up as ever.
 */
export class SupposedViewers {
  readonly #database: Source;
  readonly #onConfirmed: (viewer: Viewer) => void;
  readonly #most: number;
  /** By the hashes of secrets, which don't stay in memory. */
  readonly #known = new Map<string, Known>();

  constructor(database: Source, onConfirmed: (viewer: Viewer) => void, most = 10_000) {
    this.#database = database;
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
    if (known?.source !== this.#database.keptParticipants.source) return null;
    const { viewer, stamp } = known;
    const { reader, text } = this.#database.reader.takingAlong(stampStatement(hash));
    const confirm = async () => {
      const isSame = (await text()) === stamp;
      this.#keep(key, isSame ? known : null);
      if (isSame) this.#onConfirmed(viewer);
      return isSame;
    };
    return { viewer, reader, confirm };
  }

  /** Notes whom a look-up has found; null for nobody. */
  note(authorization: string | null, found: StampedViewer | null): void {
    const secret = secretOf(authorization);
    if (secret === null) return;
    this.#keep(keyOf(hashSecret(secret)), found && this.#knownOf(found));
  }

  /** Null for who has no API token. */
  #knownOf({ viewer, stamp }: StampedViewer): Known | null {
    if (stamp === null) return null;
    // A mutation changes the roles of its own viewer.
    const copy = { ...viewer, roles: new Map(viewer.roles) };
    return { viewer: copy, stamp, source: this.#database.keptParticipants.source };
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
