import { Bitmap } from '../bitmap/bitmap.ts';
import type { BitmapCache, Pinned } from '../bitmap/cache.ts';
import type { Facts } from './fact-loaders.ts';
import { nameOf } from './row-loaders.ts';

/** Groups by key. */
export type HeldGroups = ReadonlyMap<number, Pinned>;

/** The groups whose bitmaps are cached, of those that decided about the studies when these were last asked about. */
export function heldGroups(bitmaps: BitmapCache, studyKeys: Iterable<number>): HeldGroups {
  const held = new Map<number, Pinned>();
  for (const studyKey of studyKeys) {
    for (const groupKey of bitmaps.get(nameOf('STUDY', studyKey))?.keys.keys() ?? []) {
      const pinned = bitmaps.get(nameOf('GROUP', groupKey));
      if (pinned !== undefined) held.set(groupKey, pinned);
    }
  }
  return held;
}

/** The members of the groups that were held, as of the facts. */
export function currentGroups(
  bitmaps: BitmapCache,
  held: HeldGroups,
  { patches }: Facts,
  source: object,
): Map<number, Bitmap> {
  const current = new Map<number, Bitmap>();
  for (const [groupKey, version, came, went] of patches) {
    const before = held.get(groupKey);
    if (before === undefined) throw new Error(`The group ${groupKey} was not held`);
    const pin = String(version);
    const rest = before.keys.andNot(Bitmap.of(Int32Array.from(went)));
    const keys = came.length === 0 ? rest : Bitmap.union([rest, Bitmap.of(Int32Array.from(came))]);
    if (pin !== before.pin) bitmaps.put(nameOf('GROUP', groupKey), { keys, pin }, source);
    current.set(groupKey, keys);
  }
  return current;
}

/** Keeps which groups decide about the studies, to know what to hold next time. */
export function noteStudies(bitmaps: BitmapCache, { studies, nodes, blocklists }: Facts): void {
  const named = new Map<number, number[]>();
  for (const { treeKey, groupKeys } of nodes)
    named.set(treeKey, [...(named.get(treeKey) ?? []), ...groupKeys]);
  const blocking = blocklists.map(([, groupKey]) => groupKey);
  for (const [studyKey, , treeKey] of studies) {
    const name = nameOf('STUDY', studyKey);
    const pin = [treeKey, ...blocking].join();
    if (bitmaps.get(name)?.pin === pin) continue;
    bitmaps.put(name, {
      keys: Bitmap.of(Int32Array.from([...(named.get(treeKey) ?? []), ...blocking])),
      pin,
    });
  }
}
