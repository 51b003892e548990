import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { limitError } from '../limits/limit-error.ts';
import { writeJson } from './send-json.ts';

/** 2 MiB: a thousand participant IDs take 26 kB, a document of 4,000 tokens rarely 100 kB. */
export const defaultMaxBodyBytes = 2 * 1024 * 1024;

/** How long a refused upload is still read and thrown away, in ms: closed at once, its sender would never see why. */
const lingerMs = 1_000;

/**
 * Reads the body of a request before the handler sees it, and refuses more than `maxBytes` of it with HTTP 413
 * (`LIMIT_EXCEEDED`): at once by its `Content-Length`, else as soon as a chunk passes the limit. Compressed bodies are
 * refused with 415 (`UNSUPPORTED_ENCODING`): nothing here would bound what they unpack to. `onRefused` is told of both.
 */
export function limitBody(
  handler: RequestListener,
  maxBytes = defaultMaxBodyBytes,
  onRefused: (request: IncomingMessage) => void = () => {},
): RequestListener {
  return (request, response) => {
    if (!hasBody(request)) return handler(request, response);
    const refuse = (status: number, error: GraphQLError) => {
      onRefused(request);
      answerRefusal(request, response, status, error);
    };
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      return refuse(415, unsupported(encoding));
    }
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) return refuse(413, tooLong(`${declared}`, maxBytes));
    // A promise and not a callback of the stream: it keeps the asynchronous context, and with it the request id.
    void collect(request, maxBytes).then((chunks) => {
      if (!chunks) return refuse(413, tooLong(`more than ${maxBytes}`, maxBytes));
      handler(Object.assign(request, { body: new CollectedBody(chunks) }), response);
    });
  };
}

// HTTP/1.1 announces every body by one of these two; Node's parser refuses both at once.
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The chunks of a body, or undefined as soon as they pass the limit. Never settles when the caller breaks off. */
function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer[] | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      request.off('data', onData);
      resolve(undefined);
    };
    // An upload that breaks off has nobody to answer to; without a listener the error would end the process.
    request
      .on('data', onData)
      .once('end', () => resolve(chunks))
      .on('error', () => {});
  });
}

/**
 * Yoga's adapter takes a body that is already read from `request.body`, but lists its keys first: those of a Buffer
 * are its two million indices. This has one key, and is iterated.
 */
class CollectedBody {
  readonly chunks: readonly Buffer[];

  constructor(chunks: readonly Buffer[]) {
    this.chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield* this.chunks;
  }
}

function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  error: GraphQLError,
): void {
  const { http: _internal, ...extensions } = error.extensions;
  const body = { errors: [{ message: error.message, extensions }] };
  writeJson(response, status, body, { Connection: 'close' });
  const close = () => void response.end();
  const timer = setTimeout(close, lingerMs);
  request.once('end', close).once('close', () => clearTimeout(timer));
  request.resume();
}

function tooLong(found: string, maxBytes: number): GraphQLError {
  return limitError('body', `The request body has ${found} bytes; at most ${maxBytes} are allowed.`);
}

function unsupported(encoding: string): GraphQLError {
  return new GraphQLError(`Request bodies with Content-Encoding "${encoding}" are not accepted.`, {
    extensions: { code: 'UNSUPPORTED_ENCODING' },
  });
}
