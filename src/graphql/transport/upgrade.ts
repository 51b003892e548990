import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { GraphQLError } from 'graphql';
import { writeJson } from './send-json.ts';
import { toldError } from './told-result.ts';

/** Whether a request asks for a WebSocket, and not for HTTP/2 as some clients do with every request. */
export function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Answers an upgrade that is refused, and closes its connection; the error says which status and headers. */
export function refuseUpgrade(request: IncomingMessage, socket: Socket, error: GraphQLError): void {
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  // What is only ended would stay half open for as long as its client likes.
  response.once('finish', () => socket.destroySoon());
  const { status, headers } = httpOf(error);
  writeJson(response, status, { errors: [toldError(error)] }, { ...headers, Connection: 'close' });
  response.end();
}

/** The refusal of an upgrade with nothing but an HTTP status that says why. */
export function refusal(status: number, code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}

/** The HTTP status that an error asks for; 500 for one that asks for none. */
export function httpOf({ extensions }: GraphQLError): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
} {
  const http: unknown = extensions.http;
  if (typeof http !== 'object' || http === null) return { status: 500, headers: {} };
  const status = 'status' in http && typeof http.status === 'number' ? http.status : 500;
  const headers = 'headers' in http && typeof http.headers === 'object' ? { ...http.headers } : {};
  return { status, headers };
}

/**
 * Serves a request as if it had asked for no upgrade, as HTTP allows: Node takes its connection away from the server as
 * soon as there is a listener for upgrades. Its head is put back without the header, and read again.
 */
export function serveWithoutUpgrade(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Socket,
  rest: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), rest]));
  server.emit('connection', socket);
}
