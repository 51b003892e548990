import type { IncomingMessage, RequestListener } from 'node:http';
import { GraphQLError } from 'graphql';
import { type JsonLimits, jsonShapeError } from '../limits/json-shape.ts';
import { limitError } from '../limits/limit-error.ts';
import { corsHeaders } from './cors.ts';
import { refuseBody } from './refuse-body.ts';
import { hasBody } from './unwanted-body.ts';

export interface BodyLimits extends JsonLimits {
  readonly maxBodyBytes: number;
  /** Whose pages may read a refusal. */
  readonly corsOrigins: readonly string[];
}

/** As much as a GET may bring in its URL: the shape of what forms hold can't be looked at before it is parsed. */
const maxFormBytes = 16_384;

/** Every piece costs as much as a kilobyte: two megabytes sent byte by byte would take seconds. */
const maxPieces = 4_096;

const json = new Set(['application/json', 'application/graphql+json']);
const document = 'application/graphql';

/**
 * Reads the body of a request before the handler sees it, and refuses more than `maxBodyBytes` of it (16 KiB of a
 * form) with HTTP 413 (`LIMIT_EXCEEDED`): at once by its `Content-Length`, else as soon as a chunk passes the limit.
 * JSON of too many values or keys is refused with 400, compressed bodies with 415 (`UNSUPPORTED_ENCODING`): nothing
 * here would bound what they unpack to. `onRefused` is told of all of them.
 */
export function limitBody(
  handler: RequestListener,
  limits: BodyLimits,
  onRefused: (request: IncomingMessage) => void = () => {},
): RequestListener {
  return (request, response) => {
    if (!hasBody(request)) return handler(request, response);
    const refuse = (status: number, error: GraphQLError) => {
      onRefused(request);
      const headers = corsHeaders(limits.corsOrigins, request.headers.origin);
      refuseBody(request, response, { status, error, headers });
    };
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
      return refuse(415, unsupported(encoding));
    const type = essence(request);
    const maxBytes =
      json.has(type) || type === document ? limits.maxBodyBytes : Math.min(maxFormBytes, limits.maxBodyBytes);
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) return refuse(413, tooLong(`${declared} bytes`, `${maxBytes}`));
    // A promise and not a callback of the stream: it keeps the asynchronous context, and with it the request id.
    void collect(request, maxBytes).then((body) => {
      if (!Buffer.isBuffer(body)) return refuse(413, body);
      const error = json.has(type) ? jsonShapeError(body, limits) : undefined;
      if (error) return refuse(400, error);
      handler(Object.assign(request, { body: new CollectedBody(body) }), response);
    });
  };
}

function essence({ headers }: IncomingMessage): string {
  return headers['content-type']?.split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
}

/** The body, or the refusal as soon as it passes a limit. Never settles when the caller breaks off. */
function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer | GraphQLError> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const onData = (piece: Buffer) => {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes <= maxBytes && pieces.length <= maxPieces) return;
      request.off('data', onData);
      resolve(
        bytes > maxBytes
          ? tooLong(`more than ${maxBytes} bytes`, `${maxBytes}`)
          : tooLong(`more than ${maxPieces} chunks`, `${maxPieces}`),
      );
    };
    // An upload that breaks off has nobody to answer to; without a listener the error would end the process.
    request
      .on('data', onData)
      .once('end', () => resolve(Buffer.concat(pieces)))
      .on('error', () => {});
  });
}

/**
 * Yoga's adapter takes a body that is already read from `request.body`, but lists its keys first: those of a Buffer
 * are its two million indices. This has one key, and is iterated.
 */
class CollectedBody {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield this.bytes;
  }
}

/** The body that was read of a request, if it has one. */
export function bodyOf(request: IncomingMessage): Buffer | null {
  return 'body' in request && request.body instanceof CollectedBody ? request.body.bytes : null;
}

function tooLong(found: string, allowed: string): GraphQLError {
  return limitError('body', `The request body has ${found}; at most ${allowed} are allowed.`);
}

function unsupported(encoding: string): GraphQLError {
  return new GraphQLError(`Request bodies with Content-Encoding "${encoding}" are not accepted.`, {
    extensions: { code: 'UNSUPPORTED_ENCODING' },
  });
}
