import { expect, it } from 'vitest';
import { Bitmap } from '../../src/bitmap/bitmap.ts';
import { BitmapCache } from '../../src/bitmap/cache.ts';

const pinned = (pin: string, ...keys: number[]) => ({ keys: Bitmap.of(Int32Array.from(keys)), pin });
/** Of one with a single key, and what its entry takes. */
const bytesOfOne = pinned('', 1).keys.size + 300;

it('lets go of what was not used for longest', () => {
  const cache = new BitmapCache(2 * bytesOfOne);
  cache.put('a', pinned('1', 1));
  cache.put('b', pinned('1', 2));
  cache.get('a');
  cache.put('c', pinned('1', 3));
  expect(['a', 'b', 'c'].map((name) => cache.get(name)?.pin ?? null)).toEqual(['1', null, '1']);
  expect(cache.bytes).toBe(2 * bytesOfOne);
});

it('counts what takes another’s place once', () => {
  const cache = new BitmapCache(10 * bytesOfOne);
  cache.put('a', pinned('1', 1));
  cache.put('a', pinned('2', 2));
  expect([cache.get('a')?.pin, cache.bytes]).toEqual(['2', bytesOfOne]);
});

it('keeps nothing that is larger than all that it may keep, and lets go of nothing for it', () => {
  const cache = new BitmapCache(bytesOfOne);
  cache.put('a', pinned('1', 1));
  cache.put('b', pinned('1', ...Array(1_000).keys()));
  expect([cache.get('a')?.pin, cache.get('b')]).toEqual(['1', undefined]);
});

it('lets one build what several need at once, and the others go on when it is done', async () => {
  const cache = new BitmapCache(10 * bytesOfOne);
  const builds: boolean[] = [];
  const work = async () => {
    builds.push(cache.get('a') === undefined);
    await new Promise((resume) => setTimeout(resume, 5));
    cache.put('a', pinned('1', 1));
  };
  await Promise.all([1, 2, 3].map(() => cache.building(['a'], work)));
  expect(builds).toEqual([true, false, false]);
});

it('makes the others build themselves where building fails', async () => {
  const cache = new BitmapCache(10 * bytesOfOne);
  const failing = cache.building(['a'], () => Promise.reject(new Error('No')));
  const going = cache.building(['a'], async () => 'built');
  await expect(failing).rejects.toThrow('No');
  expect(await going).toBe('built');
});

it('lets nobody wait where nothing is kept', async () => {
  const cache = new BitmapCache(0);
  let isDone = false;
  const slow = cache.building(['a'], async () => {
    await new Promise((done) => setTimeout(done, 50));
    isDone = true;
  });
  await cache.building(['a'], async () => undefined);
  expect(isDone).toBe(false);
  await slow;
});

it('keeps nothing that was read before all was forgotten', () => {
  const cache = new BitmapCache(10 * bytesOfOne);
  cache.put('a', pinned('1', 1));
  const { source } = cache;
  cache.forget();
  cache.put('b', pinned('1', 2), source);
  expect([cache.get('a'), cache.get('b'), cache.bytes]).toEqual([undefined, undefined, 0]);
  cache.put('b', pinned('1', 2), cache.source);
  expect(cache.get('b')?.pin).toBe('1');
});
