import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { writeJson } from './send-json.ts';
import { endAfterBody } from './unwanted-body.ts';

interface Refusal {
  readonly status: number;
  readonly error: GraphQLError;
  readonly headers: OutgoingHttpHeaders;
}

/** Answers a request whose body isn't wanted, before or while it is sent, and closes its connection. */
export function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  { status, error, headers }: Refusal,
): void {
  const { http: _internal, ...extensions } = error.extensions;
  const body = { errors: [{ message: error.message, extensions }] };
  writeJson(response, status, body, { ...headers, Connection: 'close' });
  endAfterBody(request, response);
}
