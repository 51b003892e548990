import DataLoader from 'dataloader';
import type { ReadScope } from '../database/reader.ts';
import type { Context } from './context.ts';

/** Answers for many keys at once, in their order; `args` are what all of them share. */
export type Batch<Key, Value, Args> = (
  scope: ReadScope,
  keys: readonly Key[],
  args: Args,
) => Promise<readonly (Value | Error)[]>;

const loadersOf = new WeakMap<Context, Map<unknown, Map<string, DataLoader<unknown, unknown>>>>();

/**
 * Makes a loader of `batch`, per request and per set of arguments: what one level of a query asks for goes out as one
 * batch, whatever the number of parents.
 */
export function batched<Key, Value, Args = null>(batch: Batch<Key, Value, Args>) {
  return (context: Context, args: Args): DataLoader<Key, Value> => {
    const ofRequest = loadersOf.get(context) ?? new Map();
    loadersOf.set(context, ofRequest);
    const ofBatch: Map<string, DataLoader<Key, Value>> = ofRequest.get(batch) ?? new Map();
    ofRequest.set(batch, ofBatch);
    const shape = JSON.stringify(args);
    const known = ofBatch.get(shape);
    if (known !== undefined) return known;
    const loader = new DataLoader<Key, Value>((keys) => batch(context.scope, keys, args));
    ofBatch.set(shape, loader);
    return loader;
  };
}

/** Forgets what this request has read: after a write, everything is read again. */
export function forgetReads(context: Context): void {
  loadersOf.delete(context);
}
