import { clearAllDataLoaders } from '@pothos/plugin-dataloader';
import type { Viewer } from '../access/viewer.ts';
import { BusyError } from '../errors.ts';
import type { Context, Store } from './context.ts';
import { forgetReads } from './loader.ts';
import { busy, unauthenticated } from './read-errors.ts';

/** Runs a service for the viewer; afterwards everything that is selected is read again. */
export async function perform<Result>(
  context: Context,
  service: (store: Store, viewer: Viewer) => Promise<Result>,
): Promise<Result> {
  if (context.viewer === null) throw unauthenticated();
  try {
    return await service(context.store, context.viewer);
  } catch (error) {
    throw error instanceof BusyError ? busy(error.message) : error;
  } finally {
    clearAllDataLoaders(context);
    forgetReads(context);
  }
}
