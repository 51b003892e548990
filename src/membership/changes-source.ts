import type { Viewer } from '../access/viewer.ts';
import { encodeGlobalId } from '../global-id.ts';
import type { Source } from '../graphql/live-stream.ts';
import { notFound } from '../graphql/read-errors.ts';
import { Waiting } from '../graphql/waiting.ts';
import type { Live } from '../live/live.ts';
import { type ChangeFeed, followGroup, keptMilliseconds } from './change-feed.ts';
import { type Place, proofOf, writeChangesCursor } from './cursor-rules.ts';
import type { FollowedGroup } from './feed-loaders.ts';
import type { ChangeRow } from './loaders.ts';

/** An event of a subscription to changes; without a change it is a checkpoint. */
export interface ChangeEvent {
  readonly cursor: string;
  readonly change: ChangeRow | null;
}

interface Followed {
  readonly feed: ChangeFeed;
  readonly end: () => void;
  place: Place;
  /** Read and not yet told; since when, and of which edition. */
  next: readonly ChangeRow[];
  since: number;
  edition: number;
}

/**
 * The changes of several groups from a place in each of their logs on: a checkpoint, then every change once, in order
 * for each group. What was missed is read from the log, group by group in turn; that and what is live is one and the same
 * reading, so there is no seam between them.
 */
export class ChangesSource implements Source<ChangeEvent> {
  readonly startCursor: string;
  readonly workspaceKeys: readonly number[];
  readonly #live: Live;
  readonly #groups: readonly FollowedGroup[];
  readonly #followed: Followed[];
  readonly #waiting = new Waiting();
  #isAtStart = true;
  #turn = 0;

  constructor(live: Live, groups: readonly FollowedGroup[], places: readonly Place[]) {
    this.#live = live;
    this.#groups = groups;
    this.workspaceKeys = [...new Set(groups.map(({ workspaceKey }) => workspaceKey))].sort((a, b) => a - b);
    this.#followed = groups.map((group, index) => {
      const { feed, end } = followGroup(live, group, this.#waiting.wake);
      return { feed, end, place: places[index] ?? placeOf(group), next: [], since: 0, edition: 0 };
    });
    this.startCursor = this.#cursor();
  }

  async take() {
    if (this.#isAtStart) {
      this.#isAtStart = false;
      return this.#event(null);
    }
    this.#waiting.reset();
    for (let tried = 0; tried < this.#followed.length; tried += 1) {
      const followed = this.#followed[this.#turn % this.#followed.length];
      if (followed === undefined) return null;
      if (isUsedUp(followed)) await readOn(followed);
      const [change, ...rest] = followed.next;
      if (change === undefined || rest.length === 0) this.#turn += 1;
      if (change === undefined) continue;
      followed.next = rest;
      const { groupKey, version, occurredAt } = change;
      const [groupId = ''] = change.id.split('.');
      followed.place = { groupKey, version, proof: proofOf({ groupId, version, occurredAt }) };
      return this.#event(change);
    }
    return null;
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.#waiting.wait(signal);
  }

  requireVisible(viewer: Viewer): void {
    const hidden = this.#groups.filter(({ workspaceKey }) => !viewer.roles.has(workspaceKey));
    if (hidden.length > 0) throw notFound(hidden.map(({ id }) => encodeGlobalId('ParticipantGroup', id)));
  }

  place(): string | null {
    return this.#isAtStart || this.#followed.some(({ next }) => next.length > 0) ? null : this.#cursor();
  }

  fork(): ChangesSource {
    const places = this.#followed.map(({ place }) => place);
    const fork = new ChangesSource(this.#live, this.#groups, places);
    fork.#isAtStart = this.#isAtStart;
    fork.#turn = this.#turn;
    for (const [index, followed] of fork.#followed.entries()) {
      const { next, since, edition } = this.#followed[index] ?? followed;
      Object.assign(followed, { next, since, edition });
    }
    return fork;
  }

  close(): void {
    for (const { end } of this.#followed) end();
  }

  #event(change: ChangeRow | null) {
    const cursor = this.#cursor();
    return { root: { cursor, change }, cursor };
  }

  #cursor(): string {
    return writeChangesCursor(this.#followed.map(({ place }) => place));
  }
}

/** Whether the log is to be read: whoever is slow may not be told what was replaced long ago. */
function isUsedUp({ feed, next, since, edition }: Followed): boolean {
  return next.length === 0 || edition !== feed.edition || Date.now() - since > keptMilliseconds;
}

/** Reads again what was replaced while it was read. */
async function readOn(followed: Followed): Promise<void> {
  const { feed, place } = followed;
  do {
    followed.edition = feed.edition;
    followed.since = Date.now();
    followed.next = await feed.after(place.version);
  } while (followed.edition !== feed.edition);
}

/** The newest place in a group's log. */
export function placeOf({ key, id, version, lastChangeAt }: FollowedGroup): Place {
  return { groupKey: key, version, proof: proofOf({ groupId: id, version, occurredAt: lastChangeAt }) };
}
