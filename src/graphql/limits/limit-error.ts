import { GraphQLError } from 'graphql';

export type Limit =
  | 'depth'
  | 'aliases'
  | 'characters'
  | 'tokens'
  | 'definitions'
  | 'fields'
  | 'directives'
  | 'input'
  | 'cost'
  | 'body'
  | 'subscriptions';

/**
 * The refusal of a request that goes past a limit. The message is for the caller: it should name the limit, what was
 * found and what is allowed. Answered with HTTP 400, or 200 to clients that accept only `application/json`, as
 * GraphQL over HTTP asks for every document that is refused before it runs.
 */
export function limitError(limit: Limit, message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'LIMIT_EXCEEDED', limit, http: { spec: true, status: 400 } },
  });
}
