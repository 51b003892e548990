import { AsyncResource } from 'node:async_hooks';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { Viewer } from '../../access/viewer.ts';
import { type Context, contextOfEvent } from '../context.ts';
import { execute } from '../execution/execute.ts';
import type { LiveEvent, LiveStream } from '../live-stream.ts';
import type { Toll } from '../rate-limit/event-bill.ts';
import { toldResult } from '../transport/told-result.ts';
import { questionOf } from './likeness.ts';
import { type Sink, ToldEvent } from './told-event.ts';

/** Makes of an error what its client may see of it. */
export type MaskError = (error: unknown) => GraphQLError;

/** One who is told the events of a subscription. */
export class Subscriber {
  readonly args: ExecutionArgs;
  /** What is asked for; equal for all who ask for the same. */
  readonly question: string;
  /** As they were looked at last. */
  viewer: Viewer;
  /** Whom they are told with. */
  crowd: { remove(member: Subscriber): void } | null = null;
  readonly #stream: LiveStream<unknown>;
  readonly #context: Context;
  readonly #sink: Sink;
  readonly #toll: Toll;
  readonly #maskError: MaskError;
  /** What is done for them is done in the name of their request. */
  readonly #request = new AsyncResource('Subscriber');
  #isUntold = true;

  constructor(args: ExecutionArgs, context: Context, stream: LiveStream<unknown>, maskError: MaskError) {
    const { sink, toll, publicUrl } = context;
    if (sink === undefined || toll === undefined)
      throw new Error('No transport takes events of this operation');
    this.args = args;
    this.question = `${questionOf(args)} ${publicUrl}`;
    this.viewer = stream.viewer;
    this.#stream = stream;
    this.#context = context;
    this.#sink = sink;
    this.#toll = toll;
    this.#maskError = maskError;
  }

  get context(): Context {
    return this.#context;
  }

  /** Executes an event for this viewer. */
  answer(event: LiveEvent<unknown>): Promise<ExecutionResult> {
    return this.#request.runInAsyncScope(async () => {
      const contextValue = contextOfEvent(this.#context, this.viewer);
      return execute({ ...this.args, rootValue: event, contextValue });
    });
  }

  /** A result as they get to see it. */
  told({ errors, ...result }: ExecutionResult, cursor?: string): ToldEvent {
    const masked =
      errors && this.#request.runInAsyncScope(() => errors.map((error) => this.#maskError(error)));
    return new ToldEvent(JSON.stringify(toldResult({ ...result, errors: masked })), cursor);
  }

  /** Tells an event if that takes no waiting, and answers whether it did. */
  offer(event: ToldEvent): boolean {
    if (!this.#sink.hasRoom()) return false;
    if (!this.#isUntold && !this.#toll.bill.addAtOnce()) return false;
    this.#sink.put(this.#own(event));
    return true;
  }

  /** Tells an event when it is paid for and there is room for it; resolves when there is room again. */
  async tell(event: ToldEvent): Promise<void> {
    if (!this.#isUntold) await this.#toll.bill.add();
    await this.#sink.send(this.#own(event));
  }

  /** Tells what went wrong, and that this was all. */
  async fail(error: GraphQLError): Promise<void> {
    try {
      await this.#sink.send(this.#own(this.told({ data: null, errors: [error] })));
    } finally {
      this.#stream.end();
    }
  }

  /** Ends the telling. */
  leave(): void {
    this.crowd?.remove(this);
  }

  /** They have been told all that was known when the node began to stop. */
  flush(): void {
    this.#stream.flush();
  }

  #own(event: ToldEvent): ToldEvent {
    if (!this.#isUntold) return event;
    this.#isUntold = false;
    return event.with({ cost: this.#toll.cost });
  }
}
