import {
  bytesOf,
  type Chunk,
  chunkHas,
  chunkOf,
  intersect,
  lowsOf,
  rankIn,
  subtract,
  unite,
} from './chunk.ts';

/** Part of a bitmap's keys: so many beyond and before others, from the end when `backward`. */
export interface KeyRange {
  readonly limit: number;
  readonly backward: boolean;
  readonly after: number | null;
  readonly before: number | null;
}

/** What an entry of a map takes beside the keys, in bytes: the entry, two objects and a buffer. */
const bytesPerChunk = 300;

/**
 * A set of keys from 0 to 2³¹ − 1, in chunks of 65,536 that have the same high bits (as Roaring bitmaps are). Never
 * changed once it is made: what is made of it shares the chunks that stay as they are.
 */
export class Bitmap {
  static readonly none = new Bitmap(new Uint16Array(), []);

  readonly count: number;
  /** Ascending; `#chunks` has as many. */
  readonly #highs: Uint16Array;
  readonly #chunks: readonly Chunk[];

  private constructor(highs: Uint16Array, chunks: readonly Chunk[]) {
    this.#highs = highs;
    this.#chunks = chunks;
    this.count = chunks.reduce((sum, { count }) => sum + count, 0);
  }

  /** Of keys in any order; they may repeat. */
  static of(keys: Int32Array): Bitmap {
    if (keys.length === 0) return Bitmap.none;
    const { lowest, highest } = highsOf(keys);
    const sizes = new Int32Array(highest - lowest + 1);
    for (const key of keys) sizes[(key >>> 16) - lowest] = (sizes[(key >>> 16) - lowest] ?? 0) + 1;
    const lows = Array<Uint16Array | undefined>(sizes.length);
    const highs: number[] = [];
    for (const [index, size] of sizes.entries()) {
      if (size === 0) continue;
      lows[index] = new Uint16Array(size);
      highs.push(lowest + index);
    }
    // From the end of each: what is left of its size says where.
    for (const key of keys) {
      const index = (key >>> 16) - lowest;
      const left = (sizes[index] ?? 0) - 1;
      const found = lows[index];
      if (found !== undefined) found[left] = key & 0xffff;
      sizes[index] = left;
    }
    return Bitmap.#make(highs, (high) => chunkOf(lows[high - lowest] ?? new Uint16Array()));
  }

  /** Whoever is in one of them. */
  static union(bitmaps: readonly Bitmap[]): Bitmap {
    const [first] = bitmaps;
    if (first === undefined || bitmaps.length === 1) return first ?? Bitmap.none;
    const highs = new Set(bitmaps.flatMap((each) => [...each.#highs]));
    return Bitmap.#make(highs, (high) => unite(bitmaps.flatMap((each) => each.#chunk(high) ?? [])));
  }

  /** Those high bits for which `make` makes a chunk. */
  static #make(highs: Iterable<number>, make: (high: number) => Chunk | null): Bitmap {
    const chunks: Chunk[] = [];
    const kept = Uint16Array.from(highs)
      .sort()
      .filter((high) => {
        const chunk = make(high);
        if (chunk !== null) chunks.push(chunk);
        return chunk !== null;
      });
    return new Bitmap(kept, chunks);
  }

  /** Bytes that it takes. */
  get size(): number {
    return this.#chunks.reduce((sum, chunk) => sum + bytesOf(chunk) + bytesPerChunk, bytesPerChunk);
  }

  has(key: number): boolean {
    const chunk = this.#chunk(key >>> 16);
    return chunk !== undefined && chunkHas(chunk, key & 0xffff);
  }

  /** Whoever is in both. */
  and(other: Bitmap): Bitmap {
    return Bitmap.#make(this.#highs, (high) => {
      const [mine, theirs] = [this.#chunk(high), other.#chunk(high)];
      return mine === undefined || theirs === undefined ? null : intersect(mine, theirs);
    });
  }

  /** Whoever is in this and not in the other. */
  andNot(other: Bitmap): Bitmap {
    if (other.count === 0) return this;
    return Bitmap.#make(this.#highs, (high) => {
      const [mine, theirs] = [this.#chunk(high), other.#chunk(high)];
      return mine === undefined || theirs === undefined ? (mine ?? null) : subtract(mine, theirs);
    });
  }

  /** All keys, ascending. */
  keys(): Int32Array {
    const keys = new Int32Array(this.count);
    let next = 0;
    for (const [index, chunk] of this.#chunks.entries()) {
      const high = (this.#highs[index] ?? 0) << 16;
      for (const low of lowsOf(chunk)) keys[next++] = high | low;
    }
    return keys;
  }

  /** The keys of a range, in the order in which it goes. Chunks outside of it are passed over. */
  slice({ limit, backward, after, before }: KeyRange): number[] {
    const found: number[] = [];
    const order = [...this.#highs.keys()];
    for (const index of backward ? order.reverse() : order) {
      if (found.length >= limit) break;
      const high = (this.#highs[index] ?? 0) << 16;
      const chunk = this.#chunks[index];
      if (chunk === undefined || high + 0xffff <= (after ?? -1) || high >= (before ?? Infinity)) continue;
      const lows = lowsOf(chunk);
      const start = after === null || after < high ? 0 : rankIn(lows, after - high + 1);
      const end = before === null || before > high + 0xffff ? lows.length : rankIn(lows, before - high);
      const rest = limit - found.length;
      const part = backward
        ? lows.slice(Math.max(start, end - rest), Math.max(start, end)).reverse()
        : lows.slice(start, Math.min(end, start + rest));
      for (const low of part) found.push(high | low);
    }
    return found;
  }

  #chunk(high: number): Chunk | undefined {
    const index = rankIn(this.#highs, high);
    return this.#highs[index] === high ? this.#chunks[index] : undefined;
  }
}

/** The lowest and the highest of the keys' high bits. */
function highsOf(keys: Int32Array): { readonly lowest: number; readonly highest: number } {
  let [least, most] = [keys[0] ?? 0, 0];
  for (const key of keys) {
    if (key < least) least = key;
    if (key > most) most = key;
  }
  return { lowest: least >>> 16, highest: most >>> 16 };
}
