import { BusyError } from '../errors.ts';
import type { Live } from '../live/live.ts';
import { type Feed, SharedFeeds } from '../live/shared-feeds.ts';
import { loadSnapshot, loadStamp, type Snapshot, type WatchedStudy } from './feed-loaders.ts';

/** From one look to the next it takes so long at least, in ms, and twice as long as a look takes. */
const shortestPause = 1_000;
/** After a look that came to nothing, in ms: half as long as it took, and twice as long each time. */
const longestRetry = 60_000;

/**
 * Who is eligible for a study, read once on this node however many subscribers it has. A wake-up is a reason to look at
 * the stamp of what decides; only where that has moved, or a window may have, everybody is read again.
 */
export class EligibilityFeed implements Feed<() => void> {
  readonly #live: Live;
  readonly #study: WatchedStudy;
  readonly #listeners = new Set<() => void>();
  readonly #endings: readonly (() => void)[];
  #newest: Snapshot | null = null;
  #isGone = false;
  #failure: unknown;
  /** How many looks in a row took too long, or could not reach the database. */
  #timesBusy = 0;
  /** Whether everybody is to be read again whatever the stamp says. */
  #isDue = false;
  #isWoken = false;
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | null = null;
  #nextLook: Promise<void> | null = null;

  constructor(live: Live, study: WatchedStudy) {
    this.#live = live;
    this.#study = study;
    const ticking = setInterval(() => this.#tick(), live.windowMilliseconds);
    this.#endings = [
      live.wakeUps.watchWorkspace(study.workspaceKey, () => this.#wake()),
      () => clearInterval(ticking),
      () => clearTimeout(this.#timer),
    ];
  }

  /** Told when there may be something new. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  /** The newest that was read, null before the first; 'gone' where there is no such study any more. */
  newest(): Snapshot | null | 'gone' {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#isGone ? 'gone' : this.#newest;
  }

  /** The same as of a look that begins after this was asked; null where that takes too long for now. */
  async fresh(): Promise<Snapshot | null | 'gone'> {
    if (this.#timesBusy === 0) await this.#lookAnew();
    const newest = this.newest();
    return this.#timesBusy > 0 ? null : newest;
  }

  #tick(): void {
    if (!this.#newest?.isWindowed) return;
    this.#isDue = true;
    this.#wake();
  }

  #wake(): void {
    this.#isWoken = true;
    this.#goOn();
  }

  /** Looks as soon as it may, if there is a reason to. */
  #goOn(): void {
    if (!this.#isWoken || this.#look !== null || !this.hasListeners()) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#look === null) void this.#begin();
      },
      Math.max(0, this.#notBefore - Date.now()),
    );
  }

  /** One look at a time; whoever asks while one is under way waits for the next, which is for all who do. */
  #lookAnew(): Promise<void> {
    if (this.#nextLook !== null) return this.#nextLook;
    if (this.#look === null) return this.#begin();
    this.#nextLook = this.#look.then(() => {
      this.#nextLook = null;
      return this.#begin();
    });
    return this.#nextLook;
  }

  #begin(): Promise<void> {
    this.#isWoken = false;
    this.#look = this.#lookOnce().finally(() => {
      this.#look = null;
      this.#goOn();
    });
    return this.#look;
  }

  async #lookOnce(): Promise<void> {
    const began = Date.now();
    const known = this.#newest;
    try {
      await this.#read();
      this.#failure = undefined;
      this.#timesBusy = 0;
      this.#notBefore = Math.max(began + shortestPause, 2 * Date.now() - began);
    } catch (error) {
      if (error instanceof BusyError) this.#retry(began);
      else this.#failure = error;
    }
    const isNews = this.#newest?.keys !== known?.keys || this.#isGone || this.#failure !== undefined;
    if (isNews) for (const listener of this.#listeners) listener();
  }

  async #read(): Promise<void> {
    const { reader } = this.#live;
    const known = this.#newest;
    if (
      known !== null &&
      !this.#isDue &&
      (await loadStamp(reader, this.#study, known.isOpen)) === known.stamp
    )
      return;
    this.#isDue = true;
    const found = await loadSnapshot(this.#live, this.#study);
    this.#isDue = false;
    this.#isGone = found === null;
    // The same array as long as it is the same people: nobody is told, and nothing is kept twice.
    if (found !== null)
      this.#newest = { ...found, keys: known && areSame(known.keys, found.keys) ? known.keys : found.keys };
  }

  #retry(began: number): void {
    const pause = Math.max(shortestPause, (Date.now() - began) / 2) * 2 ** this.#timesBusy;
    this.#notBefore = Date.now() + Math.min(longestRetry, pause);
    this.#timesBusy += 1;
    this.#isWoken = true;
  }
}

function areSame(some: Int32Array, others: Int32Array): boolean {
  return Buffer.compare(bytesOf(some), bytesOf(others)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

const feeds = new SharedFeeds<() => void, EligibilityFeed>();

/** The study's feed on this node. */
export function followEligibility(live: Live, study: WatchedStudy, listener: () => void) {
  return feeds.follow(live, study.key, () => new EligibilityFeed(live, study), listener);
}
