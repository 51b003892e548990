import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';

/** A result, or an event, as it was executed. */
export interface Result {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
}

/** A result as its client gets to see it. */
export function toldResult({ errors, data, extensions }: Result): FormattedExecutionResult {
  return {
    ...(errors === undefined ? {} : { errors: errors.map(toldError) }),
    ...(data === undefined ? {} : { data }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

/** An error as its client gets to see it: without what it says about HTTP, and the mark of what was masked. */
export function toldError(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...told } = error.toJSON();
  const { http: _http, unexpected: _unexpected, ...shown } = extensions ?? {};
  return Object.keys(shown).length > 0 ? { ...told, extensions: shown } : told;
}
