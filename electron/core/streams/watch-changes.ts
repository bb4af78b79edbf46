/** Changes as batches: `next` waits for the first, and resolves with all since the last call; with null once `signal` aborts. */
export interface Changes<T> {
  next(): Promise<readonly T[] | null>;
  end(): void;
}

/**
 * Turns a subscription into batches for an event iterator. Of several changes with the same key only the newest is kept,
 * so that a slow page is never behind by more than one batch. `settleMs` lets changes that come together travel together.
 */
export function watchChanges<T>(
  subscribe: (listener: (value: T) => void) => () => void,
  signal: AbortSignal,
  keyOf: (value: T) => string,
  settleMs = 0,
): Changes<T> {
  let pending = new Map<string, T>();
  let wake: (() => void) | null = null;
  const onAbort = () => wake?.();
  const unsubscribe = subscribe((value) => {
    pending.set(keyOf(value), value);
    wake?.();
  });
  signal.addEventListener('abort', onAbort);

  return {
    async next() {
      if (pending.size === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
      if (settleMs > 0 && !signal.aborted) await new Promise<void>((resolve) => setTimeout(resolve, settleMs));
      if (signal.aborted) return null;
      const batch = [...pending.values()];
      pending = new Map();
      return batch;
    },
    end() {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
    },
  };
}
