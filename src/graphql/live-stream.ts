import type { Viewer } from '../access/viewer.ts';
import type { Context } from './context.ts';
import { limitError } from './limits/limit-error.ts';
import { unauthenticated } from './read-errors.ts';

/** What the field of a subscription resolves from. */
export interface LiveEvent<Root> {
  readonly root: Root;
  /** Where a client that has seen it goes on from; undefined where it is to read anew. */
  readonly cursor?: string;
}

/** Where events come from. Each is read when it is asked for: whoever is slow has nothing waiting here. */
export interface Source<Root> {
  /** The workspaces that its events are about. */
  readonly workspaceKeys: readonly number[];
  /** The next event, or null while there is nothing new. */
  take(): Promise<LiveEvent<Root> | null>;
  /** Resolves as soon as there may be something to take, or when the signal is aborted. */
  wait(signal: AbortSignal): Promise<void>;
  /** @throws GraphQLError once this viewer may see it no longer */
  requireVisible(viewer: Viewer): void;
  /** Where a client goes on from that has seen nothing yet. */
  readonly startCursor?: string | undefined;
  /** What has been taken so far: whoever asks for the same at equal places is told the same from there on. Null for one that is nowhere yet. */
  place(): unknown;
  /** Another one of the same that goes on from the same place. */
  fork(): Source<Root>;
  /** Serves the subscribers of another one too, which was at the same place. */
  adopt?(other: Source<Root>): void;
  close(): void;
}

/**
 * The events of a source for a context's viewer.
 * @throws GraphQLError LIMIT_EXCEEDED when the viewer has as many subscriptions as one may have, and what `open` throws
 */
export async function liveEvents<Root>(
  context: Context,
  open: (viewer: Viewer) => Promise<Source<Root>>,
): Promise<LiveStream<Root>> {
  const { viewer, live, gone } = context;
  if (viewer === null) throw unauthenticated();
  const place = live.streams.open(viewer.userId);
  if (place === null)
    throw limitError(
      'subscriptions',
      `You have ${live.streams.mostPerUser} subscriptions here; at most ${live.streams.mostPerUser} are allowed. End one that is not needed.`,
    );
  try {
    return new LiveStream(viewer, await open(viewer), place, gone);
  } catch (error) {
    place.end();
    throw error;
  }
}

/** A stream's place among those of its user. */
interface StreamPlace {
  isFlushed: boolean;
  end(): void;
}

/**
 * A subscription that is open. As an iterable, which GraphQL.js and transports take it for, it has no items: events go
 * to the transport's sink, and its `next` waits for the end. Nothing is told before that is asked for.
 */
export class LiveStream<Root> implements AsyncIterableIterator<LiveEvent<Root>> {
  readonly viewer: Viewer;
  readonly source: Source<Root>;
  readonly #place: StreamPlace;
  readonly #gone: AbortSignal;
  readonly #over: Promise<void>;
  #finish: () => void = () => undefined;
  #begin: () => () => void = () => () => undefined;
  #leave: (() => void) | null = null;
  #isEnded = false;

  constructor(viewer: Viewer, source: Source<Root>, place: StreamPlace, gone: AbortSignal) {
    this.viewer = viewer;
    this.source = source;
    this.#place = place;
    this.#gone = gone;
    this.#over = new Promise((resolve) => {
      this.#finish = resolve;
    });
    // A client that hung up before there was a stream: no transport knows of that one.
    if (gone.aborted) this.end();
    else gone.addEventListener('abort', this.end);
  }

  /** Says how to begin to tell events; `begin` takes over the source, and answers with what ends the telling. */
  onBegin(begin: () => () => void): this {
    this.#begin = begin;
    return this;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<LiveEvent<Root>, undefined>> {
    if (!this.#isEnded) this.#leave ??= this.#begin();
    await this.#over;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<LiveEvent<Root>, undefined>> {
    this.end();
    return { done: true, value: undefined };
  }

  /** Notes that it has told all that was known when the node began to stop. */
  flush(): void {
    this.#place.isFlushed = true;
  }

  readonly end = (): void => {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#gone.removeEventListener('abort', this.end);
    if (this.#leave === null) this.source.close();
    else this.#leave();
    this.#place.end();
    this.#finish();
  };
}
