/** Keys of one chunk that has few: their low 16 bits, ascending. */
export interface ShortChunk {
  readonly count: number;
  readonly lows: Uint16Array;
}

/** Keys of one chunk that has many: a bit for each of the 65,536. */
export interface LongChunk {
  readonly count: number;
  readonly words: Uint32Array;
}

/** The keys of a bitmap that have the same high 16 bits; never changed once it is made. */
export type Chunk = ShortChunk | LongChunk;

const wordsOfChunk = 2_048;
/** Up to here numbers are shorter than bits. */
const mostLows = 4_096;

/** A chunk of these low bits, in any order; they may repeat. Null for none. */
export function chunkOf(lows: Uint16Array): Chunk | null {
  if (lows.length > mostLows) return compact(withBits(new Uint32Array(wordsOfChunk), lows));
  const sorted = lows.slice().sort();
  const distinct = sorted.filter((low, index) => index === 0 || low !== sorted[index - 1]);
  return short(distinct);
}

export function chunkHas(chunk: Chunk, low: number): boolean {
  if ('words' in chunk) return ((chunk.words[low >>> 5] ?? 0) & (1 << (low & 31))) !== 0;
  const index = rankIn(chunk.lows, low);
  return chunk.lows[index] === low;
}

/** Whoever is in one of them. */
export function unite(chunks: readonly Chunk[]): Chunk | null {
  const [first] = chunks;
  if (first === undefined || chunks.length === 1) return first ?? null;
  const words = new Uint32Array(wordsOfChunk);
  for (const chunk of chunks) {
    if ('lows' in chunk) withBits(words, chunk.lows);
    else
      for (let index = 0; index < wordsOfChunk; index += 1)
        words[index] = at(words, index) | at(chunk.words, index);
  }
  return compact(words);
}

/** Whoever is in both. */
export function intersect(one: Chunk, other: Chunk): Chunk | null {
  if ('lows' in one) return short(one.lows.filter((low) => chunkHas(other, low)));
  if ('lows' in other) return intersect(other, one);
  const words = new Uint32Array(wordsOfChunk);
  for (let index = 0; index < wordsOfChunk; index += 1)
    words[index] = at(one.words, index) & at(other.words, index);
  return compact(words);
}

/** Whoever is in the first and not in the other. */
export function subtract(from: Chunk, other: Chunk): Chunk | null {
  if ('lows' in from) return short(from.lows.filter((low) => !chunkHas(other, low)));
  const words = from.words.slice();
  if ('lows' in other) {
    for (const low of other.lows) words[low >>> 5] = at(words, low >>> 5) & ~(1 << (low & 31));
  } else {
    for (let index = 0; index < wordsOfChunk; index += 1)
      words[index] = at(words, index) & ~at(other.words, index);
  }
  return compact(words);
}

/** The low bits, ascending. */
export function lowsOf(chunk: Chunk): Uint16Array {
  return 'lows' in chunk ? chunk.lows : readBits(chunk.words, chunk.count);
}

/** How many bytes its keys take. */
export function bytesOf(chunk: Chunk): number {
  return ('lows' in chunk ? chunk.lows : chunk.words).byteLength;
}

/** How many of ascending numbers are smaller than this one. */
export function rankIn(sorted: Uint16Array, value: number): number {
  let [start, end] = [0, sorted.length];
  while (start < end) {
    const middle = (start + end) >>> 1;
    if ((sorted[middle] ?? 0) < value) start = middle + 1;
    else end = middle;
  }
  return start;
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function short(lows: Uint16Array): Chunk | null {
  return lows.length === 0 ? null : { count: lows.length, lows };
}

/** As numbers where that is shorter; null without any. */
function compact(words: Uint32Array): Chunk | null {
  let count = 0;
  for (let index = 0; index < wordsOfChunk; index += 1) count += bitsIn(at(words, index));
  return count > mostLows ? { count, words } : short(readBits(words, count));
}

function withBits(words: Uint32Array, lows: Uint16Array): Uint32Array {
  for (const low of lows) words[low >>> 5] = at(words, low >>> 5) | (1 << (low & 31));
  return words;
}

function readBits(words: Uint32Array, count: number): Uint16Array {
  const lows = new Uint16Array(count);
  let next = 0;
  for (let index = 0; index < wordsOfChunk; index += 1) {
    for (let rest = at(words, index); rest !== 0; rest &= rest - 1) {
      lows[next] = (index << 5) | (31 - Math.clz32(rest & -rest));
      next += 1;
    }
  }
  return lows;
}

/** How many bits of 32 are set: counted in pairs, fours and bytes at once. */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
