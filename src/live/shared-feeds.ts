import type { Live } from './live.ts';

/** What is read once on a node for all who listen to it. */
export interface Feed {
  /** Told when there may be something new; answers with what ends it. */
  listen(listener: () => void): () => void;
  hasListeners(): boolean;
  close(): void;
}

/** The feeds of one kind by what they are of: each is opened with the first who listens to it and closed with the last. */
export class SharedFeeds<Shared extends Feed> {
  readonly #ofNodes = new WeakMap<Live, Map<number, Shared>>();

  follow(
    live: Live,
    key: number,
    open: () => Shared,
    listener: () => void,
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
