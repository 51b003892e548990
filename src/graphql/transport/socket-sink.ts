import type { Sink, ToldEvent } from '../fan-out/told-event.ts';
import type { OpenSocket } from './open-socket.ts';

/** Takes the events of the subscription of a socket to which its client has given this id. */
export function socketSink(socket: Pick<OpenSocket, 'send' | 'hasRoom' | 'putFrame'>, id: string): Sink {
  const head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  return {
    hasRoom: socket.hasRoom,
    put: (event) => socket.putFrame(frameOf(head, restOf(event))),
    send: (event) => socket.send(`${head}${event.json}}`),
  };
}

const rests = new WeakMap<ToldEvent, Buffer>();

/** What of the message is the same for all who are told an event. */
function restOf(event: ToldEvent): Buffer {
  const known = rests.get(event);
  if (known !== undefined) return known;
  const rest = Buffer.from(`${event.json}}`);
  rests.set(event, rest);
  return rest;
}

/** The first byte of a message's one and only frame: it is the last, and is text. */
const wholeText = 0x81;
/** Longest messages whose length stands in the second byte, and in the two after it. */
const [longestOfOne, longestOfTwo] = [125, 65_535];

/** A message of two parts as the frame that a server sends (RFC 6455, 5.2). */
export function frameOf(head: Buffer, rest: Buffer): Buffer {
  const length = head.length + rest.length;
  const headerLength = length <= longestOfOne ? 2 : length <= longestOfTwo ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = wholeText;
  if (length <= longestOfOne) frame[1] = length;
  else if (length <= longestOfTwo) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(head, headerLength);
  frame.set(rest, headerLength + head.length);
  return frame;
}
