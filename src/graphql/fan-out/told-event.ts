/** An event as those who are told it get to see it: written once, however many they are. */
export class ToldEvent {
  /** The result, in JSON. */
  readonly json: string;
  /** Where a client that has seen this event goes on from; transports may send it beside the result. */
  readonly cursor: string | undefined;

  constructor(json: string, cursor?: string) {
    this.json = json;
    this.cursor = cursor;
  }

  /** The same for one subscriber, with what only they are told. */
  with(extensions: Readonly<Record<string, unknown>>): ToldEvent {
    return new ToldEvent(
      `${this.json.slice(0, -1)},"extensions":${JSON.stringify(extensions)}}`,
      this.cursor,
    );
  }
}

/** Where the events of one subscriber go: what their transport offers. Nobody waits for a client that is gone. */
export interface Sink {
  /** Whether the connection has taken all that it was given. */
  hasRoom(): boolean;
  /** Gives an event to a connection that has room for it. */
  put(event: ToldEvent): void;
  /** The same for one that may have none; resolves as soon as it may be given the next one. */
  send(event: ToldEvent): Promise<void>;
}
