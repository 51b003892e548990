import { GraphQLError } from 'graphql';

/** Top-level RATE_LIMITED, with HTTP 429 and `Retry-After`; `resetsAt` in ms since 1970. Nothing was executed. */
export function rateLimited(resetsAt: number): GraphQLError {
  const retryAfterSeconds = Math.max(1, Math.ceil((resetsAt - Date.now()) / 1_000));
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
