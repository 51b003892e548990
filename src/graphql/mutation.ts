import type { Viewer } from '../access/viewer.ts';
import { BusyError } from '../errors.ts';
import { type Context, type Store, showAs } from './context.ts';
import { forgetReads } from './loader.ts';
import { busy, unauthenticated } from './read-errors.ts';

type Service<Caller, Result> = (store: Store, caller: Caller) => Promise<Result>;

/** Runs a service for the caller; afterwards everything that is selected is read again. */
export async function perform<Result>(context: Context, service: Service<Viewer, Result>): Promise<Result> {
  const { caller, store } = context;
  if (caller === null) throw unauthenticated();
  return run(context, () => service(store, caller));
}

/**
 * Runs a service for whoever asks, also without a token; the answer then shows what the viewer sees whom it names. A
 * token that is good for nothing is refused: its owner would not want to be taken for somebody new.
 */
export async function performAsAnybody<Result extends { readonly viewer: Viewer }>(
  context: Context,
  service: Service<Viewer | null, Result>,
): Promise<Result> {
  const { caller, store, hasToken } = context;
  if (caller === null && hasToken) throw unauthenticated();
  const result = await run(context, () => service(store, caller));
  showAs(context, result.viewer);
  return result;
}

async function run<Result>(context: Context, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BusyError ? busy(error.message) : error;
  } finally {
    forgetReads(context);
  }
}
