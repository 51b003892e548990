import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Refuses with HTTP 400 and `BAD_REQUEST` what Yoga's parsers of URLs, forms and uploads trip over. */
export function useReadableRequests(): Plugin {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser === undefined) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          throw asBadRequest(error);
        }
      });
    },
  };
}

function asBadRequest(error: unknown): unknown {
  if (error instanceof SyntaxError || error instanceof TypeError)
    return badRequest('The request holds malformed JSON.');
  if (!(error instanceof GraphQLError)) return error;
  // What the JSON parser says repeats the body, twice as long for all its escapes.
  if ('originalError' in error.extensions) return badRequest(error.message);
  return error.extensions.http === undefined ? badRequest(error.message) : error;
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}
