import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const fingerprint = Symbol('fingerprint');

/** A request, and with it the fingerprint of its `Authorization` header once that was asked for. */
type Fingerprinted = Pick<IncomingMessage, 'headers'> & {
  [fingerprint]?: { readonly of: string; readonly hash: string };
};

/** `Authorization` headers that were valid when they were last looked up, and whose budget they count for. */
export class KnownCallers {
  readonly #budgets = new Map<string, string>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  /** The key of a request's budget, or null for a header that nobody has shown to be valid lately. It proves nothing. */
  budgetOf(request: Fingerprinted): string | null {
    const known = fingerprintOf(request);
    return known === null ? null : (this.#budgets.get(known) ?? null);
  }

  /** Notes what a look-up found: the key of a budget, or null for a header that is not valid (any more). */
  note(request: Fingerprinted, budget: string | null): void {
    const known = fingerprintOf(request);
    if (known === null) return;
    // Deleted first: a Map keeps its order, and the oldest goes when there are too many.
    this.#budgets.delete(known);
    if (budget === null) return;
    this.#budgets.set(known, budget);
    if (this.#budgets.size <= this.#most) return;
    for (const oldest of this.#budgets.keys()) {
      this.#budgets.delete(oldest);
      return;
    }
  }
}

/** Of a request's header, so that secrets don't stay in memory; null without one. */
function fingerprintOf(request: Fingerprinted): string | null {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  // A socket's request is given another header by its first message.
  if (request[fingerprint]?.of !== authorization)
    request[fingerprint] = { of: authorization, hash: hash('sha256', authorization, 'base64') };
  return request[fingerprint].hash;
}
