import type { ServerResponse } from 'node:http';

/** From so many bytes on, a text is written from memory that was used before. */
const long = 32_768;
/** Of which there is so much: for a few at a time of the longest answers that are usual. */
const [pieceBytes, pieces] = [1_048_576, 4];

const spare: Buffer[] = [];
let made = 0;

/**
 * Ends a response with a text of `length` bytes in UTF-8. Node would join a text to its head, and copy that to memory of
 * its own to write from, each of which is fetched from the operating system anew where it is long; this is not.
 */
export function endWith(response: ServerResponse, text: string, length: number): void {
  const encoding = length === text.length ? 'latin1' : 'utf8';
  // One that waits for an earlier answer on its connection has no socket yet, and isn't closed with it.
  const isFit = length >= long && length <= pieceBytes && response.socket !== null;
  const piece = isFit ? takePiece() : undefined;
  if (piece === undefined) return void response.end(text, encoding);
  piece.write(text, encoding);
  // When all is written, or the connection is closed: nobody reads from it any more.
  response.once('close', () => spare.push(piece));
  response.end(piece.subarray(0, length));
}

function takePiece(): Buffer | undefined {
  const found = spare.pop();
  if (found !== undefined || made === pieces) return found;
  made += 1;
  return Buffer.allocUnsafeSlow(pieceBytes);
}
