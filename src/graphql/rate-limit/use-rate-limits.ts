import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Viewer } from '../../access/viewer.ts';
import { costOf } from '../limits/known-costs.ts';
import { isUnfounded, type Supposition } from '../supposition.ts';
import type { Admission } from './admission.ts';
import { EventBill, type Toll } from './event-bill.ts';
import { rateLimited } from './rate-limit-error.ts';
import type { CostReport, RateLimits } from './rate-limits.ts';

/** What is charged by: HTTP has it from Yoga's adapter, other transports put it into the context of an operation. */
export interface ChargedContext {
  /** The request that the operation came with; of a WebSocket, the one that opened it. */
  readonly req: IncomingMessage;
  readonly viewer: Viewer | null;
  /** What the events of a subscription cost, once it is charged. */
  readonly toll?: Toll;
  /** Told when the operation is charged: one that never is was refused. */
  readonly onCharged?: () => void;
  readonly supposition?: Supposition | undefined;
}

/**
 * Charges operations before they execute, and requests that are refused before that. To stand after the limits on an
 * operation and before what refuses requests by their headers.
 */
export function useRateLimits(
  rateLimits: RateLimits,
  admission: Admission,
): Plugin<ChargedContext, { req: IncomingMessage }> {
  const charge = async (args: ExecutionArgs, { req, viewer, onCharged }: ChargedContext) => {
    const caller = rateLimits.recognise(req, viewer);
    const { cost, refusedUntil } = await rateLimits.charge(caller, costOf(args));
    if (refusedUntil !== null)
      return { refusal: { errors: [rateLimited(refusedUntil)], extensions: { cost } } };
    admission.charged(req);
    onCharged?.();
    return { cost, caller };
  };
  return {
    async onRequestParse({ request, serverContext: { req } }) {
      if (request.method === 'OPTIONS') return;
      await admission.admit(req, request);
    },
    async onExecute({ args, context, setResultAndStopExecution }) {
      const { refusal, cost, caller } = await charge(args, context);
      if (refusal) return setResultAndStopExecution(refusal);
      return {
        async onExecuteDone({ result, setResult }) {
          if (!isUnfounded(context.supposition)) {
            return isAsyncIterable(result) ? undefined : setResult(addCost(result, cost));
          }
          // It is executed again, and charged to whom it was for.
          await rateLimits.giveBack(caller, costOf(args));
          admission.gaveBack(context.req);
        },
      };
    },
    async onSubscribe({ args, context, extendContext, setResultAndStopExecution }) {
      const { refusal, cost } = await charge(args, context);
      if (refusal) return setResultAndStopExecution(refusal);
      const { points } = costOf(args);
      const bill = new EventBill(points, (owed) =>
        rateLimits.charge(rateLimits.recognise(context.req, context.viewer), { points: owed, surcharge: 0 }),
      );
      extendContext({ toll: { cost, bill } });
      return {
        onSubscribeResult({ result, setResult }) {
          if (isAsyncIterable(result)) return { onEnd: () => bill.close() };
          return setResult(addCost(result, cost));
        },
      };
    },
    async onResponse({ response, serverContext: { req } }) {
      await admission.settle(req, response.status);
    },
  };
}

function addCost(result: ExecutionResult, cost: CostReport): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, cost } };
}
