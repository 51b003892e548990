import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a body that isn't wanted is still read and thrown away, in ms: closed at once, its sender would never see the answer. */
const lingerMs = 1_000;

/** How much of it at most, and in how many pieces: whoever sends more has had the time to read the answer. */
const lingerBytes = 4_194_304;
const lingerPieces = 1_024;

/** Whether a request announces a body. HTTP/1.1 has two ways to; Node's parser refuses both at once. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Ends an answer that is written, though the request's body may still come in and nobody wants it. The answer's head is
 * to say `Connection: close`.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse): void {
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
