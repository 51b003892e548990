import { sleep } from '../patience.ts';
import type { Charge, CostReport } from './rate-limits.ts';

/** Points of events are charged so many at a time: a few events an hour need no look at the budget each. */
const billed = 1_000;

/** What events cost their subscriber: the first was paid for when the subscription began, and says so. */
export interface Toll {
  readonly cost: CostReport;
  readonly bill: EventBill;
}

/**
 * What a stream's events cost after its first, which was paid for when it began: each as much as that one. Where the
 * budget is used up the stream waits for its next window: nothing is lost, and whoever reads a long log anew does it at
 * the pace of everybody else.
 */
export class EventBill {
  readonly #points: number;
  readonly #charge: (points: number) => Promise<Charge>;
  readonly #closed = new AbortController();
  #owed = 0;

  constructor(points: number, charge: (points: number) => Promise<Charge>) {
    this.#points = points;
    this.#charge = charge;
  }

  /** One more event, if it may be told without a look at the budget; answers whether it was added. */
  addAtOnce(): boolean {
    if (this.#owed + this.#points >= billed) return false;
    this.#owed += this.#points;
    return true;
  }

  /** One more event; resolves when it may be told. */
  async add(): Promise<void> {
    this.#owed += this.#points;
    while (this.#owed >= billed && !this.#closed.signal.aborted) {
      const { refusedUntil } = await this.#charge(this.#owed);
      if (refusedUntil === null) this.#owed = 0;
      else await sleep(Math.max(0, refusedUntil - Date.now()), this.#closed.signal);
    }
  }

  /** Lets go whoever waits. */
  close(): void {
    this.#closed.abort();
  }
}
