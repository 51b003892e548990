import type { Reader } from '../database/reader.ts';
import type { Live } from '../live/live.ts';
import { loadChangesAfter } from './feed-loaders.ts';
import type { ChangeRow } from './loaders.ts';

/** So many changes are kept for who comes next, for so long in ms. Who is further behind is read to from the log. */
const mostKept = 200;
export const keptMilliseconds = 5_000;

interface Kept {
  readonly change: ChangeRow;
  readonly since: number;
}

/**
 * The one reader of a group's log on this node, however many subscribers it has. Wake-ups only say that there may be
 * something to read; what there is, the log says.
 */
export class ChangeFeed {
  readonly #reader: Reader;
  readonly #groupKey: number;
  readonly #listeners = new Set<() => void>();
  /** In order and without a gap. */
  #kept: Kept[] = [];
  #reading = new Map<number, Promise<readonly ChangeRow[]>>();
  /** The highest version that was heard of, and how often one was. */
  #heard: number;
  #hearings = 0;
  #edition = 0;

  constructor(reader: Reader, groupKey: number, version: number) {
    this.#reader = reader;
    this.#groupKey = groupKey;
    this.#heard = version;
  }

  /** While something is read, also what is no news counts: what was heard of before may have been wrong. */
  hear(version: number): void {
    if (version <= this.#heard && this.#reading.size === 0) return;
    this.#heard = Math.max(version, this.#heard);
    this.#hearings += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Told when there may be something new; answers with what ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Another one, once what was read before is not to be told any more. */
  get edition(): number {
    return this.#edition;
  }

  /** Forgets what was read: texts of it may have been replaced. */
  forget(): void {
    this.#edition += 1;
    this.#kept = [];
    this.#reading = new Map();
  }

  /** The next changes after a version; none where nothing newer was heard of. */
  async after(version: number): Promise<readonly ChangeRow[]> {
    if (version >= this.#heard) return [];
    return this.#keptAfter(version) ?? this.#readAfter(version);
  }

  #keptAfter(version: number): ChangeRow[] | null {
    const oldest = Date.now() - keptMilliseconds;
    while (this.#kept[0] !== undefined && this.#kept[0].since < oldest) this.#kept.shift();
    const first = this.#kept[0]?.change.version;
    if (first === undefined || version + 1 < first) return null;
    const later = this.#kept.slice(version + 1 - first).map(({ change }) => change);
    return later.length > 0 ? later : null;
  }

  /** Reads from the log, once for all who ask for the same meanwhile. */
  #readAfter(version: number): Promise<readonly ChangeRow[]> {
    const underWay = this.#reading.get(version);
    if (underWay !== undefined) return underWay;
    const readings = this.#reading;
    const reading = this.#read(version, readings).finally(() => readings.delete(version));
    readings.set(version, reading);
    return reading;
  }

  async #read(version: number, readings: Map<number, unknown>): Promise<readonly ChangeRow[]> {
    const hearings = this.#hearings;
    const changes = await loadChangesAfter(this.#reader, this.#groupKey, version);
    // What was heard of meanwhile may be newer than what was read.
    if (changes.length === 0 && hearings === this.#hearings) this.#heard = version;
    this.#heard = Math.max(this.#heard, changes.at(-1)?.version ?? 0);
    if (readings === this.#reading) this.#keep(changes);
    return changes;
  }

  #keep(changes: readonly ChangeRow[]): void {
    const last = this.#kept.at(-1)?.change.version;
    const first = changes[0]?.version;
    if (first === undefined || (last !== undefined && first <= last)) return;
    const since = Date.now();
    const follows = last !== undefined && first === last + 1 ? this.#kept : [];
    this.#kept = [...follows, ...changes.map((change) => ({ change, since }))].slice(-mostKept);
  }
}

interface Entry {
  readonly feed: ChangeFeed;
  readonly close: () => void;
}

const feedsOf = new WeakMap<Live, Map<number, Entry>>();

/** The group's feed on this node, which is opened with the first who listens to it and closed with the last. */
export function followGroup(
  live: Live,
  {
    key,
    workspaceKey,
    version,
  }: { readonly key: number; readonly workspaceKey: number; readonly version: number },
  listener: () => void,
): { readonly feed: ChangeFeed; readonly end: () => void } {
  const feeds = feedsOf.get(live) ?? new Map<number, Entry>();
  feedsOf.set(live, feeds);
  const entry =
    feeds.get(key) ?? openFeed(live, new ChangeFeed(live.reader, key, version), key, workspaceKey);
  feeds.set(key, entry);
  entry.feed.hear(version);
  const endListening = entry.feed.listen(listener);
  return {
    feed: entry.feed,
    end() {
      endListening();
      if (entry.feed.hasListeners() || feeds.get(key) !== entry) return;
      feeds.delete(key);
      entry.close();
    },
  };
}

function openFeed({ wakeUps }: Live, feed: ChangeFeed, key: number, workspaceKey: number): Entry {
  const endings = [
    wakeUps.watchGroup(key, (version) => feed.hear(version)),
    wakeUps.watchErasures((where) => {
      if (where === workspaceKey) feed.forget();
    }),
  ];
  const close = () => {
    for (const end of endings) end();
  };
  return { feed, close };
}
