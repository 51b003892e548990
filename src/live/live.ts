import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type LookAgain, lookingAgain } from '../access/look-again.ts';
import type { BitmapCache } from '../bitmap/cache.ts';
import type { Database } from '../database/client.ts';
import type { Touch } from '../database/commits.ts';
import type { Reader } from '../database/reader.ts';
import type { OpenBus } from './bus.ts';
import { LookOuts } from './look-outs.ts';
import { readMessage, writeMessages } from './messages.ts';
import { Streams } from './streams.ts';
import { WakeUps } from './wake-ups.ts';

/** Wake-ups of the same few milliseconds go out together. */
const collectMilliseconds = 5;
/** A lost wake-up is to be made good within five seconds, reading included. */
const lookOutMilliseconds = 4_000;
const flushPollMilliseconds = 20;
const windowMilliseconds = 60_000;

export interface LiveSettings {
  readonly database: Database;
  readonly openBus: OpenBus;
  /** How many subscriptions one user may have on this node. */
  readonly maxSubscriptionsPerViewer: number;
  /** How often it is looked at what time alone decides, in ms: a minute unless told otherwise. */
  readonly windowMilliseconds?: number;
  /** Told what went wrong: wake-ups are lost until it is mended, and made good every few seconds. */
  readonly onTrouble: (error: unknown, message: string) => void;
}

/** All that subscriptions on this node have in common. */
export interface Live {
  readonly reader: Reader;
  readonly bitmaps: BitmapCache;
  readonly wakeUps: WakeUps;
  readonly streams: Streams;
  readonly lookAgain: LookAgain;
  /** How often to look at what time alone decides, in ms. */
  readonly windowMilliseconds: number;
  /** Aborted when the node begins to stop: streams tell what they know, and wait for no more. */
  readonly stopping: AbortSignal;
  /** Aborted when streams are to be dropped, so that their clients go on elsewhere. */
  readonly stopped: AbortSignal;
  /** Lets streams tell what they know of, for so long at most, and drops them. */
  stop(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens what carries changes to subscribers of this node, and from this node to others. */
export function openLive(settings: LiveSettings): Live {
  const { reader, bitmaps } = settings.database;
  const wakeUps = new WakeUps();
  const streams = new Streams(settings.maxSubscriptionsPerViewer);
  const [stopping, stopped] = [new AbortController(), new AbortController()];
  // Every stream listens to them.
  setMaxListeners(0, stopping.signal, stopped.signal);
  const closeWays = openWays(settings, wakeUps);
  return {
    reader,
    bitmaps,
    wakeUps,
    streams,
    lookAgain: lookingAgain(reader),
    windowMilliseconds: settings.windowMilliseconds ?? windowMilliseconds,
    stopping: stopping.signal,
    stopped: stopped.signal,
    async stop(milliseconds) {
      stopping.abort();
      const deadline = Date.now() + milliseconds;
      while (!streams.areFlushed() && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, flushPollMilliseconds));
      stopped.abort();
    },
    async close() {
      stopping.abort();
      stopped.abort();
      await closeWays();
    },
  };
}

/** Opens the ways on which wake-ups come and go: commits of this node, other nodes, and looks at the database. */
function openWays({ database, openBus, onTrouble }: LiveSettings, wakeUps: WakeUps): () => Promise<void> {
  const node = randomBytes(6).toString('hex');
  const lookOuts = new LookOuts(database.reader, wakeUps);
  const look = () =>
    void lookOuts.look().catch((error) => onTrouble(error, 'Watched groups could not be looked at'));
  const bus = openBus({
    onMessage(message) {
      const told = readMessage(message);
      if (told.node !== node) wakeUps.wake(told.touches);
    },
    onConnected: look,
    onLost: (error) => onTrouble(error, 'Wake-ups of other nodes are late: the connection for them is lost'),
  });
  const announcer = new Announcer((touches) => {
    for (const message of writeMessages(node, touches)) bus.publish(message);
  });
  const endListening = database.commits.listen((touches) => {
    wakeUps.wake(touches);
    announcer.announce(touches);
  });
  const looking = setInterval(look, lookOutMilliseconds);
  return async () => {
    clearInterval(looking);
    endListening();
    announcer.flush();
    await bus.close();
  };
}

/** Collects for a few milliseconds what is to be told. */
class Announcer {
  readonly #send: (touches: readonly Touch[]) => void;
  #collected: Touch[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (touches: readonly Touch[]) => void) {
    this.#send = send;
  }

  announce(touches: readonly Touch[]): void {
    this.#collected.push(...touches);
    this.#timer ??= setTimeout(() => this.flush(), collectMilliseconds);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const collected = this.#collected;
    this.#collected = [];
    if (collected.length > 0) this.#send(collected);
  }
}
