import type { IncomingMessage } from 'node:http';
import type { Viewer } from '../../access/viewer.ts';
import type { Gate } from '../rate-limit/gate.ts';
import type { RateLimits } from '../rate-limit/rate-limits.ts';

interface Authentication {
  readonly authenticate: (request: Request) => Promise<Viewer | null>;
  readonly admits: Gate;
  readonly rateLimits: RateLimits;
}

/**
 * Takes the token of a socket from the payload of its `connection_init`, where browsers can put it, or else from the
 * request that opened it. Returns whether the socket may be used: with a token that is good, or with none.
 * @throws GraphQLError RATE_LIMITED, BUSY
 */
export async function authorize(
  { authenticate, admits, rateLimits }: Authentication,
  req: IncomingMessage,
  payload: Readonly<Record<string, unknown>> | undefined,
): Promise<boolean> {
  const given = authorizationIn(payload) ?? req.headers.authorization;
  if (given === undefined) {
    // Nothing else is charged for a connection, and whoever has a token is known by it.
    await rateLimits.fine(rateLimits.callerOf(req));
    return true;
  }
  if (typeof given !== 'string' || !/^[\x20-\x7e]*$/.test(given)) return false;
  req.headers.authorization = given.trim();
  const request = requestOf(req);
  await admits(req, request);
  const viewer = await authenticate(request);
  rateLimits.recognise(req, viewer);
  return viewer !== null;
}

/** `Authorization` of a payload, in any case, or of the `headers` in it. */
function authorizationIn(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const entries = new Map(Object.entries(payload).map(([name, value]) => [name.toLowerCase(), value]));
  return entries.get('authorization') ?? authorizationIn(entries.get('headers')) ?? undefined;
}

/**
 * A request of its own for what comes over a socket, so that its sender is looked up anew. Of the headers that opened
 * the socket only the token counts: a `Last-Event-ID` would count for every subscription.
 */
export function requestOf({ headers: { host, authorization } }: IncomingMessage): Request {
  return new Request(`http://${host || 'localhost'}/graphql`, {
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
  });
}
