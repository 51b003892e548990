import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';

export interface LimiterOptions {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds that a window lasts. */
  readonly duration: number;
}

/**
 * Counts in Redis where there is one, else in memory; in memory also for as long as Redis doesn't answer. Unlike the
 * library's own, it charges nothing for what it refuses, and gives nothing back into a window that has begun since.
 */
export function makeLimiter(options: LimiterOptions, redis: Redis | null): RateLimiterAbstract {
  const memory = new MemoryLimiter(options);
  if (redis === null) return memory;
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
    customIncrTtlLuaScript: chargeIfItFits,
  });
}

/** KEYS: the counter. ARGV: points (negative to give back), seconds of a window, points of the budget. */
const chargeIfItFits = `
local ttl = redis.call('pttl', KEYS[1])
local used = ttl > 0 and tonumber(redis.call('get', KEYS[1])) or 0
local points = tonumber(ARGV[1])
local after = used + points
if after >= 0 and after <= tonumber(ARGV[3]) then
  if ttl > 0 then
    redis.call('incrby', KEYS[1], ARGV[1])
  elseif points > 0 then
    redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
  end
end
if ttl <= 0 then ttl = 1000 * tonumber(ARGV[2]) end
return {after, ttl}`;

class MemoryLimiter extends RateLimiterMemory {
  override async consume(key: string | number, points = 1): Promise<RateLimiterRes> {
    try {
      return await super.consume(key, points);
    } catch (refusal) {
      await this.reward(key, points);
      throw refusal;
    }
  }

  override async reward(key: string | number, points = 1): Promise<RateLimiterRes> {
    const found = await this.get(key);
    if (found === null || found.msBeforeNext <= 0 || found.consumedPoints < points) {
      return new RateLimiterRes(this.points, this.msDuration, 0);
    }
    return super.reward(key, points);
  }
}
