import type { IncomingMessage } from 'node:http';
import type { Viewer } from '../../access/viewer.ts';
import { rateLimited } from './rate-limit-error.ts';
import type { RateLimits } from './rate-limits.ts';

/** How many tokens that are new to this node may be looked up at once for an address that has used up its points. */
const lookUpsAtOnce = 4;

/** Lets a request through, or throws RATE_LIMITED. */
export type Gate = (req: IncomingMessage, request: Request) => Promise<void>;

/**
 * Throws RATE_LIMITED for callers whose points are used up, before anything of their request is parsed. A token behind
 * an address that has used up what it may ask without one is let in: at once if this node has seen it to be valid, else
 * after a look-up, of which few run at once, so that made-up tokens cannot keep the database busy.
 */
export function gate(
  rateLimits: RateLimits,
  authenticate: (request: Request) => Promise<Viewer | null>,
): Gate {
  const lookUps = new Map<string, number>();
  return async (req, request) => {
    const caller = rateLimits.callerOf(req);
    const { address } = caller;
    const until = rateLimits.refusedUntil(caller);
    if (until === undefined) return;
    const underWay = lookUps.get(address) ?? 0;
    if (caller.token !== null || req.headers.authorization === undefined || underWay >= lookUpsAtOnce) {
      throw rateLimited(until);
    }
    lookUps.set(address, underWay + 1);
    try {
      const viewer = await authenticate(request);
      if (viewer === null) throw rateLimited(until);
      rateLimits.recognise(req, viewer);
    } finally {
      const left = (lookUps.get(address) ?? 1) - 1;
      if (left > 0) lookUps.set(address, left);
      else lookUps.delete(address);
    }
  };
}
