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
