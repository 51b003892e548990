import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
} from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { type Context, contextOfEvent } from './context.ts';
import { endable } from './endable.ts';
import type { LiveEvent } from './live-stream.ts';
import { isBusy, patiently } from './patience.ts';

/** Under which a result carries where its client goes on from: transports may send it beside the result, which doesn't show it. */
export const resultCursor = Symbol('cursor');

/** An event as it is answered. */
export interface EventResult extends ExecutionResult {
  readonly [resultCursor]?: string;
}

/**
 * graphql-js' `subscribe` with a context of its own for each event, so that it is read anew and as its viewer sees it
 * by then. A stream that fails ends with an event that holds the error alone.
 */
export async function subscribeToEvents(
  args: ExecutionArgs,
): Promise<ExecutionResult | AsyncIterableIterator<EventResult>> {
  const events = await createSourceEventStream(args);
  if (!isAsyncIterable(events)) return events as ExecutionResult;
  const source = (events as AsyncIterable<LiveEvent<unknown>>)[Symbol.asyncIterator]();
  return endable(
    (ended) => answerEach(args, source, ended),
    () => void source.return?.(),
  );
}

async function* answerEach(
  args: ExecutionArgs,
  source: AsyncIterator<LiveEvent<unknown>>,
  ended: AbortSignal,
): AsyncGenerator<EventResult> {
  let cursor: string | undefined;
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      const event = next.value;
      const result = await patiently(() => answer(args, event), ended, isUnreadable);
      if (event.cursor === undefined) yield result;
      else if (isUnreadable(result)) throw unread(result, cursor);
      else yield { ...result, [resultCursor]: event.cursor };
      cursor = event.cursor;
    }
  } catch (error) {
    yield { data: null, errors: [asGraphQLError(error)] };
  }
}

async function answer(args: ExecutionArgs, event: LiveEvent<unknown>): Promise<ExecutionResult> {
  const contextValue = contextOfEvent(args.contextValue as Context, event.viewer);
  return execute({ ...args, rootValue: event, contextValue });
}

/** Whether something of an event could not be read for now: told as it is, it would be lost. */
function isUnreadable({ errors }: ExecutionResult): boolean {
  return errors?.some(isBusy) ?? false;
}

function unread({ errors }: ExecutionResult, cursor: string | undefined): GraphQLError {
  const message = errors?.[0]?.message ?? '';
  return new GraphQLError(message, {
    extensions: { code: 'BUSY', ...(cursor === undefined ? {} : { cursor }) },
  });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
