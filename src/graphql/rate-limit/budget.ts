import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { refusalPoints } from './settings.ts';

/** How a budget stands after it was asked for points. */
export interface Standing {
  /** Whether the points were there, and were taken. */
  readonly isTaken: boolean;
  /** Points of the whole window. */
  readonly limit: number;
  /** Points left in it. */
  readonly remaining: number;
  /** When the window ends, in ms since 1970. */
  readonly resetsAt: number;
}

/** So many budgets are remembered as used up; whoever is forgotten is refused a little later. */
const mostSpent = 10_000;

/** One kind of budget, for instance that of each token: so many points a window for every key. */
export class Budget {
  readonly #limit: number;
  readonly #windowMilliseconds: number;
  readonly #limiter: RateLimiterAbstract;
  readonly #spent = new Map<string, number>();

  constructor(limit: number, windowSeconds: number, limiter: RateLimiterAbstract) {
    this.#limit = limit;
    this.#windowMilliseconds = windowSeconds * 1_000;
    this.#limiter = limiter;
  }

  /** Takes points, or none if they don't fit. What is dearer than the whole budget takes all of it. */
  async take(key: string, points: number): Promise<Standing> {
    const most = Math.min(points, this.#limit);
    const { isTaken, result } = await this.#consume(key, most);
    const used = isTaken ? result.consumedPoints : result.consumedPoints - most;
    const remaining = Math.max(0, this.#limit - used);
    const resetsAt = Date.now() + result.msBeforeNext;
    if (remaining === 0) this.#remember(key, resetsAt);
    return { isTaken, limit: this.#limit, remaining, resetsAt };
  }

  /** Undoes `take`, unless its window is over. */
  async giveBack(key: string, points: number): Promise<void> {
    this.#spent.delete(key);
    await this.#limiter.reward(key, Math.min(points, this.#limit));
  }

  /** Takes the points of a refused request, or what is left of them. */
  async fine(key: string): Promise<void> {
    const { isTaken, remaining } = await this.take(key, refusalPoints);
    if (!isTaken && remaining > 0) await this.take(key, remaining);
  }

  /** When a budget that is known here to be used up begins anew, in ms since 1970; undefined for one that isn't. */
  spentUntil(key: string): number | undefined {
    const until = this.#spent.get(key);
    const left = (until ?? 0) - Date.now();
    // More than a window is left where the clock was set back.
    if (left > 0 && left <= this.#windowMilliseconds) return until;
    this.#spent.delete(key);
    return undefined;
  }

  async #consume(key: string, points: number): Promise<{ isTaken: boolean; result: RateLimiterRes }> {
    try {
      return { isTaken: true, result: await this.#limiter.consume(key, points) };
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return { isTaken: false, result: refusal };
      throw refusal;
    }
  }

  #remember(key: string, until: number): void {
    this.#spent.set(key, until);
    if (this.#spent.size <= mostSpent) return;
    for (const oldest of this.#spent.keys()) {
      this.#spent.delete(oldest);
      return;
    }
  }
}
