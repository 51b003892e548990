/** How many of a difference are named. */
export const mostNamed = 100;

/** Who has come into a set and who has left it: how many, and the first 100 of each. */
export interface Difference {
  readonly cameCount: number;
  readonly leftCount: number;
  readonly came: readonly number[];
  readonly left: readonly number[];
}

export const noDifference: Difference = { cameCount: 0, leftCount: 0, came: [], left: [] };

/** The difference between two sets of keys, each in ascending order. */
export function differenceOf(before: Int32Array, after: Int32Array): Difference {
  const came = new Named();
  const left = new Named();
  for (let old = 0, young = 0; old < before.length || young < after.length; ) {
    const [was, is] = [before[old] ?? Number.POSITIVE_INFINITY, after[young] ?? Number.POSITIVE_INFINITY];
    if (was < is) left.add(was);
    if (is < was) came.add(is);
    if (was <= is) old += 1;
    if (is <= was) young += 1;
  }
  return { cameCount: came.count, leftCount: left.count, came: came.first, left: left.first };
}

/** Keys that are counted, of which the first are named. */
class Named {
  readonly first: number[] = [];
  count = 0;

  add(key: number): void {
    this.count += 1;
    if (this.first.length < mostNamed) this.first.push(key);
  }
}
