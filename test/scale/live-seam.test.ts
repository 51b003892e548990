import { expect, it } from 'vitest';
import { raceAtSeam, startSeam } from '../live/fixtures/seam.ts';

const races = 1_000;
const atOnce = 5;

const seam = await startSeam();

it('tells every subscriber each change once and in order in 1,000 races at the seam', async () => {
  for (let race = 0; race < races; race += atOnce)
    await Promise.all(Array.from({ length: atOnce }, () => raceAtSeam(seam)));
  expect([...seam.writing.unexpected, ...seam.node.unexpected]).toEqual([]);
});
