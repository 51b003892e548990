import { BusyError } from '../errors.ts';

interface Waiter {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Lets the writers of one key in one after the other, so that a crowd on one group or study waits here and not on a
 * connection each. Different keys do not wait for each other.
 */
export class KeyedQueue {
  readonly #waiting = new Map<string, Waiter[]>();
  readonly #patienceMilliseconds: number;
  readonly #capacity: number;

  constructor(patienceMilliseconds = 30_000, capacity = 2_000) {
    this.#patienceMilliseconds = patienceMilliseconds;
    this.#capacity = capacity;
  }

  /** @throws BusyError when it is not this work's turn in time, or too many wait already. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    await this.#turn(key);
    try {
      return await work();
    } finally {
      this.#next(key);
    }
  }

  /** The same for work that writes several: it waits for each in turn. Whoever shares some names them in one order. */
  runAll<Result>([key, ...rest]: readonly string[], work: () => Promise<Result>): Promise<Result> {
    return key === undefined ? work() : this.run(key, () => this.runAll(rest, work));
  }

  #turn(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, []);
      return Promise.resolve();
    }
    if (waiting.length >= this.#capacity) return Promise.reject(new BusyError());
    return new Promise((start, refuse) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1);
        refuse(new BusyError());
      }, this.#patienceMilliseconds);
      const waiter = { start, timer };
      waiting.push(waiter);
    });
  }

  #next(key: string): void {
    const waiter = this.#waiting.get(key)?.shift();
    if (waiter === undefined) this.#waiting.delete(key);
    else {
      clearTimeout(waiter.timer);
      waiter.start();
    }
  }
}
