/** A page that is hidden gets no animation frames; its state must go on all the same. */
const HIDDEN_DELAY_MS = 250;

/** Collects values and hands them over together, once a frame. */
export function createFrameBatch<T>(flush: (values: readonly T[]) => void): { add(value: T): void; dispose(): void } {
  let waiting: T[] = [];
  let cancel: (() => void) | null = null;

  function run(): void {
    cancel?.();
    cancel = null;
    const values = waiting;
    waiting = [];
    flush(values);
  }

  return {
    add(value) {
      waiting.push(value);
      if (cancel) return;
      const frame = requestAnimationFrame(run);
      const timer = setTimeout(run, HIDDEN_DELAY_MS);
      cancel = () => {
        cancelAnimationFrame(frame);
        clearTimeout(timer);
      };
    },
    dispose() {
      cancel?.();
      cancel = null;
      waiting = [];
    },
  };
}
