/** A stream of events that somebody is subscribed to. */
export interface Stream {
  /** Whether it has told all that it knew of when the node began to stop. */
  isFlushed: boolean;
  end(): void;
}

/** The streams that are open on this node, counted by user. */
export class Streams {
  readonly #open = new Map<string, Set<Stream>>();
  readonly #mostPerUser: number;

  constructor(mostPerUser: number) {
    this.#mostPerUser = mostPerUser;
  }

  get mostPerUser(): number {
    return this.#mostPerUser;
  }

  /** How many are open. */
  get size(): number {
    return [...this.#open.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Opens one for a user, or answers with null where they have as many as they may. */
  open(userId: string): Stream | null {
    const own = this.#open.get(userId) ?? new Set();
    if (own.size >= this.#mostPerUser) return null;
    const stream = {
      isFlushed: false,
      end: () => {
        own.delete(stream);
        if (own.size === 0 && this.#open.get(userId) === own) this.#open.delete(userId);
      },
    };
    this.#open.set(userId, own.add(stream));
    return stream;
  }

  areFlushed(): boolean {
    return [...this.#open.values()].every((own) => [...own].every(({ isFlushed }) => isFlushed));
  }
}
