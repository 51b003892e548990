import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';

const current = new AsyncLocalStorage<string>();

const acceptable = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Gives every request an id, its own `X-Request-Id` if that is 1–64 letters, digits, dots, dashes or underscores, and
 * returns it in the answer's. It wraps the Node handler, and isn't a Yoga plugin, because the events of a stream are
 * pulled after Yoga has answered, and because refused bodies deserve an id too.
 */
export function withRequestId(handler: RequestListener): RequestListener {
  return (request, response) => {
    const id = acceptableRequestId(request.headers['x-request-id']);
    response.setHeader('X-Request-Id', id);
    current.run(id, handler, request, response);
  };
}

/** The id to use for a request that came with `given`: that one, or a new random UUID where it isn't acceptable. */
export function acceptableRequestId(given: unknown): string {
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
}

/** Runs `work`, an operation on a WebSocket for instance, under a request id. */
export function runWithRequestId<Result>(id: string, work: () => Result): Result {
  return current.run(id, work);
}

/** The id of the request at hand; undefined outside of one. */
export function currentRequestId(): string | undefined {
  return current.getStore();
}
