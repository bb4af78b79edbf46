/** A value that pages watch; the test sets it. */
export interface Cell<T> {
  get(): T;
  set(value: T): void;
  watch(signal: AbortSignal | undefined): AsyncGenerator<T>;
}

export function createCell<T>(initial: T): Cell<T> {
  let value = initial;
  const waiting = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const wake of [...waiting]) wake();
    },
    async *watch(signal) {
      while (!signal?.aborted) {
        const told = value;
        yield told;
        if (value !== told) continue;
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
          signal?.addEventListener('abort', wake, { once: true });
        });
      }
    },
  };
}
