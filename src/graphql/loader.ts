import DataLoader from 'dataloader';
import type { ReadScope } from '../database/reader.ts';
import { Reading } from '../database/reading.ts';
import type { Context } from './context.ts';

/** Answers for many keys at once, in their order; `args` are what all of them share. */
export type Batch<Key, Value, Args> = (
  scope: ReadScope,
  keys: readonly Key[],
  args: Args,
) => Promise<readonly (Value | Error)[]>;

/**
 * Makes a loader of `batch`, per request and per set of arguments: what one level of a query asks for goes out as one
 * batch, whatever the number of parents.
 */
export function batched<Key, Value, Args = null>(batch: Batch<Key, Value, Args>) {
  return (context: Context, args: Args): DataLoader<Key, Value> => {
    const ofBatch = context.loaders.get(batch) ?? new Map();
    context.loaders.set(batch, ofBatch);
    // A reading has its text already, and it is long.
    const shape = args instanceof Reading ? args.toJSON() : JSON.stringify(args);
    const known = ofBatch.get(shape);
    // Found by the very function that says which keys and values it has.
    if (known !== undefined) return known as DataLoader<Key, Value>;
    const loader = new DataLoader<Key, Value>((keys) => batch(context.scope, keys, args));
    ofBatch.set(shape, loader);
    return loader;
  };
}

/** Forgets what this request has read: after a write, everything is read again; after its answer, nothing. */
export function forgetReads(context: Context): void {
  context.loaders.clear();
}
