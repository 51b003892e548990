import type { OutgoingHttpHeaders } from 'node:http';
import type { CORSOptions } from 'graphql-yoga';

const exposedHeaders = ['Retry-After', 'X-Request-Id'];

/**
 * Yoga's `cors` option for a list of origins, compared exactly (scheme, host and port). Any other origin gets no CORS
 * header at all; given the plain list, Yoga would grant a lone origin to everyone, and `null` next to several. No
 * cookies are in use, so credentials are never allowed.
 */
export function corsOptions(origins: readonly string[]): false | ((request: Request) => CORSOptions) {
  if (origins.length === 0) return false;
  return (request) => {
    const origin = request.headers.get('origin');
    if (!isAllowed(origins, origin)) return false;
    return {
      origin: [origin],
      credentials: false,
      methods: ['GET', 'POST', 'OPTIONS'],
      allowedHeaders: ['Authorization', 'Content-Type', 'GraphQL-Require-Preflight', 'Last-Event-ID'],
      exposedHeaders,
    };
  };
}

/** The headers that let a page of a listed origin read an answer that Yoga doesn't write. */
export function corsHeaders(origins: readonly string[], origin: string | undefined): OutgoingHttpHeaders {
  if (!isAllowed(origins, origin)) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': exposedHeaders.join(', '),
    Vary: 'Origin',
  };
}

function isAllowed(origins: readonly string[], origin: string | null | undefined): origin is string {
  return origin != null && origin !== 'null' && origins.includes(origin);
}
