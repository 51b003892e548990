import type { Reader } from '../database/reader.ts';
import type { Live } from '../live/live.ts';
import { type Feed, SharedFeeds } from '../live/shared-feeds.ts';
import { type FollowedGroup, loadChangesAfter } from './feed-loaders.ts';
import type { ChangeRow } from './loaders.ts';

/** So many changes are kept for who comes next, for so long in ms. Who is further behind is read to from the log. */
const mostKept = 200;
export const keptMilliseconds = 5_000;

type GroupToFollow = Pick<FollowedGroup, 'key' | 'workspaceKey' | 'version'>;

interface Kept {
  readonly change: ChangeRow;
  readonly since: number;
}

/**
 * The one reader of a group's log on this node, however many subscribers it has. Wake-ups only say that there may be
 * something to read; what there is, the log says.
 */
export class ChangeFeed implements Feed<() => void> {
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
  readonly #endings: readonly (() => void)[];

  /** `watch` says what wakes it, and answers with what ends that. */
  constructor(
    reader: Reader,
    groupKey: number,
    version: number,
    watch: (feed: ChangeFeed) => readonly (() => void)[] = () => [],
  ) {
    this.#reader = reader;
    this.#groupKey = groupKey;
    this.#heard = version;
    this.#endings = watch(this);
  }

  close(): void {
    for (const end of this.#endings) end();
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

const feeds = new SharedFeeds<() => void, ChangeFeed>();

/** The group's feed on this node, which has heard of the version at which the group was found. */
export function followGroup(live: Live, group: GroupToFollow, listener: () => void) {
  const { reader, wakeUps } = live;
  const { key, workspaceKey, version } = group;
  const watch = (feed: ChangeFeed) => [
    wakeUps.watchGroup(key, (heard) => feed.hear(heard)),
    wakeUps.watchErasures((where) => {
      if (where === workspaceKey) feed.forget();
    }),
  ];
  const followed = feeds.follow(live, key, () => new ChangeFeed(reader, key, version, watch), listener);
  followed.feed.hear(version);
  return followed;
}
