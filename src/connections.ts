import type { Logger } from 'pino';
import type { OpenStore } from './database/open-store.ts';
import type { Environment } from './environment.ts';
import { openRateLimits, type RateLimits } from './graphql/rate-limit/rate-limits.ts';
import { type Live, openLive } from './live/live.ts';
import { postgresBus } from './live/postgres-bus.ts';
import { redisBus } from './live/redis-bus.ts';
import { createTokenVerifier, type TokenVerifier } from './oidc/verifier.ts';

/** Where rates are counted: in Redis where there is one. */
export function limitRates({ rateLimitSettings, redisUrl }: Environment, logger: Logger): RateLimits {
  if (redisUrl === null) return openRateLimits(rateLimitSettings);
  return openRateLimits(rateLimitSettings, {
    url: redisUrl,
    onLost: (error) => logger.warn({ err: error }, 'Redis cannot be used: each node limits rates alone'),
    onBack: () => logger.info('Redis can be used again: the nodes limit rates together'),
  });
}

/** What carries changes from node to node: Redis where there is one, else the database. */
export function goLive({ database, directUrl }: OpenStore, environment: Environment, logger: Logger): Live {
  const { redisUrl, maxSubscriptionsPerViewer } = environment;
  return openLive({
    database,
    openBus: redisUrl === null ? postgresBus(directUrl) : redisBus(redisUrl),
    maxSubscriptionsPerViewer,
    onTrouble: (error, message) => logger.warn({ err: error }, message),
  });
}

/** Who verifies the tokens of an OpenID Connect issuer, where one is trusted. */
export function verifierOf({ oidc }: Environment, logger: Logger): TokenVerifier | undefined {
  if (oidc === null) return undefined;
  return createTokenVerifier({
    ...oidc,
    onOutage: (error) => logger.error({ err: error }, "The OpenID Connect issuer's keys cannot be had"),
    onRefusal: (reason) => logger.debug({ reason }, 'A token of the OpenID Connect issuer was refused'),
  });
}
