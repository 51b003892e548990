import { createServer as createHttpServer, type Server } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { authenticate } from './access/authenticate.ts';
import { BusyError } from './errors.ts';
import { createContext, type Store } from './graphql/context.ts';
import { useGraphQLJs } from './graphql/execution.ts';
import { useHiddenNames, useNoIntrospection } from './graphql/hidden-schema.ts';
import { documentCaches } from './graphql/limits/document-cache.ts';
import type { DocumentLimits } from './graphql/limits/document-limits.ts';
import { useLimits } from './graphql/limits/use-limits.ts';
import { busy } from './graphql/read-errors.ts';
import { limitBody } from './graphql/transport/body-limit.ts';
import { corsOptions } from './graphql/transport/cors.ts';
import { useCrossSiteCheck } from './graphql/transport/cross-site.ts';
import { type GraphiQLSettings, useGraphiQLPage } from './graphql/transport/graphiql.ts';
import { withHealth } from './graphql/transport/health.ts';
import { maskedErrors, type UnexpectedError } from './graphql/transport/masking.ts';
import { useReadableRequests } from './graphql/transport/readable-request.ts';
import { withCheckedHead } from './graphql/transport/request-head.ts';
import { withRequestId } from './graphql/transport/request-id.ts';
import { schema } from './schema.ts';

/** What the server is made of. It reads no environment: everything comes in here. */
export interface ServerDependencies {
  readonly store: Store;
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  readonly suggestions: boolean;
  readonly graphiql: GraphiQLSettings;
  readonly limits: DocumentLimits;
  readonly maxBodyBytes: number;
  /** Longest that a request's headers and body may take to arrive. */
  readonly requestSeconds: number;
  /** Whether the database answers and is migrated. */
  readonly isReady: () => Promise<boolean>;
  readonly logError: (error: unknown, details: UnexpectedError) => void;
}

/** The HTTP server: GraphQL and GraphiQL at `/graphql`, `/health` and `/ready`. It does not listen yet. */
export function createServer(dependencies: ServerDependencies): Server {
  const requestMilliseconds = dependencies.requestSeconds * 1_000;
  const handler = withHealth(
    withCheckedHead(limitBody(createGateway(dependencies), { ...dependencies, ...dependencies.limits })),
    dependencies.isReady,
  );
  return createHttpServer(
    {
      requestTimeout: requestMilliseconds,
      headersTimeout: requestMilliseconds,
      connectionsCheckingInterval: Math.round(requestMilliseconds / 6),
    },
    withRequestId(handler),
  );
}

function createGateway({ store, ...settings }: ServerDependencies) {
  return createYoga({
    schema,
    context: async ({ request }) =>
      createContext(store, await authenticate(store.database.reader, request.headers.get('authorization'))),
    logging: false,
    graphiql: false,
    landingPage: false,
    maxRequestBodySize: false,
    cors: corsOptions(settings.corsOrigins),
    parserAndValidationCache: documentCaches(),
    maskedErrors: maskedErrors({
      logError: settings.logError,
      translate: (error) => (error instanceof BusyError ? busy(error.message) : undefined),
    }),
    plugins: [
      useGraphQLJs(settings),
      useLimits(settings.limits),
      useCrossSiteCheck(),
      useReadableRequests(),
      useGraphiQLPage(settings.graphiql),
      ...(settings.introspection ? [] : [useNoIntrospection()]),
      ...(settings.suggestions ? [] : [useHiddenNames()]),
    ],
  });
}
