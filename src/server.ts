import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createYoga } from 'graphql-yoga';
import type { StampedViewer } from './access/authenticate.ts';
import { signIn } from './access/sign-in.ts';
import { SupposedViewers } from './access/supposed-viewers.ts';
import type { TokenUses } from './access/token-uses.ts';
import type { Viewer } from './access/viewer.ts';
import { BusyError } from './errors.ts';
import { type Context, createContext, type Store } from './graphql/context.ts';
import { useExecution } from './graphql/execution.ts';
import { useHiddenNames, useNoIntrospection } from './graphql/hidden-schema.ts';
import { documentCaches } from './graphql/limits/document-cache.ts';
import type { DocumentLimits } from './graphql/limits/document-limits.ts';
import { useLimits } from './graphql/limits/use-limits.ts';
import { Admission } from './graphql/rate-limit/admission.ts';
import { gate } from './graphql/rate-limit/gate.ts';
import { oncePerRequest } from './graphql/rate-limit/once-per-request.ts';
import type { RateLimits } from './graphql/rate-limit/rate-limits.ts';
import { useRateLimits } from './graphql/rate-limit/use-rate-limits.ts';
import { busy, unavailable } from './graphql/read-errors.ts';
import { type Served, use, useSuppositions } from './graphql/supposition.ts';
import { limitBody } from './graphql/transport/body-limit.ts';
import { corsOptions } from './graphql/transport/cors.ts';
import { useCrossSiteCheck } from './graphql/transport/cross-site.ts';
import { useEventStream } from './graphql/transport/event-stream.ts';
import { type GraphiQLSettings, useGraphiQLPage } from './graphql/transport/graphiql.ts';
import { withHealth } from './graphql/transport/health.ts';
import { maskedErrors, type UnexpectedError } from './graphql/transport/masking.ts';
import { originOf } from './graphql/transport/origin.ts';
import { withPlainPosts } from './graphql/transport/plain-answer.ts';
import { useReadableRequests } from './graphql/transport/readable-request.ts';
import { withCheckedHead } from './graphql/transport/request-head.ts';
import { withRequestId } from './graphql/transport/request-id.ts';
import { useTickets } from './graphql/transport/tickets.ts';
import { acceptSockets } from './graphql/transport/web-socket.ts';
import type { Live } from './live/live.ts';
import type { TokenVerifier } from './oidc/verifier.ts';
import { schema } from './schema.ts';
import { withDoor } from './submission/door.ts';
import { redeemTicket } from './subscription-ticket/service.ts';

/** What the server is made of. It reads no environment: everything comes in here. */
export interface ServerDependencies {
  readonly store: Store;
  /** Stopped and closed by whoever opened it. */
  readonly live: Live;
  readonly tokenUses: TokenUses;
  /** Where participants' browsers reach this gateway; without it, wherever a request has reached it. */
  readonly publicUrl?: string | null;
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  readonly suggestions: boolean;
  readonly graphiql: GraphiQLSettings;
  readonly limits: DocumentLimits;
  /** Closed by whoever made them. */
  readonly rateLimits: RateLimits;
  readonly maxBodyBytes: number;
  /** How many operations may be under way on one WebSocket. */
  readonly maxSubscriptionsPerConnection: number;
  /** How often subscribers are told that their connection lives, in ms; by default every 12 s. */
  readonly heartbeatMilliseconds?: number;
  /** Who signs in with an OpenID Connect issuer's tokens; without it, nobody does. */
  readonly tokenVerifier?: TokenVerifier | undefined;
  /** Longest that a request's headers and body may take to arrive. */
  readonly requestSeconds: number;
  /** Whether the database answers and is migrated. */
  readonly isReady: () => Promise<boolean>;
  readonly logError: (error: unknown, details: UnexpectedError) => void;
}

const usualHeartbeatMilliseconds = 12_000;

/**
 * The HTTP server: GraphQL, over WebSocket too, and GraphiQL at `/graphql`, the door for surveys at `/submissions/complete`, `/health` and
 * `/ready`. It does not listen yet.
 */
export function createServer(dependencies: ServerDependencies): Server {
  const { rateLimits, limits } = dependencies;
  const requestMilliseconds = dependencies.requestSeconds * 1_000;
  const common = commonOf(dependencies);
  const gateway = createGateway(dependencies, common);
  const fine = (request: IncomingMessage) => void rateLimits.fine(rateLimits.callerOf(request));
  const plain = withPlainPosts({ ...dependencies, ...common, gateway });
  const bounded = limitBody(plain, { ...dependencies, ...limits }, fine);
  const handler = withHealth(withDoor(withCheckedHead(bounded), dependencies), dependencies.isReady);
  const server = createHttpServer(
    {
      requestTimeout: requestMilliseconds,
      headersTimeout: requestMilliseconds,
      connectionsCheckingInterval: Math.round(requestMilliseconds / 6),
    },
    withRequestId(handler),
  );
  acceptSockets(server, { ...dependencies, ...common, gateway, jsonLimits: limits });
  return server;
}

/** What requests and sockets have in common. */
function commonOf({
  store,
  tokenVerifier,
  tokenUses,
  rateLimits,
  logError,
  heartbeatMilliseconds,
}: ServerDependencies) {
  const noteUse = (caller: Viewer | null) => {
    if (caller?.tokenId) tokenUses.note(caller.tokenId);
  };
  const supposedViewers = new SupposedViewers(store.database, noteUse);
  const authenticate = oncePerRequest(async (request) => {
    const found = await whoAsks(request, store, tokenVerifier);
    const caller = found?.viewer ?? null;
    noteUse(caller);
    supposedViewers.note(request.headers.get('authorization'), found);
    return caller;
  });
  const admits = gate(rateLimits, authenticate);
  const masking = maskedErrors({
    logError,
    translate: (error) => (error instanceof BusyError ? busy(error.message) : undefined),
  });
  return {
    authenticate,
    supposedViewers,
    admits,
    admission: new Admission(rateLimits, admits),
    masking,
    maskError: masking.maskError,
    heartbeatMilliseconds: heartbeatMilliseconds ?? usualHeartbeatMilliseconds,
  };
}

function createGateway(
  { store, ...settings }: ServerDependencies,
  { authenticate, masking, admission, heartbeatMilliseconds }: ReturnType<typeof commonOf>,
) {
  const redeem = async (ticket: string) => {
    const caller = await redeemTicket(store.database, settings.live.lookAgain, ticket);
    if (caller?.tokenId) settings.tokenUses.note(caller.tokenId);
    return caller;
  };
  return createYoga<Served, Context>({
    schema,
    context: async ({ request, supposition }) => {
      const { viewer, reader } = use(supposition) ?? {
        viewer: await authenticate(request),
        reader: undefined,
      };
      const asked = {
        hasToken: request.headers.has('authorization'),
        publicUrl: settings.publicUrl ?? originOf(request.url),
        live: settings.live,
        lastEventId: request.headers.get('last-event-id'),
        gone: request.signal,
      };
      return createContext(store, viewer, asked, reader);
    },
    logging: false,
    graphiql: false,
    landingPage: false,
    maxRequestBodySize: false,
    cors: corsOptions(settings.corsOrigins),
    parserAndValidationCache: documentCaches(),
    maskedErrors: masking,
    plugins: [
      useExecution(settings, masking.maskError),
      useSuppositions(),
      useEventStream({ stopped: settings.live.stopped, heartbeatMilliseconds }),
      useLimits(settings.limits),
      useTickets(redeem),
      useRateLimits(settings.rateLimits, admission),
      useCrossSiteCheck(),
      useReadableRequests(),
      useGraphiQLPage(settings.graphiql),
      ...(settings.introspection ? [] : [useNoIntrospection()]),
      ...(settings.suggestions ? [] : [useHiddenNames()]),
    ],
  });
}

/** @throws GraphQLError BUSY where nobody can tell at the moment */
async function whoAsks(
  request: Request,
  { database }: Store,
  verifier: TokenVerifier | undefined,
): Promise<StampedViewer | null> {
  try {
    return await signIn(database, verifier, request.headers.get('authorization'));
  } catch (error) {
    throw error instanceof BusyError ? unavailable(error.message) : error;
  }
}
