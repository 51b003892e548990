/** What carries wake-ups between nodes. One may be lost, come twice or come late: nobody relies on it. */
export interface Bus {
  /** Sends to all other nodes, if that is possible at the moment. */
  publish(message: string): void;
  close(): Promise<void>;
}

export interface BusListener {
  /** Told of every message, one's own perhaps too. */
  readonly onMessage: (message: string) => void;
  /** Told when messages may have been missed: the connection was made, for the first time or again. */
  readonly onConnected: () => void;
  /** Told once for each outage, with what went wrong first. */
  readonly onLost: (error: Error) => void;
}

/** Opens the way between nodes. */
export type OpenBus = (listener: BusListener) => Bus;
