import { GraphQLError } from 'graphql';
import { type FetchAPI, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { type EventResult, resultCursor } from '../subscribe.ts';
import { toldResult } from './told-result.ts';

export interface EventStreamSettings {
  /** Aborted when streams are to be dropped. */
  readonly stopped: AbortSignal;
  readonly heartbeatMilliseconds: number;
}

const mediaType = 'text/event-stream';

/** Whoever has taken nothing for so many heartbeats is dropped, to go on from the last event that they read. */
const mostUnread = 5;

/** An event without a name: dispatched by browsers as a `message`, and passed over by clients of GraphQL. */
const heartbeat = 'data:\n\n';

/**
 * Sends subscriptions as server-sent events, in place of Yoga's own way: each with its cursor as `id`, with heartbeats
 * that scripts can see. A node that stops drops them without `complete`, so that their clients go on elsewhere.
 * Subscriptions whose client takes no events are refused with HTTP 406. To stand before what charges operations.
 */
export function useEventStream(settings: EventStreamSettings): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const accept = args.contextValue.request.headers.get('accept');
      if (!takesEvents(accept)) setResultAndStopExecution({ errors: [notAcceptable()] });
    },
    onResultProcess({ request, result, setResultProcessor }) {
      if (!isAsyncIterable(result)) return;
      const stream = new EventStream(
        result,
        [settings.stopped, request.signal],
        settings.heartbeatMilliseconds,
      );
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

/** Events as the bytes of a stream; each is asked for when the one before was taken. */
class EventStream implements UnderlyingDefaultSource<Uint8Array> {
  readonly #events: AsyncIterator<EventResult>;
  /** What ends it, besides its reader. A client may be gone before there is one. */
  readonly #signals: readonly AbortSignal[];
  readonly #heartbeatMilliseconds: number;
  readonly #encoder = new TextEncoder();
  #controller: Controller | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether an event is asked for: not so as long as the last ones lie unread. */
  #isAsked = false;
  #unread = 0;
  #isEnded = false;

  constructor(
    events: AsyncIterable<EventResult>,
    signals: readonly AbortSignal[],
    heartbeatMilliseconds: number,
  ) {
    this.#events = events[Symbol.asyncIterator]();
    this.#signals = signals;
    this.#heartbeatMilliseconds = heartbeatMilliseconds;
    for (const signal of signals) signal.addEventListener('abort', this.#drop);
    if (signals.some(({ aborted }) => aborted)) this.#drop();
  }

  readonly start = (controller: Controller): void => {
    this.#controller = controller;
    if (this.#isEnded) {
      controller.close();
      return;
    }
    this.#send(heartbeat);
    this.#timer = setInterval(this.#beat, this.#heartbeatMilliseconds);
  };

  /** Nobody asks for the next event of somebody who doesn't read, nor looks at their rights. */
  readonly #beat = (): void => {
    this.#unread = this.#isAsked ? 0 : this.#unread + 1;
    if (this.#isAsked) this.#send(heartbeat);
    else if (this.#unread >= mostUnread) this.#drop();
  };

  readonly pull = async (): Promise<void> => {
    this.#isAsked = true;
    try {
      const { done, value } = await this.#events.next();
      this.#isAsked = false;
      if (this.#isEnded) return;
      this.#send(done ? 'event: complete\ndata:\n\n' : textOf(value));
      if (done) this.#drop();
    } catch {
      // What went wrong is told by an event; this is a client that is gone.
      this.#drop();
    }
  };

  readonly cancel = (): void => this.#end();

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
    void this.#events.return?.().then(undefined, () => undefined);
  }

  #send(text: string): void {
    this.#controller?.enqueue(this.#encoder.encode(text));
  }
}

function textOf(event: EventResult): string {
  const cursor = event[resultCursor];
  const id = cursor === undefined ? '' : `id: ${cursor}\n`;
  return `event: next\n${id}data: ${JSON.stringify(toldResult(event))}\n\n`;
}
