import type { Bitmap } from './bitmap.ts';

/** A bitmap, and what it was as of: a version, or whatever says what has changed since. */
export interface Pinned {
  readonly keys: Bitmap;
  readonly pin: string;
}

/** What an entry takes beside its bitmap, in bytes. */
const bytesPerEntry = 300;

/**
 * Bitmaps by name, up to so many bytes: whichever was not used for longest goes first. Nothing here is known to be
 * current; whoever takes a bitmap looks at what has changed since its pin.
 */
export class BitmapCache {
  readonly #most: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Pinned>();
  readonly #builds = new Map<string, Promise<void>>();
  #bytes = 0;
  #source = {};

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** How many bytes are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What bitmaps come from; another one after each `forget`. */
  get source(): object {
    return this.#source;
  }

  get(name: string): Pinned | undefined {
    const found = this.#entries.get(name);
    if (found !== undefined) {
      this.#entries.delete(name);
      this.#entries.set(name, found);
    }
    return found;
  }

  /** Keeps a bitmap that was read while `source` was what they come from. */
  put(name: string, pinned: Pinned, source: object = this.#source): void {
    if (source !== this.#source) return;
    this.#drop(name);
    if (sizeOf(pinned) > this.#most) return;
    this.#entries.set(name, pinned);
    this.#bytes += sizeOf(pinned);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#most) break;
      this.#drop(oldest);
    }
  }

  /**
   * Runs what reads these bitmaps, and builds those that are missing; whoever needs one that is being built waits for
   * it first, once, and has only to read what has changed since.
   */
  async building<Result>(names: readonly string[], work: () => Promise<Result>): Promise<Result> {
    if (this.#most === 0) return work();
    const underWay = names.flatMap((name) => this.#builds.get(name) ?? []);
    // Without a pause where there are none: of several who come at once one is first.
    if (underWay.length > 0) await Promise.all(underWay);
    const missing = names.filter((name) => !this.#entries.has(name) && !this.#builds.has(name));
    if (missing.length === 0) return work();
    const { promise, resolve } = signal();
    for (const name of missing) this.#builds.set(name, promise);
    try {
      return await work();
    } finally {
      for (const name of missing) this.#builds.delete(name);
      resolve();
    }
  }

  /** Forgets all: the database is not the one any more that they were read from. */
  forget(): void {
    this.#source = {};
    this.#entries.clear();
    this.#bytes = 0;
  }

  #drop(name: string): void {
    const found = this.#entries.get(name);
    if (found !== undefined && this.#entries.delete(name)) this.#bytes -= sizeOf(found);
  }
}

function sizeOf({ keys }: Pinned): number {
  return keys.size + bytesPerEntry;
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
