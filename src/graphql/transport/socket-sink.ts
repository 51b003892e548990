import type { Sink, ToldEvent } from '../fan-out/told-event.ts';
import type { OpenSocket } from './open-socket.ts';

/** Takes the events of the subscription of a socket to which its client has given this id. */
export function socketSink(socket: Pick<OpenSocket, 'send' | 'hasRoom' | 'put'>, id: string): Sink {
  const head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  return {
    hasRoom: () => socket.hasRoom(),
    put: (event) => socket.put(Buffer.concat([head, restOf(event)])),
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
