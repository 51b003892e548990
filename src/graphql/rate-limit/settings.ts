export interface RateLimitSettings {
  /** Points that one token may use in a window; 0 for any number, here and below. */
  readonly perToken: number;
  /** Points that all valid tokens of one address may use together. */
  readonly perAddress: number;
  /** Points that one address may use without a valid token. */
  readonly anonymous: number;
  /** How long a window lasts, in whole seconds; it begins with the first request that is charged. */
  readonly windowSeconds: number;
  /** How many proxies stand in front of us, each of which adds its caller to X-Forwarded-For. */
  readonly trustedProxies: number;
}

/** A dashboard that reads 250 pages of a hundred members a second stays below what one token may use. */
export const defaultRateLimits: RateLimitSettings = {
  perToken: 1_000_000,
  perAddress: 4_000_000,
  anonymous: 3_000,
  windowSeconds: 60,
  trustedProxies: 0,
};

/**
 * What a request that is refused before it executes is charged: for a document that doesn't parse or validate or goes
 * past a limit, for a body that can't be read, and for an operation that doesn't fit in what is left. Without a valid
 * token it is also the least that an operation is charged, since it ends in a refusal as well.
 */
export const refusalPoints = 5;

/**
 * What an operation without a valid token is charged at most, but for its surcharges: its fields answer with
 * UNAUTHENTICATED, and a page whose token has expired should be told so, and not that it asks too much.
 */
export const mostPointsWithoutToken = 100;
