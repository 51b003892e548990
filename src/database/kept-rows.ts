/** Half of what a row is kept for at most, in ms: whoever is not asked for is forgotten within twice as long. */
const generationMilliseconds = 5 * 60_000;

/**
 * Rows that nobody edits while others can see them, kept in memory by their keys, up to so many. A row is in one of two
 * generations: what is asked for comes to the younger one, and the older one is forgotten when the younger one is full or
 * five minutes old. So what is no longer asked for is gone after ten minutes at most.
 */
export class KeptRows<Row extends { readonly key: number }> {
  readonly #mostYoung: number;
  readonly #aging: NodeJS.Timeout;
  #young = new Map<number, Row>();
  #old = new Map<number, Row>();
  #source = {};

  /** Keeps `most` rows, none for 0. */
  constructor(most: number) {
    this.#mostYoung = Math.floor(most / 2);
    this.#aging = setInterval(() => this.#age(), generationMilliseconds).unref();
  }

  /** How many rows are kept. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What rows come from; another one after each `forget`. */
  get source(): object {
    return this.#source;
  }

  get(key: number): Row | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#old.delete(key);
      this.#add(old);
    }
    return old;
  }

  /** Keeps rows that were read while `source` was what they come from. */
  keep(rows: Iterable<Row>, source: object): void {
    if (source !== this.#source || this.#mostYoung === 0) return;
    for (const row of rows) this.#add(row);
  }

  /** Forgets all: their keys may be other rows' from now on. */
  forget(): void {
    this.#source = {};
    this.#age();
    this.#age();
  }

  close(): void {
    clearInterval(this.#aging);
    this.forget();
  }

  #add(row: Row): void {
    if (this.#young.size >= this.#mostYoung) this.#age();
    this.#young.set(row.key, row);
  }

  #age(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }
}
