/** Waits so many ms at most, until it is let go, or one of the signals is aborted. `onWaiting` is told how to let it go. */
export async function waitAtMost(
  milliseconds: number,
  signals: readonly AbortSignal[],
  wait: (signal: AbortSignal) => Promise<void>,
  onWaiting: (letGo: () => void) => void,
): Promise<void> {
  const waiting = new AbortController();
  const letGo = () => waiting.abort();
  const timer = setTimeout(letGo, milliseconds);
  for (const signal of signals) signal.addEventListener('abort', letGo);
  onWaiting(letGo);
  await wait(waiting.signal);
  clearTimeout(timer);
  for (const signal of signals) signal.removeEventListener('abort', letGo);
}

/** What a source waits by: a wake-up that comes while nobody waits is not lost. */
export class Waiting {
  #isWoken = false;
  #wakeWaiter: (() => void) | null = null;

  readonly wake = (): void => {
    this.#isWoken = true;
    this.#wakeWaiter?.();
  };

  /** To be called before looking: only what comes afterwards counts. */
  reset(): void {
    this.#isWoken = false;
  }

  /** Resolves once it is or was woken, or when the signal is aborted. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isWoken || signal.aborted) return resolve();
      const done = () => {
        this.#wakeWaiter = null;
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wakeWaiter = done;
      signal.addEventListener('abort', done);
    });
  }
}
