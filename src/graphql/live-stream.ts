import { GraphQLError } from 'graphql';
import type { Viewer } from '../access/viewer.ts';
import type { Context } from './context.ts';
import { endable } from './endable.ts';
import { limitError } from './limits/limit-error.ts';
import { patiently } from './patience.ts';
import { unauthenticated } from './read-errors.ts';

/** One event: what the subscription's field resolves from, and for whom. */
export interface LiveEvent<Root> {
  readonly root: Root;
  readonly viewer: Viewer;
  /** Where a client that has seen this event goes on from; undefined where it is to read anew. */
  readonly cursor?: string | undefined;
}

/** Where events come from. Each is read when it is asked for: whoever is slow has nothing waiting here. */
export interface Source<Root> {
  /** The next event, or null while there is nothing new. */
  take(): Promise<{ readonly root: Root; readonly cursor?: string } | null>;
  /** Resolves as soon as there may be something to take, or when the signal is aborted. */
  wait(signal: AbortSignal): Promise<void>;
  /** @throws GraphQLError once this viewer may see it no longer */
  requireVisible(viewer: Viewer): void;
  /** Where a client goes on from that has seen nothing yet. */
  readonly startCursor?: string | undefined;
  close(): void;
}

/** However little happens, rights are looked at again after so long, in ms. */
const rightsMilliseconds = 9_000;

/**
 * The events of a source for a context's viewer, whose rights are looked at again for each of them and at least every
 * ten seconds. Ends with UNAUTHENTICATED or what `requireVisible` throws, each with the cursor of the last event.
 * @throws GraphQLError LIMIT_EXCEEDED when the viewer has as many subscriptions as one may have, and what `open` throws
 */
export async function liveEvents<Root>(
  context: Context,
  open: (viewer: Viewer) => Promise<Source<Root>>,
): Promise<AsyncIterableIterator<LiveEvent<Root>>> {
  const { viewer, live } = context;
  if (viewer === null) throw unauthenticated();
  const stream = live.streams.open(viewer.userId);
  if (stream === null) throw tooMany(live.streams.mostPerUser);
  try {
    const source = await open(viewer);
    const follower = new Follower(context, viewer, source, () => {
      stream.isFlushed = true;
    });
    return endedWith(context.gone, (onEnd) =>
      endable(
        (ended) => follower.follow(ended),
        () => {
          source.close();
          stream.end();
          onEnd();
        },
      ),
    );
  } catch (error) {
    stream.end();
    throw error;
  }
}

/** Ends a stream whose client has hung up, also one that was not yet open then: no transport knows of that one. */
function endedWith<Item>(
  gone: AbortSignal,
  open: (onEnd: () => void) => AsyncIterableIterator<Item>,
): AsyncIterableIterator<Item> {
  const end = () => void events.return?.();
  const events = open(() => gone.removeEventListener('abort', end));
  if (gone.aborted) end();
  else gone.addEventListener('abort', end);
  return events;
}

/** Follows a source on behalf of one viewer. */
class Follower<Root> {
  readonly #context: Context;
  readonly #source: Source<Root>;
  readonly #onFlushed: () => void;
  #viewer: Viewer;
  #cursor: string | undefined;
  #lookedAt = Date.now();

  constructor(context: Context, viewer: Viewer, source: Source<Root>, onFlushed: () => void) {
    this.#context = context;
    this.#viewer = viewer;
    this.#source = source;
    this.#cursor = source.startCursor;
    this.#onFlushed = onFlushed;
  }

  async *follow(ended: AbortSignal): AsyncGenerator<LiveEvent<Root>> {
    try {
      while (!ended.aborted) {
        const event = await patiently(() => this.#source.take(), ended);
        if (event !== null || this.#isDue() <= 0) await patiently(() => this.#look(), ended);
        if (event === null) await this.#pause(ended);
        else {
          yield { ...event, viewer: this.#viewer };
          this.#cursor = event.cursor;
        }
      }
    } catch (error) {
      throw withCursor(error, this.#cursor);
    }
  }

  async #look(): Promise<void> {
    const viewer = await this.#context.live.lookAgain(this.#viewer);
    if (viewer === null) throw unauthenticated();
    this.#source.requireVisible(viewer);
    this.#viewer = viewer;
    this.#lookedAt = Date.now();
  }

  /** In how many ms rights are to be looked at again. */
  #isDue(): number {
    return this.#lookedAt + rightsMilliseconds - Date.now();
  }

  /** Waits for something to take, for the next look, or for an end. */
  async #pause(ended: AbortSignal): Promise<void> {
    const { stopping } = this.#context.live;
    if (stopping.aborted) this.#onFlushed();
    const waiting = new AbortController();
    const wake = () => waiting.abort();
    const timer = setTimeout(wake, this.#isDue());
    const signals = stopping.aborted ? [ended] : [ended, stopping];
    for (const signal of signals) signal.addEventListener('abort', wake);
    if (!ended.aborted) await this.#source.wait(waiting.signal);
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', wake);
  }
}

function tooMany(most: number): GraphQLError {
  return limitError(
    'subscriptions',
    `You have ${most} subscriptions here; at most ${most} are allowed. End one that is not needed.`,
  );
}

/** The error that a stream ends with; what it is, is for masking to say. */
function withCursor(error: unknown, cursor: string | undefined): GraphQLError {
  const original = error instanceof Error ? error : new Error(String(error));
  const extensions = error instanceof GraphQLError ? error.extensions : {};
  return new GraphQLError(original.message, {
    ...(error instanceof GraphQLError ? {} : { originalError: original }),
    extensions: { ...extensions, ...(cursor === undefined ? {} : { cursor }) },
  });
}
