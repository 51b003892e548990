import { afterEach, describe, expect, it } from 'vitest';
import { change, cursorAt, numbers } from './fixtures/groups.ts';
import { raceAtSeam, startSeam } from './fixtures/seam.ts';
import { follow, followFromNow } from './fixtures/subscriber.ts';

const seam = await startSeam();
const { writing, node, cable, token, newGroup } = seam;

afterEach(async () => {
  cable.goOn();
  expect([...writing.unexpected.splice(0), ...node.unexpected.splice(0)]).toEqual([]);
  await expect.poll(() => node.live.streams.size).toBe(0);
});

const readings = () => node.statements.filter((text) => text.includes('membership_change.version >')).length;

describe('what is committed while the log is read', () => {
  it('is told after what was read, where the reading has not seen it', async () => {
    const groupId = await newGroup(0);
    const { subscriber } = await followFromNow(node, token, [groupId]);
    const before = readings();
    cable.hold('answers');
    await change(writing, token, groupId);
    await expect.poll(readings).toBe(before + 1);
    // What is asked and not answered has been looked up by now, or sees this too: either way it is told once.
    await change(writing, token, groupId);
    await change(writing, token, groupId);
    cable.goOn();
    expect(await subscriber.versions(3)).toEqual([1, 2, 3]);
    await subscriber.end();
  });

  it('is told once, where the reading has seen it before its wake-up came', async () => {
    const groupId = await newGroup(0);
    const { subscriber } = await followFromNow(node, token, [groupId]);
    const before = readings();
    cable.hold('questions');
    await change(writing, token, groupId);
    await expect.poll(readings).toBe(before + 1);
    await change(writing, token, groupId);
    cable.goOn();
    expect(await subscriber.versions(2)).toEqual([1, 2]);
    await change(writing, token, groupId);
    expect(await subscriber.versions(1)).toEqual([3]);
    await subscriber.end();
  });

  it.for([99, 100, 101, 200])('is told after %i changes that were missed', async (missed) => {
    const groupId = await newGroup(missed);
    const after = await cursorAt(writing, groupId, 0);
    const subscriber = follow(node, token, [groupId], { after });
    const before = readings();
    await subscriber.next();
    await expect.poll(readings).toBeGreaterThan(before);
    await change(writing, token, groupId);
    expect(await subscriber.versions(missed + 1)).toEqual(numbers(1, missed + 1));
    await subscriber.end();
  });
});

describe('50 races at the seam', () => {
  it('tell every subscriber each change once and in order', async () => {
    for (let race = 0; race < 50; race += 5)
      await Promise.all(Array.from({ length: 5 }, () => raceAtSeam(seam)));
  }, 180_000);
});
