import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Any of these shows that a script on an allowed origin sent the request: a browser asks for leave to send it. */
const proofs = ['graphql-require-preflight', 'x-graphql-yoga-csrf', 'apollo-require-preflight'];

/**
 * What a page of any site may POST without asking ("simple" requests of the Fetch standard); the empty one stands for
 * no content type at all, as a Blob without a type has it.
 */
const unaskedTypes = new Set(['', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);

/**
 * Refuses POSTs that a browser would send across sites without a preflight, with HTTP 403 and
 * `CROSS_SITE_REQUEST`, unless a header shows that there was one. GET stays as it is: it runs queries and subscriptions only.
 */
export function useCrossSiteCheck(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method !== 'POST' || proofs.some((header) => request.headers.has(header))) return;
      const type = essence(request.headers.get('content-type'));
      if (unaskedTypes.has(type)) throw crossSiteError(type);
    },
  };
}

function essence(contentType: string | null): string {
  return contentType?.split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
}

function crossSiteError(type: string): GraphQLError {
  const sent = type === '' ? 'no content type' : `the content type ${type}`;
  const remedy = 'Send application/json, or add the header GraphQL-Require-Preflight.';
  return new GraphQLError(`A request with ${sent} could come from any web site. ${remedy}`, {
    extensions: { code: 'CROSS_SITE_REQUEST', http: { status: 403 } },
  });
}
