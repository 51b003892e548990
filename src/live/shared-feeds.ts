import type { Live } from './live.ts';

/** What is read once on a node for all who listen to it. */
export interface Feed<Listener> {
  /** Answers with what ends it. */
  listen(listener: Listener): () => void;
  hasListeners(): boolean;
  close(): void;
}

/** The feeds of one kind by what they are of: each is opened with the first who listens to it and closed with the last. */
export class SharedFeeds<Listener, Shared extends Feed<Listener>> {
  readonly #ofNodes = new WeakMap<Live, Map<number, Shared>>();

  follow(
    live: Live,
    key: number,
    open: () => Shared,
    listener: Listener,
  ): { readonly feed: Shared; readonly end: () => void } {
    const feeds = this.#ofNodes.get(live) ?? new Map<number, Shared>();
    this.#ofNodes.set(live, feeds);
    const feed = feeds.get(key) ?? open();
    feeds.set(key, feed);
    const endListening = feed.listen(listener);
    return {
      feed,
      end() {
        endListening();
        if (feed.hasListeners() || feeds.get(key) !== feed) return;
        feeds.delete(key);
        feed.close();
      },
    };
  }
}
