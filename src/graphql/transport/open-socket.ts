import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** Whoever is sent more than so many bytes and doesn't take them isn't listened to meanwhile: each message is answered. */
const mostUntaken = 1_048_576;

/** An open WebSocket, as whoever speaks a protocol over it sees it. */
export interface OpenSocket {
  readonly protocol: string;
  /** Resolves when the connection has taken the message, or is closed. */
  send(message: string): Promise<void>;
  /** Whether the connection has taken all that it was given, or is closed. */
  hasRoom(): boolean;
  /** Sends a frame as it is to a connection that has room for it: nothing is to be waited for. */
  putFrame(frame: Buffer): void;
  close(code: number, reason: string): void;
  /** Called for each message while the socket is open. */
  onMessage(listener: (message: Buffer, isBinary: boolean) => void): void;
  onClose(listener: (code: number, reason: string) => void): void;
}

/**
 * Wraps a WebSocket so that a slow reader slows down whoever sends to it, and nobody waits for one that is gone.
 * `connection` is what it goes over. Nothing of a message waits elsewhere, as nothing is compressed: frames that are
 * written to it stand between whole messages.
 */
export function openSocket(socket: WebSocket, connection: Socket): OpenSocket {
  const waiting = new Set<() => void>();
  // Each error closes the socket by itself.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    for (const done of waiting) done();
  });
  return {
    protocol: socket.protocol,
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          waiting.delete(done);
          if (socket.isPaused && socket.bufferedAmount <= mostUntaken) socket.resume();
          resolve();
        };
        waiting.add(done);
        socket.send(message, done);
        if (socket.bufferedAmount > mostUntaken) socket.pause();
      });
    },
    hasRoom: () => connection.writableLength === 0 || socket.readyState !== WebSocket.OPEN,
    putFrame(frame) {
      if (socket.readyState === WebSocket.OPEN) connection.write(frame);
    },
    close: (code, reason) => socket.close(code, reason),
    onMessage(listener) {
      socket.on('message', (message, isBinary) => {
        if (socket.readyState === WebSocket.OPEN && Buffer.isBuffer(message)) listener(message, isBinary);
      });
    },
    onClose(listener) {
      socket.once('close', (code, reason) => listener(code, reason.toString()));
    },
  };
}

/** Pings a client every so many ms, and breaks off where nothing has answered until the next time. */
export function keepAlive(socket: WebSocket, milliseconds: number, alsoPing: () => void): void {
  let isAnswered = true;
  socket.on('pong', () => {
    isAnswered = true;
  });
  const timer = setInterval(() => {
    if (!isAnswered) return socket.terminate();
    isAnswered = false;
    socket.ping();
    alsoPing();
  }, milliseconds);
  socket.once('close', () => clearInterval(timer));
}
