/**
 * The items of a generator that can be ended while it waits: a generator's own `return` would wait with it. `run` is
 * given a signal to end its waits by; `onEnd` is called once, whatever the end, and also if nothing was ever asked for.
 */
export function endable<Item>(
  run: (ended: AbortSignal) => AsyncGenerator<Item>,
  onEnd: () => void,
): AsyncIterableIterator<Item> {
  const controller = new AbortController();
  const items = run(controller.signal);
  const end = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    onEnd();
    void items.return(undefined).catch(() => undefined);
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const result = await items.next();
        if (result.done) end();
        return result;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return(value?: unknown) {
      end();
      return { done: true, value };
    },
  };
}
