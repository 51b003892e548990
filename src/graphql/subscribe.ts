import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Context } from './context.ts';
import { follow } from './fan-out/crowd.ts';
import { type MaskError, Subscriber } from './fan-out/subscriber.ts';
import { LiveStream } from './live-stream.ts';

/**
 * In place of graphql-js' `subscribe`: the events are executed, masked and told to the sink in the operation's context,
 * together with those of all who subscribe to the same. What it answers with says when that has ended.
 */
export async function subscribeToEvents(
  args: ExecutionArgs,
  maskError: MaskError,
): Promise<ExecutionResult | LiveStream<unknown>> {
  const opened = await createSourceEventStream(args);
  if (!(opened instanceof LiveStream)) return opened as ExecutionResult;
  const stream: LiveStream<unknown> = opened;
  const subscriber = new Subscriber(args, args.contextValue as Context, stream, maskError);
  return stream.onBegin(() => {
    follow(subscriber, stream.source);
    return () => subscriber.leave();
  });
}
