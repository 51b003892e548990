export type Work = () => Promise<unknown>;

/** The gateway's work beside the best of what does the same; they take turns. */
export interface Turns {
  readonly name: string;
  readonly rounds: number;
  readonly ours: Work;
  /** Done before each of ours, and not timed. */
  readonly before?: Work;
  /** Ways of which the quickest of a round counts. */
  readonly best: readonly Work[];
  /** How many of ours come on one of the best: their median is the round's time. */
  readonly repeat: number;
}

async function timed(work: Work): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Median, and the first and ninth decile. */
function summary(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.round(share * (sorted.length - 1))] ?? 0).toPrecision(3));
  return `${at(0.5)} (${at(0.1)}–${at(0.9)})`;
}

/** How often what comes more than once a round is done first: a server that answers has been compiled. */
const warmUps = 200;

/** Takes turns, two rounds of them to warm up; prints both times in ms, and the median of the rounds' ratios. */
export async function takeTurns({ name, rounds, ours, before, best, repeat }: Turns): Promise<void> {
  const times: { ours: number[]; best: number[] } = { ours: [], best: [] };
  for (let turn = 0; repeat > 1 && turn < warmUps; turn += 1) {
    await before?.();
    await ours();
  }
  for (let round = -2; round < rounds; round += 1) {
    const some: number[] = [];
    for (let turn = 0; turn < repeat; turn += 1) {
      await before?.();
      some.push(await timed(ours));
    }
    const others: number[] = [];
    for (const work of best) others.push(await timed(work));
    if (round < 0) continue;
    times.ours.push(some.sort((a, b) => a - b)[repeat >> 1] ?? 0);
    times.best.push(Math.min(...others));
  }
  const ratios = times.best.map((each, index) => each / (times.ours[index] ?? 0));
  process.stdout.write(
    `| ${name} | ${summary(times.ours)} | ${summary(times.best)} | ${summary(ratios)} |\n`,
  );
}
