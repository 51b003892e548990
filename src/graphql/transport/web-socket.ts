import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { GraphQLError } from 'graphql';
import { handleProtocols, type Server as ProtocolServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Live } from '../../live/live.ts';
import { type JsonLimits, jsonShapeError } from '../limits/json-shape.ts';
import { keepAlive, openSocket } from './open-socket.ts';
import { headProblem, isForEndpoint } from './request-head.ts';
import { runWithRequestId } from './request-id.ts';
import { type OperatedSocket, type OperationSettings, operateSockets } from './socket-operations.ts';
import { socketSink } from './socket-sink.ts';
import { requestOf } from './socket-token.ts';
import { isForWebSocket, refusal, refuseUpgrade, serveWithoutUpgrade } from './upgrade.ts';

export interface SocketSettings extends OperationSettings {
  readonly live: Live;
  readonly jsonLimits: JsonLimits;
  /** Longest message of a client. */
  readonly maxBodyBytes: number;
  /** How often a client is told that its connection lives, and asked whether it does. */
  readonly heartbeatMilliseconds: number;
}

/** Longest reason of a close, in bytes, that the protocol has room for. */
const longestReason = 123;
/** How long a client may take to answer a close, in ms. */
const closeMilliseconds = 1_000;

/** Serves graphql-transport-ws at `/graphql` of an HTTP server, until the node stops. */
export function acceptSockets(server: Server, settings: SocketSettings): void {
  const { live } = settings;
  const sockets = new WebSocketServer(optionsFor(settings));
  const protocol = operateSockets(settings);
  server.on('upgrade', async (request, socket, head) => {
    if (!(socket instanceof Socket)) return socket.destroy();
    if (!isForWebSocket(request)) return serveWithoutUpgrade(server, request, socket, head);
    // Who breaks off is told nothing; without a listener the error would end the process.
    socket.on('error', () => socket.destroy());
    const problem = await problemOf(request, settings);
    if (problem !== undefined) return refuseUpgrade(request, socket, problem);
    sockets.handleUpgrade(request, socket, head, (opened) => serve(opened, request, protocol, settings));
  });
  live.stopped.addEventListener('abort', () => {
    for (const socket of sockets.clients) socket.close(1012, 'Service restart');
  });
}

// Not written where they are used: the types don't know of closeTimeout yet.
function optionsFor({ maxBodyBytes }: SocketSettings) {
  return {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxBodyBytes,
    handleProtocols,
    closeTimeout: closeMilliseconds,
  };
}

/** Why an upgrade is refused, if it is. */
async function problemOf(
  request: IncomingMessage,
  { live, admits, maskError }: SocketSettings,
): Promise<GraphQLError | undefined> {
  if (!isForEndpoint(request)) return refusal(404, 'NOT_FOUND', 'There is nothing here.');
  const problem = headProblem(request);
  if (problem !== undefined) return refusal(400, 'BAD_REQUEST', problem);
  try {
    await admits(request, requestOf(request));
  } catch (error) {
    return maskError(error);
  }
  return live.stopping.aborted ? refusal(503, 'BUSY', 'This server stops. Try again.') : undefined;
}

function serve(
  webSocket: WebSocket,
  request: IncomingMessage,
  protocol: ProtocolServer<OperatedSocket>,
  settings: SocketSettings,
): void {
  const { rateLimits, jsonLimits, maskError } = settings;
  const socket = openSocket(webSocket, request.socket);
  const ping = () => void socket.send('{"type":"ping"}');
  const underWay: OperatedSocket['underWay'] = new Map();
  /** Whoever is shown the door pays what a refused request costs. */
  const close = (code: number, reason: string) => {
    if (code >= 4400 && code < 4500) void rateLimits.fine(rateLimits.callerOf(request));
    socket.close(code, Buffer.byteLength(reason) <= longestReason ? reason : '');
  };
  const fail = (error: unknown) => {
    const told = maskError(error);
    const isOurs = told.extensions.code === 'INTERNAL';
    socket.close(isOurs ? 4500 : 1013, reasonOf(told.message));
  };
  const listen = (onMessage: (message: string) => Promise<void>) =>
    socket.onMessage((message, isBinary) => {
      const problem = isBinary
        ? 'Messages are text; this one is binary.'
        : jsonShapeError(message, jsonLimits)?.message;
      if (problem !== undefined) return close(4400, problem);
      runWithRequestId(randomUUID(), () => void onMessage(message.toString()).catch(fail));
    });
  const operated = { request, underWay, close, ping, sinkOf: (id: string) => socketSink(socket, id) };
  const closed = protocol.opened({ ...socket, close: orReason(close), onMessage: listen }, operated);
  socket.onClose((code, reason) => void closed(code, reason).catch(maskError));
  keepAlive(webSocket, settings.heartbeatMilliseconds, () => {
    // Whoever has no token has little to ask, and holds no connection for it.
    const isStranger = request.headers.authorization === undefined && underWay.size === 0;
    if (isStranger) close(4403, 'Without a token a connection is not kept');
    else ping();
  });
}

/** As much of a text as a close has room for. */
function reasonOf(text: string): string {
  return Buffer.from(text)
    .subarray(0, longestReason)
    .toString()
    .replace(/\ufffd$/, '');
}

function orReason(close: (code: number, reason: string) => void) {
  return (code = 1000, reason = '') => close(code, reason);
}
