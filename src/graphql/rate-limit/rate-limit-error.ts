import { GraphQLError } from 'graphql';

/** What `Retry-After` says of a moment, in ms since 1970: whole seconds, at least one. */
export function secondsUntil(moment: number): number {
  return Math.max(1, Math.ceil((moment - Date.now()) / 1_000));
}

/** Top-level RATE_LIMITED, with HTTP 429 and `Retry-After`; `resetsAt` in ms since 1970. Nothing was executed. */
export function rateLimited(resetsAt: number): GraphQLError {
  const retryAfterSeconds = secondsUntil(resetsAt);
  return new GraphQLError(
    `The points of this window don't suffice; nothing was done. Try again in ${retryAfterSeconds} s.`,
    {
      extensions: {
        code: 'RATE_LIMITED',
        retryAfterSeconds,
        resetsAt: new Date(resetsAt).toISOString(),
        http: { status: 429, headers: { 'Retry-After': String(retryAfterSeconds) } },
      },
    },
  );
}
