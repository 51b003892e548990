import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../access/viewer.ts';
import type { Reader } from '../database/reader.ts';

/** Who probably asks, which can be found out while their answer is made. */
export interface Guess {
  readonly viewer: Viewer;
  /** For what the answer is made of. */
  readonly reader: Reader;
  /** Looks whether they are still as they were. @throws BusyError */
  confirm(): Promise<boolean>;
}

/** A guess that an operation is executed on. */
export interface Supposition extends Guess {
  isUsed: boolean;
  isConfirmed: boolean;
}

/** What comes with an operation to Yoga. */
export interface Served extends Record<string, unknown> {
  readonly req: IncomingMessage;
  readonly supposition?: Supposition | undefined;
}

/** A guess, for one operation. */
export function supposing(guess: Guess): Supposition {
  return { ...guess, isUsed: false, isConfirmed: false };
}

/** Goes by a supposition from now on. */
export function use(supposition: Supposition | undefined): Supposition | undefined {
  if (supposition !== undefined) supposition.isUsed = true;
  return supposition;
}

/** Whether a result is for somebody who may not be who asks: nobody may see it, and it is to be made again. */
export function isUnfounded(supposition: Supposition | undefined): boolean {
  return supposition?.isUsed === true && !supposition.isConfirmed;
}

/**
 * Keeps what was executed on a supposition until it is confirmed, and throws it away where it isn't. To stand behind
 * what executes, and so before whatever looks at results, logs or charges.
 */
export function useSuppositions(): Plugin<Pick<Served, 'supposition'>> {
  return {
    onExecute({ context: { supposition }, executeFn, setExecuteFn }) {
      if (supposition === undefined) return;
      setExecuteFn(async (args) => {
        const result = await executeFn(args);
        // Where it can't be found out, that is told when it is asked for again.
        supposition.isConfirmed = await supposition.confirm().catch(() => false);
        return supposition.isConfirmed ? result : {};
      });
    },
  };
}
