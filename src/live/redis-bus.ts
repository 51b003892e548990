import { Redis } from 'ioredis';
import type { OpenBus } from './bus.ts';

const channel = 'rollcall:live';
const longestPauseMilliseconds = 1_000;

/** The nodes of one Redis, by PUBLISH and SUBSCRIBE; `url` begins with redis:// or rediss://. */
export function redisBus(url: string): OpenBus {
  return ({ onMessage, onConnected, onLost }) => {
    let isLost = false;
    const connect = (settings: { readonly enableOfflineQueue: boolean }) =>
      new Redis(url, {
        ...settings,
        maxRetriesPerRequest: null,
        connectTimeout: 5_000,
        retryStrategy: (attempt) => Math.min(50 * attempt, longestPauseMilliseconds),
      }).on('error', (error) => {
        if (!isLost) onLost(error);
        isLost = true;
      });
    const publisher = connect({ enableOfflineQueue: false });
    const subscriber = connect({ enableOfflineQueue: true });
    // Subscribed again by the client itself when it is connected again.
    subscriber.on('ready', () => {
      subscriber.subscribe(channel).then(
        () => {
          isLost = false;
          onConnected();
        },
        () => undefined,
      );
    });
    subscriber.on('message', (_channel, message) => onMessage(message));
    return {
      publish: (message) => void publisher.publish(channel, message).catch(() => undefined),
      async close() {
        publisher.disconnect();
        subscriber.disconnect();
      },
    };
  };
}
