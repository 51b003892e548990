import { hash } from 'node:crypto';

/** Authorization headers that were valid when they were last looked up, and whose budget they count for. */
export class KnownCallers {
  readonly #budgets = new Map<string, string>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  /** The key of the budget, or null for a header that nobody has shown to be valid lately. It proves nothing. */
  budgetOf(authorization: string | undefined): string | null {
    return authorization === undefined ? null : (this.#budgets.get(fingerprint(authorization)) ?? null);
  }

  /** Notes what a look-up found: the key of a budget, or null for a header that is not valid (any more). */
  note(authorization: string | undefined, budget: string | null): void {
    if (authorization === undefined) return;
    const known = fingerprint(authorization);
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

// Secrets don't stay in memory.
function fingerprint(authorization: string): string {
  return hash('sha256', authorization, 'base64');
}
