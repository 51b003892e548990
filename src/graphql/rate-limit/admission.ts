import type { IncomingMessage } from 'node:http';
import type { Gate } from './gate.ts';
import type { RateLimits } from './rate-limits.ts';

/** Which HTTP requests were let in, and whether what they asked for was charged: one that never was is fined. */
export class Admission {
  readonly #rateLimits: RateLimits;
  readonly #admits: Gate;
  readonly #admitted = new WeakSet<IncomingMessage>();
  readonly #charged = new WeakSet<IncomingMessage>();

  constructor(rateLimits: RateLimits, admits: Gate) {
    this.#rateLimits = rateLimits;
    this.#admits = admits;
  }

  /** @throws GraphQLError RATE_LIMITED */
  async admit(req: IncomingMessage, request: Request): Promise<void> {
    await this.#admits(req, request);
    this.#admitted.add(req);
  }

  /** Notes that what a request asks for was paid for. */
  charged(req: IncomingMessage): void {
    this.#charged.add(req);
  }

  /** Notes that it is not paid for after all. */
  gaveBack(req: IncomingMessage): void {
    this.#charged.delete(req);
  }

  /** Fines a request that is answered without having been charged; not if it failed for a reason of ours. */
  settle(req: IncomingMessage, status: number): Promise<void> | undefined {
    const isRefused = this.#admitted.has(req) && !this.#charged.has(req) && status < 500;
    return isRefused ? this.#rateLimits.fine(this.#rateLimits.callerOf(req)) : undefined;
  }
}
