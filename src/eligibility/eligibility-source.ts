import type { Viewer } from '../access/viewer.ts';
import { encodeGlobalId } from '../global-id.ts';
import type { LiveEvent, Source } from '../graphql/live-stream.ts';
import { notFound } from '../graphql/read-errors.ts';
import { Waiting } from '../graphql/waiting.ts';
import type { Live } from '../live/live.ts';
import { type Difference, differenceOf, noDifference } from './difference-rules.ts';
import { type EligibilityFeed, followEligibility } from './eligibility-feed.ts';
import type { Snapshot, WatchedStudy } from './feed-loaders.ts';

/** How many are eligible for a study, and who that differs by from the event before. */
export interface EligibilityEvent extends Difference {
  readonly studyKey: number;
  readonly studyId: string;
  /** Null where counting takes too long. */
  readonly count: number | null;
}

/** From one event to the next it takes so long at least, in ms. */
const pauseMilliseconds = 1_000;

/**
 * Who is eligible for a study, now and whenever it has changed. What was told last is kept, and the newest compared with
 * it: whatever happens in between, what is told adds up.
 */
export class EligibilitySource implements Source<EligibilityEvent> {
  readonly workspaceKeys: readonly number[];
  readonly #live: Live;
  readonly #study: WatchedStudy;
  readonly #feed: EligibilityFeed;
  readonly #end: () => void;
  readonly #waiting = new Waiting();
  #isAtStart = true;
  /** What was known already when the first count took too long: it may be older than the subscription. */
  #older: Snapshot | null = null;
  #told: Snapshot | null = null;
  #toldAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(live: Live, study: WatchedStudy) {
    this.workspaceKeys = [study.workspaceKey];
    this.#live = live;
    this.#study = study;
    const { feed, end } = followEligibility(live, study, this.#waiting.wake);
    this.#feed = feed;
    this.#end = end;
  }

  async take(): Promise<LiveEvent<EligibilityEvent> | null> {
    if (this.#isAtStart) {
      const now = this.#present(await this.#feed.fresh());
      this.#isAtStart = false;
      if (now === null) this.#older = this.#present(this.#feed.newest());
      return this.#event(now, noDifference);
    }
    this.#waiting.reset();
    const newest = this.#present(this.#feed.newest());
    if (newest === null || newest === this.#older) return null;
    if (newest.keys === this.#told?.keys || !this.#isTime()) return null;
    // Differences begin with the first count.
    if (this.#told === null) return this.#event(newest, noDifference);
    const difference = differenceBetween(this.#told.keys, newest.keys);
    if (difference.cameCount + difference.leftCount > 0) return this.#event(newest, difference);
    this.#told = newest;
    return null;
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.#waiting.wait(signal);
  }

  requireVisible(viewer: Viewer): void {
    if (!viewer.roles.has(this.#study.workspaceKey)) throw this.#notFound();
  }

  place(): Int32Array | null {
    return this.#told?.keys ?? null;
  }

  fork(): EligibilitySource {
    const fork = new EligibilitySource(this.#live, this.#study);
    fork.#isAtStart = this.#isAtStart;
    fork.#older = this.#older;
    fork.#told = this.#told;
    fork.#toldAt = this.#toldAt;
    return fork;
  }

  /** Nobody is told more than once a second. */
  adopt(other: Source<EligibilityEvent>): void {
    if (other instanceof EligibilitySource) this.#toldAt = Math.max(this.#toldAt, other.#toldAt);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#end();
  }

  #present(found: Snapshot | null | 'gone'): Snapshot | null {
    if (found === 'gone') throw this.#notFound();
    return found;
  }

  #notFound() {
    return notFound([encodeGlobalId('Study', this.#study.id)]);
  }

  /** Whether an event may be told by now; if not, whoever waits is woken when it may. */
  #isTime(): boolean {
    const rest = this.#toldAt + pauseMilliseconds - Date.now();
    if (rest <= 0) return true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#waiting.wake, rest);
    return false;
  }

  #event(snapshot: Snapshot | null, difference: Difference) {
    this.#told = snapshot;
    this.#toldAt = Date.now();
    const { key: studyKey, id: studyId } = this.#study;
    return { root: { studyKey, studyId, count: snapshot?.keys.length ?? null, ...difference } };
  }
}

const differences = new WeakMap<Int32Array, WeakMap<Int32Array, Difference>>();

/** Found once for all subscribers who were told the same. */
function differenceBetween(before: Int32Array, after: Int32Array): Difference {
  const known = differences.get(after) ?? new WeakMap<Int32Array, Difference>();
  differences.set(after, known);
  const difference = known.get(before) ?? differenceOf(before, after);
  known.set(before, difference);
  return difference;
}
