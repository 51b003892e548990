import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { writeJson } from './send-json.ts';

/** How long a refused upload is still read and thrown away, in ms: closed at once, its sender would never see why. */
const lingerMs = 1_000;

/** How much of it at most, and in how many pieces: whoever sends more has had the time to read the answer. */
const lingerBytes = 4_194_304;
const lingerPieces = 1_024;

interface Refusal {
  readonly status: number;
  readonly error: GraphQLError;
  readonly headers: OutgoingHttpHeaders;
}

/** Answers a request whose body isn't wanted, before or while it is sent, and closes its connection. */
export function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  { status, error, headers }: Refusal,
): void {
  const { http: _internal, ...extensions } = error.extensions;
  const body = { errors: [{ message: error.message, extensions }] };
  writeJson(response, status, body, { ...headers, Connection: 'close' });
  const close = () => void response.end();
  if (request.complete) {
    close();
    return;
  }
  let [bytes, pieces] = [0, 0];
  const timer = setTimeout(close, lingerMs);
  request
    .on('data', (piece: Buffer) => {
      bytes += piece.length;
      pieces += 1;
      if (bytes > lingerBytes || pieces > lingerPieces) request.destroy();
    })
    .once('end', close)
    .once('close', () => clearTimeout(timer));
}
