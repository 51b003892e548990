import { GraphQLError } from 'graphql';
import { type FetchAPI, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Sink, ToldEvent } from '../fan-out/told-event.ts';

export interface EventStreamSettings {
  /** Aborted when streams are to be dropped. */
  readonly stopped: AbortSignal;
  readonly heartbeatMilliseconds: number;
}

const encoder = new TextEncoder();

const mediaType = 'text/event-stream';

/** Whoever has taken nothing for so many heartbeats is dropped, to go on from the last event that they read. */
const mostUnread = 5;

/** An event without a name: dispatched by browsers as a `message`, and passed over by clients of GraphQL. */
const heartbeat = encoder.encode('data:\n\n');

const complete = encoder.encode('event: complete\ndata:\n\n');

/**
 * Sends subscriptions as server-sent events, in place of Yoga's own way: each with its cursor as `id`, with heartbeats
 * that scripts can see. A node that stops drops them without `complete`, so that their clients go on elsewhere.
 * Subscriptions whose client takes no events are refused with HTTP 406. To stand before what charges operations.
 */
export function useEventStream(settings: EventStreamSettings): Plugin<{ readonly sink?: Sink }> {
  const streams = new WeakMap<Request, EventStream>();
  return {
    onSubscribe({ args, extendContext, setResultAndStopExecution }) {
      const { request, sink } = args.contextValue;
      // Over a WebSocket there is one already.
      if (sink !== undefined) return;
      if (!takesEvents(request.headers.get('accept')))
        return setResultAndStopExecution({ errors: [notAcceptable()] });
      const stream = new EventStream([settings.stopped, request.signal], settings.heartbeatMilliseconds);
      streams.set(request, stream);
      extendContext({ sink: stream });
    },
    onResultProcess({ request, result, setResultProcessor }) {
      const stream = streams.get(request);
      if (stream === undefined || !isAsyncIterable(result)) return;
      stream.follow(result);
      setResultProcessor((_result, fetchAPI) => responseOf(stream, fetchAPI), mediaType);
    },
  };
}

/** Whether an `Accept` header, which may be missing, has a place for server-sent events. */
function takesEvents(accept: string | null): boolean {
  const types = (accept ?? '*/*').split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase());
  return types.some((type) => type === mediaType || type === 'text/*' || type === '*/*');
}

function notAcceptable(): GraphQLError {
  return new GraphQLError(`A subscription needs the header "Accept: ${mediaType}", or a WebSocket.`, {
    extensions: { code: 'NOT_ACCEPTABLE', http: { status: 406 } },
  });
}

function responseOf(stream: EventStream, { Response, ReadableStream }: FetchAPI): Response {
  return new Response(new ReadableStream<Uint8Array>(stream), {
    headers: {
      'Content-Type': mediaType,
      'Cache-Control': 'no-store',
      Connection: 'keep-alive',
      // Else nginx would keep events until it has some kilobytes.
      'X-Accel-Buffering': 'no',
    },
  });
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** Events as the bytes of a stream; there is room for one when the one before was taken. */
class EventStream implements UnderlyingDefaultSource<Uint8Array>, Sink {
  /** What ends it, besides its reader. A client may be gone before there is one. */
  readonly #signals: readonly AbortSignal[];
  readonly #heartbeatMilliseconds: number;
  #subscription: AsyncIterator<unknown> | undefined;
  #controller: Controller | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Answers who asked for an event; null as long as the last ones lie unread. */
  #take: (() => void) | null = null;
  /** Told as soon as an event is asked for. */
  #onAsked: () => void = () => undefined;
  #unread = 0;
  #isEnded = false;

  constructor(signals: readonly AbortSignal[], heartbeatMilliseconds: number) {
    this.#signals = signals;
    this.#heartbeatMilliseconds = heartbeatMilliseconds;
  }

  /** Says what its events are of; it ends with that, and that with it. */
  follow(subscription: AsyncIterable<unknown>): void {
    this.#subscription = subscription[Symbol.asyncIterator]();
    for (const signal of this.#signals) signal.addEventListener('abort', this.#drop);
    if (this.#signals.some(({ aborted }) => aborted)) this.#drop();
  }

  readonly start = (controller: Controller): void => {
    this.#controller = controller;
    if (this.#isEnded) {
      controller.close();
      return;
    }
    this.#send(heartbeat);
    this.#timer = setInterval(this.#beat, this.#heartbeatMilliseconds);
    void this.#complete();
  };

  readonly pull = (): Promise<void> =>
    new Promise((resolve) => {
      this.#take = resolve;
      this.#onAsked();
    });

  readonly cancel = (): void => this.#end();

  hasRoom(): boolean {
    return this.#take !== null || this.#isEnded;
  }

  put(event: ToldEvent): void {
    if (this.#isEnded) return;
    this.#send(bytesOf(event));
    this.#take?.();
    this.#take = null;
  }

  async send(event: ToldEvent): Promise<void> {
    if (!this.hasRoom())
      await new Promise<void>((resolve) => {
        this.#onAsked = resolve;
      });
    this.put(event);
  }

  /** Waits for the end of the subscription, and says that this was all. */
  async #complete(): Promise<void> {
    try {
      await this.#subscription?.next();
      if (!this.#isEnded) this.#send(complete);
    } finally {
      this.#drop();
    }
  }

  /** Nobody asks for the next event of somebody who doesn't read, nor looks at their rights. */
  readonly #beat = (): void => {
    this.#unread = this.#take !== null ? 0 : this.#unread + 1;
    if (this.#take !== null) this.#send(heartbeat);
    else if (this.#unread >= mostUnread) this.#drop();
  };

  readonly #drop = (): void => {
    if (this.#isEnded) return;
    this.#end();
    this.#controller?.close();
  };

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#drop);
    this.#onAsked();
    void this.#subscription?.return?.().then(undefined, () => undefined);
  }

  #send(bytes: Uint8Array): void {
    this.#controller?.enqueue(bytes);
  }
}

const written = new WeakMap<ToldEvent, Uint8Array>();

/** The bytes of an event, which are the same for all who are told it. */
function bytesOf(event: ToldEvent): Uint8Array {
  const known = written.get(event);
  if (known !== undefined) return known;
  const id = event.cursor === undefined ? '' : `id: ${event.cursor}\n`;
  const bytes = encoder.encode(`event: next\n${id}data: ${event.json}\n\n`);
  written.set(event, bytes);
  return bytes;
}
