import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measured, Slice } from './measure.ts';
import { type Variant, variants } from './servers.ts';

const names: Readonly<Record<Variant, string>> = {
  gateway: 'gateway',
  forgetful: 'gateway that keeps nobody',
  postgraphile: 'PostGraphile',
  apollo: 'Apollo',
  floor: 'floor',
};

interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}

/** Median, and from the first to the ninth decile. */
const spreadOf = (values: readonly number[]): Spread => ({
  low: quantile(values, 0.1),
  middle: quantile(values, 0.5),
  high: quantile(values, 0.9),
});

export const digits = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const told = ({ low, middle, high }: Spread) => `${digits(middle)} (${digits(low)}–${digits(high)})`;
export const middleOf = (slices: readonly Slice[], what: (slice: Slice) => number) =>
  digits(spreadOf(slices.map(what)).middle);

export const measuredHead =
  '| | | ms | p99 | requests/s | statements | buffers | Node, ms | PostgreSQL, ms |\n|---|---|---|---|---|---|---|---|---|';

/** What each variant took for one thing that is asked. */
export function measuredRows(name: string, measured: Measured): string[] {
  return variants.flatMap((variant) => {
    const slices = measured.get(variant) ?? [];
    if (slices.length === 0) return [];
    const times = slices.flatMap((slice) => slice.times);
    const cells = [
      variant === 'gateway' ? name : '',
      names[variant],
      told(spreadOf(times)),
      digits(quantile(times, 0.99)),
      told(spreadOf(slices.map(({ rate }) => rate))),
      ...(['statements', 'buffers', 'nodeMilliseconds', 'postgresMilliseconds'] as const).map((what) =>
        middleOf(slices, (slice) => slice[what]),
      ),
    ];
    return [`| ${cells.join(' | ')} |`];
  });
}

const ratioHead = (what: string) =>
  `| ${what} | against PostGraphile | against Apollo | against the floor | against one that keeps nobody |\n|---|---|---|---|---|`;
export const rateHead = ratioHead('requests/s of the gateway');
export const cpuHead = ratioHead('CPU of theirs for that of the gateway');

/** The gateway's rate against each of the others in the same round. */
export const rateRow = (name: string, measured: Measured) =>
  ratioRow(name, measured, (ours, theirs) => ours.rate / theirs.rate);

/** The same of CPU, which other work on the machine hardly touches: above 1, the gateway takes less. */
export const cpuRow = (name: string, measured: Measured) =>
  ratioRow(name, measured, (ours, theirs) => cpuOf(theirs) / cpuOf(ours));

const cpuOf = ({ nodeMilliseconds, postgresMilliseconds }: Slice) => nodeMilliseconds + postgresMilliseconds;

function ratioRow(name: string, measured: Measured, ratio: (ours: Slice, theirs: Slice) => number): string {
  const ours = measured.get('gateway') ?? [];
  const cells = (['postgraphile', 'apollo', 'floor', 'forgetful'] as const).map((variant) => {
    const theirs = measured.get(variant) ?? [];
    const ratios = ours.flatMap((slice, round) =>
      theirs.slice(round, round + 1).map((other) => ratio(slice, other)),
    );
    return ratios.length === 0 ? '' : told(spreadOf(ratios));
  });
  return `| ${[name, ...cells].join(' | ')} |`;
}

/** Memory of each server: before anything was asked, after all of it, and at most. */
export function memoryRows(
  memory: ReadonlyMap<Variant, { before: number; after: number; most: number }>,
): string[] {
  return [
    '| memory, MB | before | after | at most |\n|---|---|---|---|',
    ...[...memory].map(
      ([variant, { before, after, most }]) =>
        `| ${[names[variant], ...[before, after, most].map((each) => each.toFixed(0))].join(' | ')} |`,
    ),
  ];
}

const results = join(import.meta.dirname, '../RESULTS.md');

/** Puts a section in the place of the one of the same title, or at the end. */
export async function keep(title: string, text: string): Promise<void> {
  const kept = await readFile(results, 'utf8');
  const section = `## ${title}\n\n${text.trim()}\n`;
  const start = kept.indexOf(`## ${title}\n`);
  if (start < 0) return writeFile(results, `${kept.trimEnd()}\n\n${section}`);
  const next = kept.indexOf('\n## ', start);
  await writeFile(results, kept.slice(0, start) + section + (next < 0 ? '' : kept.slice(next)));
}
