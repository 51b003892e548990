import { GraphQLError } from 'graphql';
import { BusyError } from '../errors.ts';

/** How long to wait before each next attempt, in ms: together longer than a database takes to start again. */
const pauses = [100, 200, 400, 800, 1_600, 3_200, 3_200, 3_200, 3_200];

/** Whether something failed for want of a database or a connection for now. */
export function isBusy(error: unknown): boolean {
  if (error instanceof BusyError) return true;
  if (!(error instanceof GraphQLError)) return false;
  return error.extensions.code === 'BUSY' || isBusy(error.originalError);
}

/** Does what a stream needs to go on, again and again while the database cannot be had; in the end that is told. */
export async function patiently<Result>(
  work: () => Promise<Result>,
  ended: AbortSignal,
  isUndone: (result: Result) => boolean = () => false,
): Promise<Result> {
  for (const pause of pauses) {
    try {
      const result = await work();
      if (!isUndone(result)) return result;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    await sleep(pause, ended);
    if (ended.aborted) break;
  }
  return work();
}

/** Waits for so many ms, or until the signal is aborted. */
export function sleep(milliseconds: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ended.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (ended.aborted) done();
    else ended.addEventListener('abort', done);
  });
}
