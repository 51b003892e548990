import { Redis } from 'ioredis';

export interface RedisSettings {
  /** Begins with redis:// or rediss://. */
  readonly url: string;
  /** Told once for each outage, with what went wrong first. */
  readonly onLost: (error: Error) => void;
  /** Told when it answers again. */
  readonly onBack: () => void;
}

/** How long one command may take, in ms, before it counts as failed. */
const commandMilliseconds = 250;
/** How long Redis may be silent, in ms, before the connection is given up: until it is back, nobody waits for it. */
const silenceMilliseconds = 500;
const connectMilliseconds = 2_000;
const longestPauseMilliseconds = 1_000;

/** A connection that fails fast: nothing is queued, nothing is sent twice, and it is opened again for ever. */
export function openRedis({ url, onLost, onBack }: RedisSettings): Redis {
  let isLost = false;
  const lose = (error: Error) => {
    if (!isLost) onLost(error);
    isLost = true;
  };
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandMilliseconds,
    socketTimeout: silenceMilliseconds,
    connectTimeout: connectMilliseconds,
    retryStrategy: (attempt) => Math.min(50 * attempt, longestPauseMilliseconds),
    // Asked about each error that Redis answers with: a replica or missing rights are an outage for us as well.
    reconnectOnError: (error) => {
      if (!error.message.startsWith('NOSCRIPT')) lose(error);
      return error.message.startsWith('READONLY');
    },
  });
  redis.on('error', lose);
  redis.on('ready', () => {
    if (isLost) onBack();
    isLost = false;
  });
  return redis;
}
