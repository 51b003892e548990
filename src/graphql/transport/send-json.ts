import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Writes the head and the whole of a JSON answer, but doesn't end it: who must still drain the request ends it later. */
export function writeJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.write(text);
}
