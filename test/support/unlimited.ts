import { openRateLimits, type RateLimits } from '../../src/graphql/rate-limit/rate-limits.ts';
import { defaultRateLimits } from '../../src/graphql/rate-limit/settings.ts';

/** No limits on rates, for tests that ask more in a minute than anybody should. */
export function unlimited(): RateLimits {
  return openRateLimits({ ...defaultRateLimits, perToken: 0, perAddress: 0, anonymous: 0 });
}
