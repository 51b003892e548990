import type { StudyStatus } from '../database/prisma/client.ts';
import { longestName } from '../input.ts';

/** Most places of a study, and most minutes that a go at it may take: a year. */
export const mostPlaces = 1_000_000;
export const mostMinutes = 525_600;

export const studyStatuses: readonly StudyStatus[] = ['UNPUBLISHED', 'ACTIVE', 'PAUSED', 'COMPLETED'];

export type StudyMove = 'publish' | 'pause' | 'start' | 'stop';

interface Move {
  readonly from: readonly StudyStatus[];
  readonly to: StudyStatus;
}

/** The moves, and nothing else moves a study. A repeated one is none. */
export const moves: Readonly<Record<StudyMove, Move>> = {
  publish: { from: ['UNPUBLISHED'], to: 'ACTIVE' },
  pause: { from: ['ACTIVE'], to: 'PAUSED' },
  start: { from: ['PAUSED'], to: 'ACTIVE' },
  stop: { from: ['ACTIVE', 'PAUSED'], to: 'COMPLETED' },
};

/** Where a study can go from a status, each status once. */
export function allowedFrom(status: StudyStatus): StudyStatus[] {
  const targets = Object.values(moves).flatMap(({ from, to }) => (from.includes(status) ? [to] : []));
  return [...new Set(targets)];
}

const copyMark = ' (copy)';

/** What a copy is called unless it is given a name: the original's, cut to leave room for the mark. */
export function nameOfCopy(name: string): string {
  const room = longestName - copyMark.length;
  return `${[...name].slice(0, room).join('').trimEnd()}${copyMark}`;
}
